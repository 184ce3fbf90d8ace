extension SlackMessage {
    /// What a reader sees, text by text and without any formatting: for tests of what markup does to words.
    package var shown: [String] {
        var texts = blocks.flatMap(\.shown)
        if let text, blocks.isEmpty { texts.insert(SlackMarkup.plain(SlackMarkup.parse(text)), at: 0) }
        for attachment in attachments {
            let marked = [attachment.pretext, attachment.title, attachment.text] + attachment.fields.map(\.value)
            texts += (marked + [attachment.footer]).compactMap { $0.map { SlackMarkup.plain(SlackMarkup.parse($0)) } }
            texts += attachment.blocks.flatMap(\.shown)
        }
        return texts
    }

    /// What a reader sees of a text in Slack's markup.
    package static func shown(markup text: String) -> String { SlackMarkup.plain(SlackMarkup.parse(text)) }

    /// What a notification of it says, which is `text` as markup.
    package var preview: String? { text.map { SlackMarkup.plain(SlackMarkup.parse($0)) } }
}

extension SlackMessage.Block {
    var shown: [String] {
        switch self {
        case .header(let text): [text]
        case .section(let text, let fields, let button):
            ([text].compactMap(\.self) + fields).map(\.shown) + [button?.label].compactMap(\.self)
        case .context(let texts): texts.map(\.shown)
        case .divider, .unread: []
        case .actions(let buttons): buttons.map(\.label)
        case .image(let title, let alt): [title ?? alt]
        case .richText(let parts): parts.map(\.shown)
        }
    }
}

extension SlackMessage.RichPart {
    /// What a reader sees of it.
    package var shown: String { SlackMarkup.plain(spans) }
}

extension SlackMessage.Text {
    var shown: String { isMarkup ? SlackMarkup.plain(SlackMarkup.parse(text)) : text }
}
