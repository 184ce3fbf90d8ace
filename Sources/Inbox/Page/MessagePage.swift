import Findings
import HTTPSurface
import FoundationEssentials
import SlackReading

/// One message: as a card in the list, and with everything it held on a page of its own.
enum MessagePage {
    /// The page at `/show/ID`.
    static func document(_ message: ReceivedMessage) -> HTML {
        InboxPage.frame(
            title: "#\(message.id) · Noroshi inbox",
            head: "",
            body: """
                <header class="bar"><div><h1><a href="/">\(Stylesheet.mark) Inbox</a></h1>
                <p class="count">message \(message.id)</p></div></header>
                <main>\(card(message, isAlone: true))\(raw(message))</main>
                """
        )
    }

    /// A message of Slack's Web API as it is now, with what was replied to it.
    static func card(_ conversation: Conversation) -> HTML {
        guard let latest = conversation.latest else { return card(conversation.root, isAlone: false) }
        let edits: HTML =
            conversation.updates.isEmpty
            ? ""
            : "<p class=\"edited\">edited by \(conversation.updates.map { link -> HTML in " <a href=\"/show/\(link.id)\">#\(link.id)</a>" })</p>"
        let replies = conversation.replies.map { reply -> HTML in
            guard case .slackCall(_, let call) = reply.content, let message = call.message else { return "" }
            let also: HTML = call.isBroadcast ? " <span class=\"also\">also in the channel</span>" : ""
            return """
                <div class="reply"><p class="edited"><a href="/show/\(reply.id)">#\(reply.id)</a> reply\(also)</p>
                \(slack(message))</div>
                """
        }
        let thread: HTML = replies.isEmpty ? "" : "<div class=\"thread\">\(replies)</div>"
        return frame(conversation.root, "\(edits)\(slack(latest))\(thread)", isAlone: false)
    }

    static func card(_ message: ReceivedMessage, isAlone: Bool) -> HTML {
        frame(message, content(message, isAlone: isAlone), isAlone: isAlone)
    }

    private static func frame(_ message: ReceivedMessage, _ content: HTML, isAlone: Bool) -> HTML {
        let state: HTML = message.answer.isPositive ? "good" : "bad"
        let reason: HTML = message.answer.reason.map { "<p class=\"reason\">\($0)</p>" } ?? ""
        let more: HTML = isAlone ? "" : "<a href=\"/show/\(message.id)\">raw</a>"
        let time = message.receivedAt.formatted(.iso8601)
        return """
            <article class="card \(state)"><div class="meta"><span class="kind">\(message.kind)</span>
            <span class="where">\(place(message))</span><span class="answer">\(message.answer.text)</span>
            <time datetime="\(time)">\(String(time.dropFirst(11).dropLast()))<small> UTC</small></time>\(more)</div>
            \(reason)\(content)</article>
            """
    }

    private static func place(_ message: ReceivedMessage) -> String {
        switch message.content {
        case .slack(let post, _), .webhook(let post): post.path
        case .slackCall(_, let call): "\(call.method.rawValue) \(call.channel), \(call.deed)"
        case .mail(let envelope, _): envelope.recipients.joined(separator: ", ")
        case .refusedCommand(let refused): refused.command
        }
    }

    private static func content(_ message: ReceivedMessage, isAlone: Bool) -> HTML {
        switch message.content {
        case .slack(_, .some(let slack)): return self.slack(slack)
        case .slackCall(let post, let call):
            return call.message.map { slack($0) }
                ?? (isAlone ? "" : code(String(decoding: post.body.prefix(2_000), as: UTF8.self)))
        case .slack(let post, nil), .webhook(let post):
            return isAlone ? "" : code(String(decoding: post.body.prefix(2_000), as: UTF8.self))
        case .mail(_, let mail): return self.mail(mail, id: message.id)
        case .refusedCommand: return ""
        }
    }

    private static func slack(_ message: SlackMessage) -> HTML {
        SlackView.message(message, avatar: Stylesheet.mark)
    }

    private static func mail(_ mail: MailMessage, id: Int) -> HTML {
        let defects: HTML =
            mail.defects.isEmpty
            ? "" : "<ul class=\"defects\">\(mail.defects.map { defect -> HTML in "<li>\(defect)</li>" })</ul>"
        let others: HTML =
            mail.otherParts.isEmpty ? "" : "<p class=\"parts\">Also: \(mail.otherParts.joined(separator: "; "))</p>"
        let text: HTML = mail.text.map { "<pre class=\"text\">\($0)</pre>" } ?? "<p>No text part.</p>"
        let body: HTML =
            mail.html == nil
            ? text
            : """
            <iframe sandbox title="The HTML part of message \(id)" src="/show/\(id)/html" loading="lazy"></iframe>
            <details><summary>Text part</summary>\(text)</details>
            """
        return """
            <div class="mail"><h2>\(mail.subject ?? "(no subject)")</h2>
            <dl><dt>From</dt><dd>\(mail.from ?? "–")</dd><dt>To</dt><dd>\(mail.to ?? "–")</dd></dl>
            \(defects)\(body)\(others)</div>
            """
    }

    private static func raw(_ message: ReceivedMessage) -> HTML {
        let headers: [HTTPPost.Header]
        let body: [UInt8]
        switch message.content {
        case .slack(let post, _), .slackCall(let post, _), .webhook(let post):
            (headers, body) = (post.headers, post.body)
        case .mail(let envelope, let mail):
            headers = [
                HTTPPost.Header("EHLO", envelope.client), HTTPPost.Header("AUTH", envelope.user ?? "–"),
                HTTPPost.Header("MAIL FROM", envelope.sender),
                HTTPPost.Header("RCPT TO", envelope.recipients.joined(separator: ", ")),
            ]
            body = mail.raw
        case .refusedCommand: return ""
        }
        let rows = headers.map { header -> HTML in "<tr><th>\(header.name)</th><td>\(header.value)</td></tr>" }
        let shown = String(decoding: body.prefix(200_000), as: UTF8.self)
        return """
            <section class="raw"><h2>Headers</h2><table>\(rows)</table>
            <h2>Body <small>\(body.count) bytes, <a href="/show/\(message.id)/raw">as text</a></small></h2>
            \(code(PrettyJSON.text(shown) ?? shown))</section>
            """
    }

    private static func code(_ text: String) -> HTML { "<pre class=\"code\">\(text)</pre>" }
}
