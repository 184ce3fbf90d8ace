import Findings

extension SlackMessage {
    /// Reads a message and holds it to Slack's limits.
    ///
    /// - Parameter body: JSON.
    /// - Returns: The message.
    /// - Throws: What Slack answers, with the first broken rule.
    package static func read(_ body: [UInt8]) throws(SlackRefusal) -> SlackMessage {
        let json: JSON
        do {
            json = try JSONDocument.parse(body)
        } catch {
            throw SlackRefusal("invalid_payload", "\(error)")
        }
        guard json.kind == .object else {
            throw SlackRefusal("invalid_payload", "expected an object, found \(json.kindName)")
        }
        var reader = SlackReader()
        return try reader.message(json)
    }
}

/// Reads one message, counting what Slack counts over the whole of it.
struct SlackReader {
    private var blockIDs: Set<String> = []
    private var blockText = 0
    private var markdownText = 0

    mutating func message(_ json: JSON) throws(SlackRefusal) -> SlackMessage {
        let text = try string(json, "text", in: "the message", refusal: "invalid_payload")
        var message = SlackMessage(
            text: text.map { String($0.prefix(40_000)) },
            username: json["username"]?.string,
            blocks: [],
            attachments: []
        )
        if let blocks = json["blocks"], !blocks.isNull {
            message.blocks = try self.blocks(blocks, "blocks")
        }
        if let attachments = json["attachments"], !attachments.isNull {
            guard attachments.kind == .array else {
                throw SlackRefusal("invalid_attachments", "attachments: expected an array")
            }
            let elements = attachments.elements
            guard elements.count <= 100 else {
                throw SlackRefusal("too_many_attachments", "\(elements.count) attachments; at most 100 are allowed")
            }
            for (index, element) in elements.enumerated() {
                message.attachments.append(try attachment(element, "attachments[\(index)]"))
            }
        }
        guard message.text?.isEmpty == false || message.blocks.isEmpty == false || message.attachments.isEmpty == false
        else { throw SlackRefusal("no_text", "the message has neither text nor blocks nor attachments") }
        guard blockText <= AcceptedText.allBlocks else {
            throw SlackRefusal(
                "msg_blocks_too_long",
                "\(blockText) characters in all blocks; Slack takes about \(AcceptedText.allBlocks)"
            )
        }
        return message
    }

    // MARK: Blocks

    private mutating func blocks(_ json: JSON, _ path: String) throws(SlackRefusal) -> [SlackMessage.Block] {
        guard json.kind == .array else { throw invalid(path, "expected an array, found \(json.kindName)") }
        let elements = json.elements
        guard elements.count <= 50 else { throw invalid(path, "\(elements.count) blocks; at most 50 are allowed") }
        var result: [SlackMessage.Block] = []
        for (index, element) in elements.enumerated() {
            result.append(try block(element, "\(path)[\(index)]"))
        }
        return result
    }

    private mutating func block(_ json: JSON, _ path: String) throws(SlackRefusal) -> SlackMessage.Block {
        guard json.kind == .object else { throw invalid(path, "expected an object, found \(json.kindName)") }
        if let id = try limited(json, "block_id", 1...255, path), !blockIDs.insert(id).inserted {
            throw invalid(path, "block_id \"\(id)\" stands on two blocks")
        }
        switch json["type"]?.string {
        case "header":
            return .header(try text(json["text"], "\(path).text", 1...150, markup: false).text)
        case "section": return try section(json, path)
        case "context": return try context(json, path)
        case "divider": return .divider
        case "actions":
            let elements = try array(json, "elements", 1...25, path)
            var buttons: [SlackMessage.Button] = []
            for (index, element) in elements.enumerated() {
                if let button = try button(element, "\(path).elements[\(index)]") { buttons.append(button) }
            }
            return .actions(buttons)
        case "image":
            let title = try json["title"].map { value throws(SlackRefusal) in
                try text(value, "\(path).title", 1...2_000, markup: false).text
            }
            return .image(title: title, alt: try image(json, path))
        case "markdown":
            let text = try required(json, "text", 1...AcceptedText.markdown, path)
            markdownText += text.utf16.count
            guard markdownText <= AcceptedText.markdown else {
                throw invalid(path, "markdown blocks hold more than \(AcceptedText.markdown) characters")
            }
            blockText += text.utf16.count
            return .section(SlackMessage.Text(text: text, isMarkup: false), fields: [], button: nil)
        case "rich_text": return try richText(json, path)
        case .some(let kind) where ["table", "video", "file"].contains(kind): return .unread(kind)
        case .some(let other): throw invalid(path, "\"\(other)\" is not a type of block that a message can hold")
        case nil: throw invalid(path, "a block needs a type")
        }
    }

    private mutating func section(_ json: JSON, _ path: String) throws(SlackRefusal) -> SlackMessage.Block {
        let body = try json["text"].map { value throws(SlackRefusal) in
            try text(value, "\(path).text", 1...AcceptedText.one)
        }
        var fields: [SlackMessage.Text] = []
        if json["fields"] != nil {
            for (index, field) in try array(json, "fields", 1...10, path).enumerated() {
                fields.append(try text(field, "\(path).fields[\(index)]", 1...2_000))
            }
        }
        guard body != nil || fields.isEmpty == false else { throw invalid(path, "a section needs text or fields") }
        let accessory = try json["accessory"].map { value throws(SlackRefusal) in
            try button(value, "\(path).accessory")
        }
        return .section(body, fields: fields, button: accessory ?? nil)
    }

    private mutating func context(_ json: JSON, _ path: String) throws(SlackRefusal) -> SlackMessage.Block {
        var texts: [SlackMessage.Text] = []
        for (index, element) in try array(json, "elements", 1...10, path).enumerated() {
            let inner = "\(path).elements[\(index)]"
            if element["type"]?.string == "image" {
                texts.append(SlackMessage.Text(text: "[\(try image(element, inner))]", isMarkup: false))
            } else {
                texts.append(try text(element, inner, 1...AcceptedText.one))
            }
        }
        return .context(texts)
    }

    private func image(_ json: JSON, _ path: String) throws(SlackRefusal) -> String {
        if json["slack_file"] == nil { _ = try required(json, "image_url", 1...AcceptedText.one, path) }
        return try required(json, "alt_text", 1...2_000, path)
    }

    /// A button, or `nil` for another element that is allowed there.
    private mutating func button(_ json: JSON, _ path: String) throws(SlackRefusal) -> SlackMessage.Button? {
        guard let type = json["type"]?.string else { throw invalid(path, "an element needs a type") }
        _ = try limited(json, "action_id", 1...255, path)
        if type == "image" {
            _ = try image(json, path)
            return nil
        }
        guard type == "button" else { return nil }
        let label = try text(json["text"], "\(path).text", 1...75, markup: false).text
        let url = try limited(json, "url", 1...AcceptedText.one, path)
        _ = try limited(json, "value", 1...2_000, path)
        if let style = json["style"]?.string, !["primary", "danger"].contains(style) {
            throw invalid(path, "style is \"primary\" or \"danger\", not \"\(style)\"")
        }
        return SlackMessage.Button(label: label, url: url)
    }

    // MARK: Attachments

    private mutating func attachment(_ json: JSON, _ path: String) throws(SlackRefusal) -> SlackMessage.Attachment {
        guard json.kind == .object else { throw SlackRefusal("invalid_attachments", "\(path): expected an object") }
        var attachment = SlackMessage.Attachment(fields: [], blocks: [])
        attachment.color = Self.color(json["color"]?.string)
        attachment.pretext = try string(json, "pretext", in: path)
        attachment.title = try string(json, "title", in: path)
        attachment.titleLink = try string(json, "title_link", in: path)
        attachment.text = try string(json, "text", in: path)
        attachment.footer = try string(json, "footer", in: path)
        if let fields = json["fields"], !fields.isNull {
            guard fields.kind == .array else {
                throw SlackRefusal("invalid_attachments", "\(path).fields: expected an array")
            }
            attachment.fields = fields.elements.map { field in
                SlackMessage.Field(
                    title: field["title"]?.string ?? "",
                    value: field["value"]?.string ?? field["value"]?.text ?? "",
                    isShort: field["short"]?.bool ?? false
                )
            }
        }
        if let blocks = json["blocks"], !blocks.isNull {
            attachment.blocks = try self.blocks(blocks, "\(path).blocks")
        }
        return attachment
    }

    /// `good`, `warning` and `danger` are Slack's own words for three colours.
    private static func color(_ value: String?) -> String? {
        switch value {
        case "good": return "2EB67D"
        case "warning": return "ECB22E"
        case "danger": return "E01E5A"
        default:
            guard let value else { return nil }
            let digits = value.hasPrefix("#") ? value.dropFirst() : value[...]
            guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit) else { return nil }
            return String(digits)
        }
    }

    // MARK: Values

    /// A text object within a limit of UTF-16 units, the strictest way of counting characters.
    private mutating func text(
        _ json: JSON?,
        _ path: String,
        _ limit: ClosedRange<Int>,
        markup: Bool = true
    ) throws(SlackRefusal) -> SlackMessage.Text {
        guard let json else { throw invalid(path, "is missing") }
        guard json.kind == .object else { throw invalid(path, "expected a text object, found \(json.kindName)") }
        let type = json["type"]?.string
        guard type == "plain_text" || (markup && type == "mrkdwn") else {
            throw invalid(path, "type must be \(markup ? "plain_text or mrkdwn" : "plain_text")")
        }
        let text = try required(json, "text", limit, path)
        count(text)
        // Without `emoji`, which is true unless said otherwise, the names of emoji stay as they are.
        let hasEmoji = type == "plain_text" && json["emoji"]?.bool != false
        return SlackMessage.Text(
            text: hasEmoji ? SlackEmoji.replaceNames(in: text) : text,
            isMarkup: type == "mrkdwn"
        )
    }

    /// Adds to what all blocks hold together.
    mutating func count(_ text: String) { blockText += text.utf16.count }

    func required(
        _ json: JSON,
        _ key: String,
        _ limit: ClosedRange<Int>,
        _ path: String
    ) throws(SlackRefusal) -> String {
        guard let value = try limited(json, key, limit, path) else { throw invalid("\(path).\(key)", "is missing") }
        return value
    }

    func limited(
        _ json: JSON,
        _ key: String,
        _ limit: ClosedRange<Int>,
        _ path: String
    ) throws(SlackRefusal) -> String? {
        guard let value = json[key] else { return nil }
        guard let string = value.string else {
            throw invalid("\(path).\(key)", "expected a string, found \(value.kindName)")
        }
        let count = string.utf16.count
        guard limit.contains(count) else {
            throw invalid(
                "\(path).\(key)",
                "\(count) characters; \(limit.lowerBound) to \(limit.upperBound) are allowed"
            )
        }
        return string
    }

    func array(
        _ json: JSON,
        _ key: String,
        _ limit: ClosedRange<Int>,
        _ path: String
    ) throws(SlackRefusal) -> [JSON] {
        guard let value = json[key], value.kind == .array else {
            throw invalid("\(path).\(key)", "expected an array")
        }
        let elements = value.elements
        guard limit.contains(elements.count) else {
            throw invalid(
                "\(path).\(key)",
                "\(elements.count) elements; \(limit.lowerBound) to \(limit.upperBound) are allowed"
            )
        }
        return elements
    }

    private func string(
        _ json: JSON,
        _ key: String,
        in path: String,
        refusal: String = "invalid_attachments"
    ) throws(SlackRefusal) -> String? {
        guard let value = json[key], !value.isNull else { return nil }
        guard let string = value.string else {
            throw SlackRefusal(refusal, "\(path): \(key) must be a string, found \(value.kindName)")
        }
        return string
    }

    func invalid(_ path: String, _ reason: String) -> SlackRefusal {
        SlackRefusal("invalid_blocks", "\(path): \(reason)")
    }
}
