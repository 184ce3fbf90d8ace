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
        var rest = Array(text)[...]
        while let character = rest.first {
            let fence = rest.prefix { $0 == "`" }
            if fence.isEmpty == false, let end = MarkdownReading.end(of: Array(fence), in: rest.dropFirst(fence.count)),
                isSlack == false || fence.count == 1
            {
                var code = String(rest[(rest.startIndex + fence.count)..<end])
                if fence.count > 1 || code.hasPrefix(" ") { code = String(code.dropFirst().dropLast()) }
                letters += isSlack ? MarkdownReading.unescaped(code) : code
                rest = rest[(end + fence.count)...]
                continue
            }
            let entities = ["&lt;": "<", "&gt;": ">", "&amp;": "&"]
            if dialect != .zulip, let (entity, plain) = entities.first(where: { rest.starts(with: $0.key) }) {
                letters += plain
                bare += "\u{0}"
                rest = rest.dropFirst(entity.count)
                continue
            }
            letters.append(character)
            bare.append(character)
            rest = rest.dropFirst()
        }
    }

    /// Where a run of just as many backticks begins, on the same line.
    private static func end(of fence: [Character], in text: ArraySlice<Character>) -> Int? {
        var at = text.startIndex
        while at < text.endIndex, text[at] != "\n" {
            let run = text[at...].prefix { $0 == "`" }.count
            if run == fence.count, at > text.startIndex { return at }
            at += max(1, run)
        }
        return nil
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
