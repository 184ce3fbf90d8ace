import Findings
import HTTPSurface
import Operations
import Routing

/// What routes.json says beside the rules, part by part.
struct SettingsPage {
    var bench: Workbench

    /// What has a name of its own inside of a part.
    static let named = ["destinations", "windows", "accounts"]
    static let parts =
        named + ["fallback", "email", "severities", "snsTopics", "sources", "mergeStandards", "description"]

    var page: Page {
        let cards: [HTML] = SettingsPage.named.map(card)
        let others: [HTML] = SettingsPage.parts.dropFirst(SettingsPage.named.count).map { part in
            let absent: HTML = bench.rules.root[part] == nil ? #" <span class="f s">not set</span>"# : ""
            return #"<li><a class="u" href="/settings/\#(part)">\#(part)</a>\#(absent)</li>"#
        }
        return Page(
            title: "Settings of routes.json",
            area: .destinations,
            content: """
                \(bench.bar)<div class="crumb"><a href="/destinations">Destinations</a> / Settings</div><div class="head"><div>\
                <h1>Settings of routes.json</h1><p>Where messages go, the times and accounts that rules name. They are part of the same \
                draft as the rules; secrets stay in the environment and are only named here.</p>\(obstacle)</div></div>\
                <div class="grid-2">\(cards)<section class="card"><header><h2>Others</h2></header>\
                <ul class="body pick">\(others)</ul></section></div>
                """
        )
    }

    private var obstacle: HTML { bench.visitor.obstacle(to: .edit).map { #"<p class="hint">\#($0)</p>"# } ?? "" }

    private func card(_ part: String) -> HTML {
        let names = bench.rules.root[part]?.members.map(\.key) ?? []
        let items: [HTML] = names.prefix(500).map {
            #"<li><a class="u" href="\#(SettingsPage.path(part, $0))">\#($0)</a></li>"#
        }
        let none: HTML = names.isEmpty ? #"<li class="m">none</li>"# : ""
        let title = SettingsPage.title(part)
        // Why it is switched off stands once above.
        let off: HTML = bench.mayEdit ? "" : " disabled"
        let new: HTML = """
            <form class="row wrap" action="/settings/\(part)"><fieldset class="off"\(off)><label class="vh" for="new-\(part)">Name of the new one</label>\
            <input class="grow" type="text" id="new-\(part)" name="name" required maxlength="100" placeholder="name" autocomplete="off">\
            <button class="b sm">Add…</button></fieldset></form>
            """
        return """
            <section class="card"><header><h2>\(title)</h2><a class="s" href="/settings/\(part)">All as JSON</a></header>\
            <ul class="body pick">\(items)\(none)</ul><footer>\(new)</footer></section>
            """
    }

    static func title(_ part: String) -> String {
        switch part {
        case "destinations": "Destinations"
        case "windows": "Windows"
        case "accounts": "Account groups"
        case "fallback": "Fallback"
        case "email": "E-mail"
        case "severities": "Severities"
        case "snsTopics": "SNS topics"
        case "sources": "Sources that are pulled"
        case "mergeStandards": "Merging of standards"
        default: part
        }
    }

    static func path(_ part: String, _ name: String) -> String { "/settings/\(part)/\(name.percentEncoded)" }

    /// What an editor begins with where there is nothing yet.
    static func template(_ part: String, named: Bool, destinations: [String]) -> String {
        let first = destinations.first ?? "secops"
        switch part {
        case "destinations" where named: return #"{ "type": "slack", "url": { "env": "NOROSHI_SLACK_URL" } }"#
        case "windows" where named: return #"{ "timeZone": "UTC", "times": ["20:00-07:00"] }"#
        case "accounts" where named: return #"["111122223333"]"#
        case "destinations", "windows", "accounts", "severities": return "{}"
        case "fallback": return "{ \"send\": [\(JSONValue.string(first).text)] }"
        case "email":
            return "{ \"host\": \"smtp.example.com\", \"tls\": \"starttls\", \"from\": \"noroshi@example.com\" }"
        case "snsTopics": return #"["arn:aws:sns:us-east-1:111122223333:findings"]"#
        case "sources":
            return """
                { "org-findings": { "type": "sqs", "queue": "https://sqs.us-east-1.amazonaws.com/111122223333/findings" } }
                """
        case "mergeStandards": return "true"
        default: return "\"\""
        }
    }
}

/// One part of routes.json as text.
struct SettingPage {
    var subject: SettingSubject
    var editor: JSONEditor
    var notice: HTML = ""

    var page: Page {
        Page(
            title: subject.title,
            area: .destinations,
            content: "\(editor.bench.bar)\(subject.head(isForm: false))\(notice)\(editor.html)",
            scripts: [.keys, .editor]
        )
    }
}
