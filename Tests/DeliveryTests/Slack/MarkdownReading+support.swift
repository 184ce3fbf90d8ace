import Routing

/// What a receiver makes of a text: the letters that a reader sees, and those of them that stand outside of code, where
/// markup is alive. Written from what each receiver documents, and not from how we write.
struct MarkdownReading {
    /// As a reader sees them.
    private(set) var letters = ""
    /// Only what is not in code, with an entity as the blank `\u{0}`, since it can be no markup.
    private(set) var bare = ""

    init(_ text: String, _ dialect: SlackSettings.Dialect) {
        let isSlack = dialect == .slack || dialect == .plain
        var rest = Array(dialect == .zulip ? MarkdownReading.rewritten(text) : text)[...]
        while let character = rest.first {
            // Rocket.Chat's message parser: a backslash makes a letter of a backtick, and code holds none.
            if dialect == .rocketchat, rest.starts(with: "\\`") {
                letters.append("`")
                bare += "\u{0}"
                rest = rest.dropFirst(2)
                continue
            }
            let fence = rest.prefix(dialect == .rocketchat ? 1 : .max).prefix { $0 == "`" }
            let behind = rest.dropFirst(fence.count)
            if fence.isEmpty == false,
                let end = MarkdownReading.end(of: Array(fence), in: behind, isSingle: dialect == .rocketchat),
                isSlack == false || fence.count == 1
            {
                var code = String(rest[(rest.startIndex + fence.count)..<end])
                // Zulip and Rocket.Chat show code with the spaces around it.
                if dialect != .zulip, dialect != .rocketchat, fence.count > 1 || code.hasPrefix(" ") {
                    code = String(code.dropFirst().dropLast())
                }
                letters += isSlack ? MarkdownReading.unescaped(code) : code
                rest = rest[(end + fence.count)...]
                continue
            }
            let entities = ["&lt;": "<", "&gt;": ">", "&amp;": "&"]
            if let (entity, plain) = entities.first(where: { rest.starts(with: $0.key) }) {
                letters += plain
                bare += "\u{0}"
                rest = rest.dropFirst(entity.count)
                continue
            }
            if dialect == .zulip, let (entity, scalar) = MarkdownReading.numbered(rest) {
                letters.unicodeScalars.append(scalar)
                bare += "\u{0}"
                rest = rest.dropFirst(entity)
                continue
            }
            letters.append(character)
            bare.append(character)
            rest = rest.dropFirst()
        }
    }

    /// Where a run of just as many backticks begins, on the same line.
    private static func end(of fence: [Character], in text: ArraySlice<Character>, isSingle: Bool) -> Int? {
        var at = text.startIndex
        while at < text.endIndex, text[at] != "\n" {
            let run = text[at...].prefix { $0 == "`" }.count
            if run == fence.count || (isSingle && run > 0), at > text.startIndex { return at }
            at += max(1, run)
        }
        return nil
    }

    /// What Zulip's receiver for Slack's messages makes of Slack's links and emphasis before Zulip reads the text as its own
    /// Markdown: it looks neither for code nor for entities. No emphasis begins behind a letter, nor ends before one.
    private static func rewritten(_ text: String) -> String {
        let links = #/<(\w+?://.*?)\|(.*?)>/#.matchingSemantics(.unicodeScalar)
        let bold = #/(^|\W)\*([^*\s](?:[^*\n]*[^*\s])?)\*(?=\W|$)/#.matchingSemantics(.unicodeScalar)
        let emphasis = #/(^|\W)_([^_\s](?:[^_\n]*[^_\s])?)_(?=\W|$)/#.matchingSemantics(.unicodeScalar)
        return text.replacing(links) { "[\($0.output.2)](\($0.output.1))" }
            .replacing(bold) { "\($0.output.1)**\($0.output.2)**" }
            .replacing(emphasis) { "\($0.output.1)*\($0.output.2)*" }
    }

    /// An entity that a number names, `&#42;`: its length, and what it stands for.
    private static func numbered(_ text: ArraySlice<Character>) -> (length: Int, scalar: Unicode.Scalar)? {
        guard text.starts(with: "&#"), let end = text.prefix(8).firstIndex(of: ";"),
            let scalar = UInt32(String(text[(text.startIndex + 2)..<end])).flatMap(Unicode.Scalar.init)
        else { return nil }
        return (end - text.startIndex + 1, scalar)
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
