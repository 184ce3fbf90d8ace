import Findings
import Routing

/// How text that is not ours is written for a Slack-compatible receiver, so that it arrives letter for letter and none of
/// it is markup.
///
/// No receiver knows an escape for all of its markup that survives copying, and an invisible character between two letters
/// breaks an ARN that somebody copies. What they have in common is the code span, in which nothing is alive; so the words
/// that hold a live character stand in one, and prose stays prose. In Zulip, which reads Slack's markup in code too, what it
/// would rewrite stands between spans as an entity. A backtick would end a span that has but one fence: in Rocket.Chat it
/// stands between spans, behind a backslash; in Slack's own markup, which has no escape, its line is a block of code, which
/// only three in a row end. Those three find no place there and become apostrophes, since what is left over of them
/// would pair with the next fence and set free what stands behind it.
struct SlackMarkup {
    let dialect: SlackSettings.Dialect

    /// The text as it must be written, in at most `limit` UTF-16 units; what does not fit is left out and counted in words.
    func fit(_ text: String, _ limit: Int) -> String {
        var room = limit
        while room > 0 {
            let written = quote(ShownText.fit(text, room))
            let size = written.utf16.count
            if size <= limit { return written }
            room = min(room - 1, room * limit / size)
        }
        return "…"
    }

    /// For the places that a receiver shows as they are: what Mattermost and Discord make of a footer, Rocket.Chat of a title.
    func fitPlain(_ text: String, _ limit: Int) -> String { ShownText.fit(text, limit) }

    /// The text as it must be written.
    func quote(_ text: String) -> String {
        guard text.utf8.contains(where: SlackMarkup.isSuspicious) else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { quote(line: $0) }
            .joined(separator: "\n")
    }

    private func quote(line: Substring) -> String {
        if isSlack, line.contains("`") { return block(line) }
        var out: [String] = []
        // Words with live characters that follow one another share a span.
        var live: [Substring] = []
        func flush() {
            if live.isEmpty == false { out.append(code(live.joined(separator: " "))) }
            live = []
        }
        var isFirst = true
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            if word.isEmpty == false, isLive(word, isFirst: isFirst) {
                live.append(word)
            } else {
                flush()
                out.append(isSlack ? entities(word) : String(word))
            }
            if word.isEmpty == false { isFirst = false }
        }
        flush()
        return out.joined(separator: " ")
    }

    /// Receivers that read Slack's own markup: `plain` is what is known to be no more than that.
    private var isSlack: Bool { dialect == .slack || dialect == .plain }

    // MARK: What is alive

    private func isLive(_ word: Substring, isFirst: Bool) -> Bool {
        isSlack ? isLiveInSlack(word, isFirst: isFirst) : isLiveInMarkdown(word, isFirst: isFirst)
    }

    /// docs.slack.dev, "Formatting message text": `*`, `_`, `~` and backticks format, `:name:` is an emoji, `>` at the
    /// beginning of a line a quotation. `&`, `<` and `>` are written as entities, in code too.
    private func isLiveInSlack(_ word: Substring, isFirst: Bool) -> Bool {
        if isFirst, word.hasPrefix(">") { return true }
        if dialect == .plain, word.contains("@") { return true }
        return word.contains { "*_~".contains($0) } || hasInnerColon(word)
    }

    /// CommonMark 0.31.2, with what each adds: mentions and emoji (Mattermost handbook, "Formatting messages"; Rocket.Chat
    /// message parser), `$` for mathematics (Zulip, Rocket.Chat), `||` and `<t:…>` (Discord, "Markdown text 101"), emoticons.
    private func isLiveInMarkdown(_ word: Substring, isFirst: Bool) -> Bool {
        if word.contains(where: { "*_~`@#$[]|\\<>&^".contains($0) }) || hasInnerColon(word) { return true }
        if word.hasPrefix(":") || word.hasPrefix(";") || word.hasPrefix("=") || word.hasPrefix("www.") { return true }
        guard isFirst else { return false }
        // What makes a list, a heading or a rule of a line.
        if word.allSatisfy({ "-+=".contains($0) }) { return true }
        return word.last.map { ".)".contains($0) } == true && word.dropLast().allSatisfy(\.isNumber)
    }

    /// A colon that could begin an emoji, an emoticon or an address: any but the one that ends a word, and the one of a time.
    private func hasInnerColon(_ word: Substring) -> Bool {
        guard let first = word.firstIndex(of: ":") else { return false }
        let after = word[word.index(after: first)...]
        if after.isEmpty { return false }
        let isTime = word[..<first].last?.isNumber == true && after.first?.isNumber == true
        return isTime == false || after.contains(":")
    }

    private static func isSuspicious(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: " "): false
        default: true
        }
    }

    // MARK: How it is written

    private func code(_ text: String) -> String {
        switch dialect {
        case .slack, .plain: "`\(entities(text))`"
        case .rocketchat: spans(text) { scalar, _ in scalar == "`" ? "\\`" : nil }
        case .zulip: zulip(text)
        case .discord: span(text)
        case .mattermost:
            // Its reader of Slack's markup rewrites `<…>` before anything else, in code too (Mattermost handbook, "Slack
            // compatibility"), so that a `<` must stand outside, where it is an entity.
            text.split(separator: "<", omittingEmptySubsequences: false)
                .map { $0.isEmpty ? "" : span(String($0)) }.joined(separator: "&lt;")
        }
    }

    /// Zulip's reader of Slack's messages makes its own markup of `*…*`, `_…_` and `<address|label>` before anything else, in
    /// code too, as long as the first of them follows no letter. There they stand outside, where Zulip knows entities; and
    /// the backtick with them, since Zulip shows the spaces that keep it apart from its fence.
    private func zulip(_ text: String) -> String {
        spans(text) { scalar, before in
            switch scalar {
            case "*", "<", "`",
                "_" where SlackMarkup.isWord(before) == false:
                "&#\(scalar.value);"
            default: nil
            }
        }
    }

    /// Spans of code, and between them what can stand in none.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - outside: How a scalar is written that must stand between spans, `nil` for one that may stand in a span. Takes it
    ///     and the one before it in the same span.
    /// - Returns: The text as it must be written.
    private func spans(_ text: String, outside: (Unicode.Scalar, Unicode.Scalar?) -> String?) -> String {
        var out = ""
        var span = ""
        func flush() {
            let spaces = span.prefix { $0 == " " }
            let code = span.dropFirst(spaces.count)
            let end = code.reversed().prefix { $0 == " " }.count
            out += spaces + (code.isEmpty ? "" : "`\(code.dropLast(end))`") + String(repeating: " ", count: end)
            span = ""
        }
        for scalar in text.unicodeScalars {
            if let written = outside(scalar, span.unicodeScalars.last) {
                flush()
                out += written
            } else {
                span.unicodeScalars.append(scalar)
            }
        }
        flush()
        return out
    }

    /// A block of code of Slack's. A space keeps a backtick at its edge apart from the fence.
    private func block(_ line: Substring) -> String {
        var text = ""
        var run = 0
        func flush() {
            text += String(repeating: run < 3 ? "`" : "'", count: run)
            run = 0
        }
        for character in line {
            if character == "`" {
                run += 1
            } else {
                flush()
                text.append(character)
            }
        }
        flush()
        guard text.contains("`") else { return quote(line: text[...]) }
        return "```\(text.hasPrefix("`") ? " " : "")\(entities(text))\(text.hasSuffix("`") ? " " : "")```"
    }

    /// An address as it may stand in a message. What is percent-encoded for Zulip is the same address (RFC 3986 §2.3).
    func address(_ link: ShownLink) -> String {
        guard dialect == .zulip else { return link.url }
        var out = ""
        for scalar in link.url.unicodeScalars {
            let opens = scalar == "_" && SlackMarkup.isWord(out.unicodeScalars.last) == false
            out += opens ? "%5F" : String(scalar)
        }
        return out
    }

    /// Whether what follows it can begin no emphasis.
    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    /// CommonMark 0.31.2 §6.1: fenced by one backtick more than the longest run inside, which a space keeps apart.
    private func span(_ text: String) -> String {
        guard text.contains("`") else { return "`\(text)`" }
        var longest = 0
        var run = 0
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence) \(text) \(fence)"
    }

    private func entities(_ text: some StringProtocol) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
