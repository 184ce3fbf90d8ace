/// Slack's markup ("mrkdwn") taken apart, so that it can be shown in a terminal or on a page.
///
/// Source: docs.slack.dev, "Formatting message text". Where Slack's own parser has rules that are not documented, this
/// one prefers to show the characters as they are.
enum SlackMarkup {
    typealias Span = SlackSpan

    static func parse(_ text: String) -> [Span] {
        var spans: [Span] = []
        var rest = Array(text)[...]
        let fence: [Character] = ["`", "`", "`"]
        while let open = find(fence, in: rest), let close = find(fence, in: rest[(open + 3)...]), close > open + 3 {
            spans += lines(rest[..<open])
            spans.append(.preformatted(unescape(String(rest[(open + 3)..<close]))))
            rest = rest[(close + 3)...]
        }
        return spans + lines(rest)
    }

    /// What a reader sees of the text, without any markup.
    static func plain(_ spans: [Span]) -> String {
        spans.map { span in
            switch span {
            case .text(let text): SlackEmoji.replaceNames(in: text)
            case .literal(let text), .code(let text), .preformatted(let text), .mention(let text): text
            case .bold(let inner), .italic(let inner), .strike(let inner): plain(inner)
            case .quote(let inner): "> " + plain(inner)
            case .link(let url, let label): label == url ? url : "\(label) (\(url))"
            case .lineBreak: "\n"
            }
        }.joined()
    }

    /// The three entities that Slack knows.
    static func unescape(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var result = ""
        var rest = text[...]
        while let at = rest.firstIndex(of: "&") {
            result += rest[..<at]
            rest = rest[at...]
            if rest.hasPrefix("&lt;") {
                result += "<"
                rest = rest.dropFirst(4)
            } else if rest.hasPrefix("&gt;") {
                result += ">"
                rest = rest.dropFirst(4)
            } else if rest.hasPrefix("&amp;") {
                result += "&"
                rest = rest.dropFirst(5)
            } else {
                result += "&"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func lines(_ text: ArraySlice<Character>) -> [Span] {
        guard text.isEmpty == false else { return [] }
        var spans: [Span] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            if index > 0 { spans.append(.lineBreak) }
            if line.starts(with: "&gt; ") || line.starts(with: "> ") {
                let content = line.drop { $0 != " " }.dropFirst()
                spans.append(.quote(inline(content, depth: 0)))
            } else {
                spans += inline(line, depth: 0)
            }
        }
        return spans
    }

    private static func inline(_ text: ArraySlice<Character>, depth: Int) -> [Span] {
        var spans: [Span] = []
        var plain = ""
        var at = text.startIndex
        func flush() {
            if plain.isEmpty == false { spans.append(.text(unescape(plain))) }
            plain = ""
        }
        while at < text.endIndex {
            let character = text[at]
            if character == "<", let end = text[at...].prefix(4_000).firstIndex(of: ">"), end > at + 1 {
                flush()
                spans.append(reference(String(text[(at + 1)..<end])))
                at = end + 1
            } else if character == "`", let end = text[(at + 1)...].prefix(2_000).firstIndex(of: "`"), end > at + 1 {
                flush()
                spans.append(.code(unescape(String(text[(at + 1)..<end]))))
                at = end + 1
            } else if "*_~".contains(character), depth < 3, let end = closing(character, of: at, in: text) {
                flush()
                let inner = inline(text[(at + 1)..<end], depth: depth + 1)
                spans.append(character == "*" ? .bold(inner) : character == "_" ? .italic(inner) : .strike(inner))
                at = end + 1
            } else {
                plain.append(character)
                at += 1
            }
        }
        flush()
        return spans
    }

    /// Where a pair of marks ends: it must begin after, and end before, something that is no letter or digit.
    private static func closing(_ mark: Character, of open: Int, in text: ArraySlice<Character>) -> Int? {
        if open > text.startIndex, text[open - 1].isLetter || text[open - 1].isNumber { return nil }
        guard open + 1 < text.endIndex, !text[open + 1].isWhitespace, text[open + 1] != mark else { return nil }
        let limit = min(text.endIndex, open + 2_000)
        var at = open + 2
        while at < limit {
            if text[at] == mark, !text[at - 1].isWhitespace,
                at + 1 == text.endIndex || !(text[at + 1].isLetter || text[at + 1].isNumber)
            {
                return at
            }
            at += 1
        }
        return nil
    }

    /// What stands between `<` and `>`: a link, a mention of a person, group or channel, or a date.
    private static func reference(_ content: String) -> Span {
        let parts = content.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let label = parts.count > 1 ? unescape(parts[1]) : nil
        let target = parts[0]
        switch target.first {
        case "!":
            let words = target.dropFirst().split(separator: "^")
            if words.first == "date" { return .text(label ?? target) }
            return .mention(label ?? "@" + (words.first.map(String.init) ?? ""))
        case "@": return .mention(label ?? target)
        case "#": return .mention(label.map { "#" + $0 } ?? target)
        default:
            let url = unescape(target)
            return .link(url: url, label: label ?? url)
        }
    }

    private static func find(_ needle: [Character], in text: ArraySlice<Character>) -> Int? {
        var at = text.startIndex
        while at + needle.count <= text.endIndex {
            if text[at..<(at + needle.count)].elementsEqual(needle) { return at }
            at += 1
        }
        return nil
    }
}
