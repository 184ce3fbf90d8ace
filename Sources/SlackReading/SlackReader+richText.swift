import Findings

/// Rich text blocks (docs.slack.dev, "Rich text block"): every element says what it is, so that no text in them is markup.
extension SlackReader {
    mutating func richText(_ json: JSON, _ path: String) throws(SlackRefusal) -> SlackMessage.Block {
        var parts: [SlackMessage.RichPart] = []
        for (index, element) in try array(json, "elements", 1...1_000, path).enumerated() {
            let inner = "\(path).elements[\(index)]"
            switch element["type"]?.string {
            case "rich_text_section": parts.append(try part(element, .section, inner))
            case "rich_text_quote": parts.append(try part(element, .quote, inner))
            case "rich_text_preformatted": parts.append(try part(element, .preformatted, inner))
            case "rich_text_list":
                let style = element["style"]?.string
                guard style == "bullet" || style == "ordered" else {
                    throw invalid(inner, "the style of a list is \"bullet\" or \"ordered\"")
                }
                for (number, item) in try array(element, "elements", 1...1_000, inner).enumerated() {
                    let mark = style == "ordered" ? "\(number + 1)." : "•"
                    parts.append(try part(item, .item(mark), "\(inner).elements[\(number)]"))
                }
            case let other: throw invalid(inner, "\"\(other ?? "")\" is not a part of rich text")
            }
        }
        return .richText(parts)
    }

    private mutating func part(
        _ json: JSON,
        _ form: SlackMessage.RichPart.Form,
        _ path: String
    ) throws(SlackRefusal) -> SlackMessage.RichPart {
        var spans: [SlackSpan] = []
        for (index, element) in try array(json, "elements", 0...1_000, path).enumerated() {
            spans.append(try span(element, "\(path).elements[\(index)]"))
        }
        return SlackMessage.RichPart(form: form, spans: spans)
    }

    private mutating func span(_ json: JSON, _ path: String) throws(SlackRefusal) -> SlackSpan {
        switch json["type"]?.string {
        case "text":
            let text = try required(json, "text", 1...40_000, path)
            count(text)
            return styled(.literal(text), text, json["style"])
        case "link":
            let url = try required(json, "url", 1...AcceptedText.one, path)
            let label = try limited(json, "text", 0...AcceptedText.one, path) ?? url
            count(label)
            return styled(.link(url: url, label: label), label, json["style"], isLink: true)
        case "emoji":
            let name = try required(json, "name", 1...100, path)
            return .literal(SlackEmoji.replaceNames(in: ":\(name):"))
        case "user": return .mention("@" + (try required(json, "user_id", 1...100, path)))
        case "usergroup": return .mention("@" + (try required(json, "usergroup_id", 1...100, path)))
        case "channel": return .mention("#" + (try required(json, "channel_id", 1...100, path)))
        case "broadcast": return .mention("@" + (try required(json, "range", 1...100, path)))
        case "date":
            let fallback = try limited(json, "fallback", 0...AcceptedText.one, path)
            return .literal(fallback ?? json["timestamp"]?.text ?? "")
        case "color": return .literal(try required(json, "value", 1...100, path))
        case let other: throw invalid(path, "\"\(other ?? "")\" is not an element of rich text")
        }
    }

    private func styled(_ span: SlackSpan, _ text: String, _ style: JSON?, isLink: Bool = false) -> SlackSpan {
        var span = style?["code"]?.bool == true && isLink == false ? .code(text) : span
        if style?["bold"]?.bool == true { span = .bold([span]) }
        if style?["italic"]?.bool == true { span = .italic([span]) }
        if style?["strike"]?.bool == true { span = .strike([span]) }
        return span
    }
}
