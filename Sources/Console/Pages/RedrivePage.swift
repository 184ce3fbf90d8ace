import FoundationEssentials
import HTTPSurface
import Operations
import Store

/// How many dead deliveries would be sent again, and to whom, before they are.
struct RedrivePage {
    var text: String
    var read: ReadQuery<NotificationFilter>
    /// How many there are.
    var count: Int
    /// When the oldest of them was queued.
    var oldest: Date?
    /// Of them by destination, those with the most first.
    var destinations: [Row]
    var visitor: Visitor
    /// What was wrong with what was asked; `nil` when nothing was.
    var mistake: String?

    struct Row {
        var name: String
        var count: Int
        /// How long they take at what the destination allows, in seconds; `nil` where it allows anything.
        var seconds: Double?
    }

    var page: Page {
        let box = FilterBox(
            path: "/deliveries/redrive",
            label: "Dead deliveries",
            text: text,
            query: read.query,
            mistakes: read.mistakes,
            fields: NotificationFilter.queryFields.filter { $0.0 != "state" }.map { (name: $0.0, example: $0.1) }
        )
        let fault: HTML =
            mistake.map { #"<div class="note bad" role="alert">\#(.icon(.stop))<div>\#($0)</div></div>"# } ?? ""
        return Page(
            title: "Send dead deliveries again",
            area: .deliveries,
            content: """
                <div class="crumb"><a href="/deliveries">Deliveries</a> / Send again</div>\
                <div class="head"><div><h1>Send dead deliveries again</h1><p>Dead ones that fit return to the queue with a fresh \
                budget of tries, and go out at the speed of their lanes.</p></div></div>
                \(box.html)<div class="stack-4">\(fault)\(answer)</div>
                """
        )
    }

    private var answer: HTML {
        guard read.mistakes.isEmpty else {
            return
                #"<section class="card"><p class="body m">Nothing is sent by a filter that is not understood.</p></section>"#
        }
        guard count > 0 else {
            return #"<section class="card"><p class="body m">No dead delivery fits.</p></section>"#
        }
        let rows: [HTML] = destinations.map { row in
            """
            <tr><td><a href="\(ConsolePath.deliveries("to:\(ConsolePath.quoted(row.name)) state:dead"))">\(row.name)</a></td>\
            <td class="num">\(.number(row.count))</td><td class="num">\(row.seconds.map { ShownNumber.duration($0) } ?? "at once")</td></tr>
            """
        }
        return """
            <section class="card"><header><h2>\(RedrivePage.words(count))</h2>\(age)</header><table class="mid">\
            <caption class="vh">Dead deliveries by destination</caption><thead><tr><th scope="col">To</th>\
            <th scope="col" class="num">Dead</th><th scope="col" class="num">Takes at least</th></tr></thead><tbody>\(rows)</tbody></table>\(button)</section>
            """
    }

    private var age: HTML {
        oldest.map { #"<span class="s f">the oldest queued \#(.moment($0))</span>"# } ?? ""
    }

    private var button: HTML {
        let button: HTML = #"<button class="b p">Send \#(.number(count)) again</button>"#
        return """
            <footer><form method="post" action="/deliveries/redrive">\(visitor.proofField)\(.hiddenField("q", text))\
            \(.hiddenField("expect", "\(count)"))\(visitor.controls(.respond, button))</form></footer>
            """
    }

    private static func words(_ count: Int) -> HTML {
        count == 1 ? "1 dead delivery" : "\(.number(count)) dead deliveries"
    }
}
