import HTTPSurface
import FoundationEssentials
import SlackReading

/// A received message as lines for a terminal.
package struct Transcript: Sendable {
    /// True to colour with ANSI escapes, for a terminal.
    package var isColoured: Bool

    package init(isColoured: Bool) { self.isColoured = isColoured }

    /// The lines, without a line end after the last; nothing in the message can move the cursor or change a colour.
    package func lines(_ message: ReceivedMessage) -> String {
        var lines = [head(message)]
        if let reason = message.answer.reason { lines.append("  " + paint(Printable.clean(reason), .yellow)) }
        let body = body(message)
        for line in body.split(separator: "\n", omittingEmptySubsequences: false) where body.isEmpty == false {
            lines.append(paint("  │ ", .dim) + line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func head(_ message: ReceivedMessage) -> String {
        let time = paint(message.receivedAt.formatted(.iso8601.time(includingFractionalSeconds: false)) + "Z", .dim)
        let answer = paint(
            Printable.clean(message.answer.text),
            message.answer.isPositive ? .green : .red
        )
        let subject =
            switch message.content {
            case .slack(let post, _): "slack  \(post.path)"
            case .slackCall(_, let call): "slack  \(call.method.rawValue) \(call.channel)  \(call.deed)"
            case .webhook(let post): "webhook  \(post.path)"
            case .mail(let envelope, _): "mail  \(envelope.sender) → \(envelope.recipients.joined(separator: ", "))"
            case .refusedCommand(let refused): "smtp  \(refused.command)"
            }
        return "\(time)  \(paint("#\(message.id)", .dim)) \(Printable.clean(subject))  \(answer)"
    }

    private func body(_ message: ReceivedMessage) -> String {
        switch message.content {
        case .slack(_, .some(let slack)): return self.slack(slack)
        case .slackCall(let post, let call):
            return call.message.map { slack($0) } ?? excerpt(String(decoding: post.body.prefix(2_000), as: UTF8.self))
        case .slack(let post, nil): return excerpt(String(decoding: post.body.prefix(2_000), as: UTF8.self))
        case .webhook(let post):
            let shown = post.headers.filter { $0.name.hasPrefix("webhook-") || $0.name == "content-type" }
            let headers = shown.map { paint(Printable.clean("\($0.name): \($0.value)"), .dim) }
            return (headers + [excerpt(String(decoding: post.body.prefix(2_000), as: UTF8.self))])
                .joined(separator: "\n")
        case .mail(_, let mail): return self.mail(mail)
        case .refusedCommand: return ""
        }
    }

    // MARK: Slack

    private func slack(_ message: SlackMessage) -> String {
        var lines: [String] = []
        // With blocks, Slack shows the text in notifications only.
        if let text = message.text, message.blocks.isEmpty { lines.append(markup(text)) }
        lines += message.blocks.flatMap(block)
        for attachment in message.attachments { lines += self.attachment(attachment) }
        return lines.joined(separator: "\n")
    }

    private func attachment(_ attachment: SlackMessage.Attachment) -> [String] {
        var lines: [String] = []
        if let pretext = attachment.pretext { lines.append(markup(pretext)) }
        if let title = attachment.title { lines.append(paint(markup(title), .bold)) }
        if let link = attachment.titleLink { lines.append(paint(Printable.clean(link), .dim)) }
        if let text = attachment.text { lines.append(markup(text)) }
        for field in attachment.fields {
            lines.append("\(paint(Printable.clean(field.title), .bold))  \(markup(field.value))")
        }
        lines += attachment.blocks.flatMap(block)
        if let footer = attachment.footer { lines.append(paint(markup(footer), .dim)) }
        return lines
    }

    private func block(_ block: SlackMessage.Block) -> [String] {
        switch block {
        case .header(let text): return [paint(Printable.clean(text), .bold)]
        case .section(let text, let fields, let button):
            var lines = text.map { [self.text($0)] } ?? []
            lines += fields.map { self.text($0).split(separator: "\n").joined(separator: "  ") }
            if let button { lines.append(self.button(button)) }
            return lines
        case .context(let texts): return [paint(texts.map(self.text).joined(separator: " · "), .dim)]
        case .divider: return [paint("────────", .dim)]
        case .actions(let buttons): return buttons.map(button)
        case .image(let title, let alt): return ["[\(Printable.clean(title ?? alt))]"]
        case .richText(let parts): return parts.flatMap { lines($0) }
        case .unread(let kind): return [paint("[\(kind)]", .dim)]
        }
    }

    private func button(_ button: SlackMessage.Button) -> String {
        "[\(Printable.clean(button.label))]" + (button.url.map { " " + paint(Printable.clean($0), .dim) } ?? "")
    }

    private func text(_ text: SlackMessage.Text) -> String {
        text.isMarkup ? markup(text.text) : Printable.clean(text.text)
    }

    private func lines(_ part: SlackMessage.RichPart) -> [String] {
        let text = Printable.clean(part.shown)
        let mark =
            switch part.form {
            case .section, .preformatted: ""
            case .quote: "> "
            case .item(let mark): "\(mark) "
            }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { mark + $0 }
    }

    private func markup(_ text: String) -> String {
        Printable.clean(SlackMessage.shown(markup: text))
    }

    // MARK: Mail

    private func mail(_ mail: MailMessage) -> String {
        var lines = [paint(Printable.clean(mail.subject ?? "(no subject)"), .bold)]
        for name in ["From", "To", "Message-ID"] {
            if let value = mail.header(name) { lines.append(paint("\(name): \(Printable.clean(value))", .dim)) }
        }
        lines.append("")
        lines.append(excerpt(mail.text ?? mail.html ?? "(no text)"))
        lines += mail.defects.map { paint("! \(Printable.clean($0))", .yellow) }
        return lines.joined(separator: "\n")
    }

    /// The first lines; the page has the rest.
    private func excerpt(_ text: String) -> String {
        let lines = Printable.clean(text).split(separator: "\n", omittingEmptySubsequences: false)
        var shown = lines.prefix(30).map { $0.count > 300 ? "\($0.prefix(300))…" : String($0) }
        while shown.last?.isEmpty == true { shown.removeLast() }
        if lines.count > 30 { shown.append("… \(lines.count - 30) more lines on the page") }
        return shown.joined(separator: "\n")
    }

    private enum Ink: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    private func paint(_ text: String, _ ink: Ink) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
    }
}
