import HTTPSurface
import FoundationEssentials

/// The page at `/`: what arrived, newest first.
enum InboxPage {
    /// The most messages on the page; the rest is at `/messages`.
    static let maximumShown = 100

    static func document(
        _ messages: [ReceivedMessage],
        total: Int,
        faults: (http: [HTTPFault], smtp: [SMTPFault]),
        refreshes: Bool
    ) -> HTML {
        let refresh: HTML = refreshes ? #"<meta http-equiv="refresh" content="2;url=/">"# : ""
        let toggle: HTML =
            refreshes
            ? #"<a class="button" href="/?refresh=off">Pause</a>"# : #"<a class="button" href="/">Resume</a>"#
        let live: HTML =
            refreshes ? #"<span class="live">live</span>"# : #"<span class="live paused">paused</span>"#
        let shown = Conversation.all(of: messages).prefix(maximumShown)
        let list: HTML = shown.isEmpty ? empty : "\(shown.map { MessagePage.card($0) })"
        return frame(
            title: total == 0 ? "Noroshi inbox" : "(\(total)) Noroshi inbox",
            head: refresh,
            body: """
                <header class="bar"><div><h1>\(Stylesheet.mark) Inbox</h1>
                <p class="count">\(total) received \(live)</p>
                <nav>\(toggle)<form method="post" action="/clear"><button class="button">Clear</button></form></nav></div></header>
                <main>\(control(faults))\(list)</main>
                """
        )
    }

    /// A whole page around a body.
    static func frame(title: String, head: HTML, body: HTML) -> HTML {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>\(title)</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">\(head)
        <link rel="stylesheet" href="/inbox.css"><link rel="icon" href="/icon.svg"></head>
        <body>\(body)</body></html>

        """
    }

    private static let empty: HTML = """
        <section class="empty"><h2>Nothing has arrived yet</h2>
        <p>Slack messages are taken at <code>/slack</code> and at any other path, calls of its Web API
        at <code>/api/chat.postMessage</code> and <code>/api/chat.update</code>, generic webhooks at <code>/webhook</code>, and
        mail by SMTP. What arrives shows here.</p></section>
        """

    private static func control(_ faults: (http: [HTTPFault], smtp: [SMTPFault])) -> HTML {
        let waiting = faults.http.map(\.notation) + faults.smtp.map(\.notation)
        let state: HTML =
            waiting.isEmpty
            ? "Everything is answered truthfully."
            : "Still to come: \(waiting.prefix(20).map { word -> HTML in "<code class=\"fault\">\(word)</code> " })"
        let open: HTML = waiting.isEmpty ? "" : " open"
        return """
            <details class="control"\(open)><summary>Make it fail</summary>
            <p>\(state)</p>
            <form method="post" action="/control">
            <label>HTTP <input name="http" placeholder="429:3 500x2 delay:20s reset lost" autocomplete="off"></label>
            <label>SMTP <input name="smtp" placeholder="rcpt:451 message:554 connect:421x3" autocomplete="off"></label>
            <button class="button">Add</button>
            </form>
            <form method="post" action="/control"><button class="button" name="clear" value="1">Behave again</button></form>
            </details>
            """
    }
}
