import Findings

/// Text for Slack as a `rich_text` block (docs.slack.dev, "Rich text block"): each piece says what it is, so that nothing in
/// it is read as markup, and what is copied is what was there.
struct RichText {
    private var elements: [JSONValue] = []
    /// UTF-16 units that are shown.
    private(set) var size = 0

    /// The block; a text of nothing is none.
    var block: JSONValue? {
        guard elements.isEmpty == false else { return nil }
        return [
            "type": "rich_text", "elements": [["type": "rich_text_section", "elements": .array(elements)]],
        ]
    }

    mutating func add(_ text: String, isBold: Bool = false) {
        guard text.isEmpty == false else { return }
        size += text.utf16.count
        elements.append(
            .compact([
                "type": "text", "text": .string(text), "style": isBold ? ["bold": true] : nil,
            ])
        )
    }

    /// An element of its own, with the address as it is: nothing is escaped, so nothing is escaped twice.
    mutating func add(_ link: ShownLink, _ label: String) {
        size += link.url.utf16.count + label.utf16.count
        elements.append(["type": "link", "url": .string(link.url), "text": .string(label)])
    }
}
