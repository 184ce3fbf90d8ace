import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store

/// The list of silences, those that are over included, with what they hid.
struct SilencesPage {
    var found: Paged<SilenceStatus>
    /// By the ids of those that were looked at.
    var effects: [String: SilenceEffect]
    /// The one state that is shown; `nil` for all.
    var state: Silence.State?
    var visitor: Visitor
    var accounts = AccountBook()

    var page: Page {
        let add = visitor.way(.respond, to: "/silences/new", "p", "New silence")
        return Page(
            title: "Silences",
            area: .silences,
            content: """
                <div class="head"><div><h1>Silences</h1><p>What is kept quiet because somebody knows of it, until when, and \
                what it hid.</p></div><div class="row wrap">\(choices)\(add)</div></div>
                \(found.items.isEmpty ? empty : list)
                """
        )
    }

    private var choices: HTML {
        let states: [(String, Silence.State?)] = [("All", nil)] + Silence.State.allCases.map { ($0.rawValue, $0) }
        let links: [HTML] = states.map { words, one in
            let current: HTML = one == state ? #" aria-current="true""# : ""
            return #"<a href="/silences\#(one.map { "?state=\($0.rawValue)" } ?? "")"\#(current)>\#(words)</a>"#
        }
        return #"<div class="seg">\#(links)</div>"#
    }

    private var empty: HTML {
        let words: HTML =
            state == nil
            ? "Nothing is silenced. A finding’s page has a button for it, filled in."
            : #"No silence is \#(state?.rawValue ?? ""). <a class="u" href="/silences">Show all</a>"#
        return #"<section class="card"><p class="body m">\#(words)</p></section>"#
    }

    private var list: HTML {
        let older: HTML =
            found.next.map { cursor in
                let state = state.map { "state=\($0.rawValue)&" } ?? ""
                return #"<a class="u" href="/silences?\#(state)cursor=\#(cursor.percentEncoded)">Older</a>"#
            } ?? ""
        return """
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Silences">\
            <table class="mid stackable"><caption class="vh">Silences, newest first</caption><thead><tr>\
            <th scope="col">What</th><th scope="col">State</th><th scope="col">Until</th><th scope="col">Owner, reason</th>\
            <th scope="col">Where</th><th scope="col" class="num">Hid</th></tr></thead>\
            <tbody>\(found.items.map(row))</tbody></table></div>\
            <footer class="row between"><span>\(found.items.count) shown</span>\(older)</footer></section>
            """
    }

    private func row(_ status: SilenceStatus) -> HTML {
        let silence = status.silence
        let hid: HTML =
            effects[silence.id].map { effect in
                let more: HTML = effect.hid.isComplete ? "" : " or more"
                return "<span>\(.number(effect.hid.findings))\(more)</span>"
            } ?? #"<span class="f">see inside</span>"#
        return """
            <tr><td><a href="\(ConsolePath.silence(silence.id))">\(accounts.naming(SilencesPage.words(silence)))</a></td>\
            <td data-l="State">\(SilencesPage.state(status))</td>\
            <td data-l="Until" class="s nw">\(.moment(silence.endsAt))</td>\
            <td data-l="Owner" class="s"><span>\(silence.owner)<span class="xs f blk">\(silence.reason)</span></span></td>\
            <td data-l="Where" class="s">\(silence.destinations?.joined(separator: ", ") ?? "everywhere")</td>\
            <td data-l="Hid" class="num">\(hid)</td></tr>
            """
    }

    static func state(_ status: SilenceStatus) -> HTML {
        if status.missingGroups.isEmpty == false, status.state != .expired {
            return """
                <span class="st t-warn">\(.icon(.warn))matches nothing</span><span class="xs f blk">the rules have no account \
                group \(status.missingGroups.joined(separator: ", "))</span>
                """
        }
        switch status.state {
        case .active: return #"<span class="st t-ok">\#(.icon(.mute))active</span>"#
        case .pending: return #"<span class="st m">\#(.icon(.clock))pending</span>"#
        case .expired: return #"<span class="st f">\#(.icon(.x))expired</span>"#
        }
    }

    /// The condition in a line: `account 111122223333 · control S3.8`.
    static func words(_ silence: Silence) -> String {
        silence.when.condition.tests.map { test in
            switch test {
            case .severity(_, let words): "severity \(words.joined(separator: ", "))"
            case .field(let field, let globs): "\(field.rawValue) \(globs.words.joined(separator: ", "))"
            case .pattern: "an event pattern"
            case .not: "not …"
            case .any: "any of …"
            }
        }
        .joined(separator: " · ")
    }
}
