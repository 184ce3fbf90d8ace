/// A message in the shape that Slack's incoming webhooks take, as far as it can be shown.
///
/// Source of the shape and of every limit: docs.slack.dev, "Block Kit" reference and "Sending messages using incoming
/// webhooks".
package struct SlackMessage: Sendable, Hashable {
    package var text: String?
    package var username: String?
    package var blocks: [Block]
    package var attachments: [Attachment]

    /// One block, with what is needed to show it.
    package enum Block: Sendable, Hashable {
        case header(String)
        case section(Text?, fields: [Text], button: Button?)
        case context([Text])
        case divider
        case actions([Button])
        case image(title: String?, alt: String)
        case richText([RichPart])
        /// A kind that is passed on to Slack unread: its name.
        case unread(String)
    }

    /// A text object: `mrkdwn` is Slack's markup, `plain_text` is shown as it is, with its emoji replaced already.
    package struct Text: Sendable, Hashable {
        package var text: String
        package var isMarkup: Bool
    }

    /// A paragraph, list item, quotation or preformatted text of a `rich_text` block.
    package struct RichPart: Sendable, Hashable {
        package var form: Form
        package var spans: [SlackSpan]

        package enum Form: Sendable, Hashable {
            case section, quote, preformatted
            /// With what stands before it: a bullet or a number.
            case item(String)
        }
    }

    package struct Button: Sendable, Hashable {
        package var label: String
        package var url: String?
    }

    /// The older form of a message, which every Slack-compatible receiver understands.
    package struct Attachment: Sendable, Hashable {
        /// Six hexadecimal digits, or `nil` for the grey of no colour.
        package var color: String?
        package var pretext: String?
        package var title: String?
        package var titleLink: String?
        package var text: String?
        package var fields: [Field]
        package var footer: String?
        package var blocks: [Block]
    }

    package struct Field: Sendable, Hashable {
        package var title: String
        package var value: String
        package var isShort: Bool
    }
}

/// Why a Slack-compatible webhook refuses a message: the word that Slack answers with, and what it leaves unsaid.
package struct SlackRefusal: Error, Hashable {
    /// The HTTP status.
    package var status: Int
    /// The whole body of the answer, e.g. `invalid_blocks`.
    package var word: String
    /// Where and why, for the person at the inbox.
    package var reason: String

    /// - Parameters:
    ///   - word: The whole body of the answer.
    ///   - reason: Where and why.
    ///   - status: Of the answer.
    package init(_ word: String, _ reason: String, status: Int = 400) {
        self.status = status
        self.word = word
        self.reason = reason
    }
}
