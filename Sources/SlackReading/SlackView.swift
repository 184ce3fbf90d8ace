package import HTTPSurface

/// A Slack message as HTML, near to how Slack shows it.
package enum SlackView {
    /// - Parameters:
    ///   - message: What is shown.
    ///   - avatar: The picture beside the sender's name.
    /// - Returns: Markup in the classes of the page that shows it: `slack`, `section`, `fields`, `context`, `attachment`.
    package static func message(_ message: SlackMessage, avatar: HTML) -> HTML {
        // With blocks, Slack shows the text in notifications only.
        let text: HTML =
            message.text.map { text in
                message.blocks.isEmpty ? "<div class=\"section\">\(markup(text))</div>" : ""
            } ?? ""
        let preview: HTML =
            message.blocks.isEmpty
            ? "" : message.text.map { "<p class=\"preview\"><b>Preview</b> \(plain($0))</p>" } ?? ""
        return """
            <div class="slack"><div class="avatar">\(avatar)</div><div class="body">
            <p class="sender"><b>\(message.username ?? "Noroshi")</b> <span class="app">APP</span></p>
            \(text)\(message.blocks.map(block))\(message.attachments.map(attachment))\(preview)</div></div>
            """
    }

    private static func attachment(_ attachment: SlackMessage.Attachment) -> HTML {
        // A presentation attribute, since the page's policy forbids inline styles.
        let bar: HTML = """
            <svg class="strip" aria-hidden="true"><rect width="100%" height="100%" fill="#\(attachment.color ?? "CFCFCF")"/></svg>
            """
        let pretext: HTML = attachment.pretext.map { "<div class=\"section\">\(markup($0))</div>" } ?? ""
        let title: HTML =
            attachment.title.map { title in
                "<p class=\"title\">\(link(attachment.titleLink ?? "", markup(title)))</p>"
            } ?? ""
        let text: HTML = attachment.text.map { "<div class=\"section\">\(markup($0))</div>" } ?? ""
        let fields = attachment.fields.map { field -> HTML in
            let width: HTML = field.isShort ? "" : " wide"
            return "<div class=\"field\(width)\"><b>\(field.title)</b><br>\(markup(field.value))</div>"
        }
        let footer: HTML = attachment.footer.map { "<div class=\"context\">\(markup($0))</div>" } ?? ""
        return """
            \(pretext)<div class="attachment">\(bar)<div>\(title)\(text)<div class="fields">\(fields)</div>
            \(attachment.blocks.map(block))\(footer)</div></div>
            """
    }

    private static func block(_ block: SlackMessage.Block) -> HTML {
        switch block {
        case .header(let text): return "<h2>\(text)</h2>"
        case .section(let text, let fields, let button):
            let body: HTML = text.map { "<div class=\"section\">\(self.text($0))</div>" } ?? ""
            let cells = fields.map { field -> HTML in "<div class=\"field\">\(self.text(field))</div>" }
            let grid: HTML = cells.isEmpty ? "" : "<div class=\"fields\">\(cells)</div>"
            return body + grid + (button.map { "<div class=\"actions\">\(self.button($0))</div>" } ?? "")
        case .context(let texts):
            return "<div class=\"context\">\(texts.map { text -> HTML in "<span>\(self.text(text))</span>" })</div>"
        case .divider: return "<hr>"
        case .actions(let buttons): return "<div class=\"actions\">\(buttons.map(button))</div>"
        case .image(let title, let alt): return "<p class=\"image\">🖼 \(title ?? alt)</p>"
        case .richText(let parts): return "<div class=\"section\">\(parts.map(part))</div>"
        case .unread(let kind): return "<p class=\"image\">A \(kind) block</p>"
        }
    }

    private static func part(_ part: SlackMessage.RichPart) -> HTML {
        switch part.form {
        case .section: "\(spans(part.spans))<br>"
        case .quote: "<blockquote>\(spans(part.spans))</blockquote>"
        case .preformatted: "<pre class=\"text\">\(spans(part.spans))</pre>"
        case .item(let mark): "\(mark) \(spans(part.spans))<br>"
        }
    }

    private static func button(_ button: SlackMessage.Button) -> HTML {
        let label: HTML = "<span class=\"button\">\(button.label)</span>"
        return button.url.map { link($0, label) } ?? label
    }

    private static func text(_ text: SlackMessage.Text) -> HTML {
        text.isMarkup ? markup(text.text) : lines(text.text)
    }

    private static func plain(_ text: String) -> String {
        SlackMarkup.plain(SlackMarkup.parse(text))
    }

    private static func markup(_ text: String) -> HTML { spans(SlackMarkup.parse(text)) }

    private static func spans(_ spans: [SlackMarkup.Span]) -> HTML { "\(spans.map(span))" }

    private static func span(_ span: SlackMarkup.Span) -> HTML {
        switch span {
        case .text(let text): "\(SlackEmoji.replaceNames(in: text))"
        case .literal(let text): lines(text)
        case .bold(let inner): "<b>\(spans(inner))</b>"
        case .italic(let inner): "<i>\(spans(inner))</i>"
        case .strike(let inner): "<s>\(spans(inner))</s>"
        case .code(let text): "<code>\(text)</code>"
        case .preformatted(let text): "<pre class=\"text\">\(text)</pre>"
        case .quote(let inner): "<blockquote>\(spans(inner))</blockquote>"
        case .link(let url, let label): link(url, "\(label)")
        case .mention(let text): "<span class=\"mention\">\(text)</span>"
        case .lineBreak: "<br>"
        }
    }

    private static func lines(_ text: String) -> HTML {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
            index,
            line -> HTML in
            index == 0 ? "\(String(line))" : "<br>\(String(line))"
        }
        return "\(lines)"
    }

    /// A link, where the address is one that a browser should follow; else the label alone.
    private static func link(_ url: String, _ label: HTML) -> HTML {
        let lowered = url.lowercased()
        guard ["https://", "http://", "mailto:"].contains(where: lowered.hasPrefix) else { return label }
        return "<a href=\"\(url)\" rel=\"noreferrer noopener\" target=\"_blank\">\(label)</a>"
    }
}
