import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Store
import Triage

/// News that no message has been made of yet: for whom, under which rule, until when.
struct WaitingPage {
    var found: Paged<WaitingNews>
    /// The one destination that is shown; `nil` for all.
    var destination: String?
    /// Messages that are queued, by destination.
    var queued: [DestinationBacklog]
    var accounts: AccountBook
    /// What is wrong with the question.
    var mistake: String?

    var page: Page {
        Page(
            title: "Waiting",
            area: .deliveries,
            content: """
                <div class="crumb"><a href="/deliveries">Deliveries</a> / Waiting</div>
                <div class="head"><div><h1>Waiting\(destination.map { " for \($0)" } ?? "")</h1><p>News that is told later, all of it \
                together: when its group is complete, its digest is due, a quiet time or a silence ends. What is due first comes \
                first.</p></div></div>
                \(fault)<div class="stack-4">\(messages)\(found.items.isEmpty ? empty : list)</div>
                """
        )
    }

    private var fault: HTML { mistake.map { #"<p class="err">\#($0)</p>"# } ?? "" }

    /// What has become a message is another list.
    private var messages: HTML {
        let count = queued.filter { destination == nil || $0.destination == destination }.map(\.pending).reduce(0, +)
        let query = [destination.map { "to:\(ConsolePath.quoted($0))" }, "state:pending"].compactMap(\.self)
        guard count > 0 else { return "" }
        return """
            <p class="s"><a class="u" href="\(ConsolePath.deliveries(query.joined(separator: " ")))">\(.number(count)) \
            \(count == 1 ? "message" : "messages")</a> beside that can be sent now, or at the next try.</p>
            """
    }

    private var empty: HTML {
        let all: HTML = destination == nil ? "" : #" <a class="u" href="/deliveries/waiting">Show all</a>"#
        return #"<section class="card"><p class="body m">Nothing waits to be told later.\#(all)</p></section>"#
    }

    private var list: HTML {
        let older: HTML =
            found.next.map { cursor in
                let place = destination.map { "to=\($0.percentEncoded)&" } ?? ""
                return #"<a class="u" href="/deliveries/waiting?\#(place)cursor=\#(cursor.percentEncoded)">Later</a>"#
            } ?? ""
        return """
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="What waits">\
            <table class="mid stackable"><caption class="vh">What waits, the next due first</caption><thead><tr>\
            <th scope="col">Until</th><th scope="col">For</th><th scope="col">Why</th><th scope="col" class="num">News</th>\
            <th scope="col">Worst</th><th scope="col">Rules</th><th scope="col">Oldest</th></tr></thead>\
            <tbody>\(found.items.map(row))</tbody></table></div>\
            <footer class="row between"><span>\(found.items.count) shown</span>\(older)</footer></section>
            """
    }

    private func row(_ news: WaitingNews) -> HTML {
        let rules: [HTML] = news.rules.prefix(3).enumerated().map { place, name in
            #"\#(place == 0 ? "" : ", ")<a href="\#(ConsolePath.rule(name))">\#(name)</a>"#
        }
        let more: HTML = news.rules.count > 3 ? " and \(news.rules.count - 3) more" : ""
        return """
            <tr><td>\(news.dueAt.map { HTML.moment($0) } ?? "nobody knows yet")</td>\
            <td data-l="For"><a href="\(ConsolePath.destination(news.destination))">\(news.destination)</a></td>\
            <td data-l="Why" class="s"><span>\(why(news))</span></td><td data-l="News" class="num">\(.number(news.count))</td>\
            <td data-l="Worst">\(.severity(news.severity))</td><td data-l="Rules" class="s">\(rules)\(more)</td>\
            <td data-l="Oldest" class="s nw">\(.moment(news.since))</td></tr>
            """
    }

    private func why(_ news: WaitingNews) -> HTML {
        let labels: [HTML] = news.labels.map { label in
            let value: HTML = label.name == "account" ? accounts.label(label.value, name: nil) : "\(label.value)"
            return #"<span class="xs f blk">\#(label.name) \#(value)</span>"#
        }
        let reason: HTML = news.reason.map { ": \($0)" } ?? ""
        switch news.kind {
        case .group: return "a group\(labels)"
        case .digest: return "a digest"
        case .window: return "a quiet time\(reason)"
        case .silence:
            guard let id = news.silence else { return "a silence\(reason)" }
            return #"<a href="\#(ConsolePath.silence(id))">a silence</a>\#(reason)"#
        case .storm: return "a storm, told in a summary\(reason)"
        }
    }
}
