import HTTPSurface
import FoundationEssentials

/// RFC 2047: text that is not ASCII inside a header, e.g. `=?utf-8?Q?K=C3=B6ln?=`.
enum EncodedWords {
    /// The header's value as a person reads it; words that cannot be decoded stay as they are.
    static func decode(_ value: String) -> String {
        guard value.contains("=?") else { return value }
        var result = ""
        // The bytes of neighbouring words of one character set are joined first: a character may be split between them.
        var pending: (charset: String, bytes: [UInt8])?
        var gap = ""
        var rest = value[...]
        func flush() {
            if let pending { result += CharacterSets.decode(pending.bytes, pending.charset) }
            pending = nil
        }
        while rest.isEmpty == false {
            if rest.hasPrefix("=?"), let word = Word(rest) {
                if let last = pending, last.charset == word.charset {
                    pending = (last.charset, last.bytes + word.bytes)
                } else {
                    flush()
                    pending = (word.charset, word.bytes)
                }
                gap = ""
                rest = rest.dropFirst(word.length)
            } else if pending != nil, rest.first == " " || rest.first == "\t" {
                gap.append(rest.removeFirst())
            } else {
                flush()
                result += gap
                gap = ""
                result.append(rest.removeFirst())
            }
        }
        flush()
        return result + gap
    }

    /// One encoded word at the start of a text.
    private struct Word {
        var charset: String
        var bytes: [UInt8]
        /// In characters.
        var length: Int

        init?(_ text: Substring) {
            let pieces = text.dropFirst(2).prefix(2_000).split(
                separator: "?",
                maxSplits: 3,
                omittingEmptySubsequences: false
            )
            guard pieces.count == 4, pieces[3].first == "=" else { return nil }
            // RFC 2231 §5 allows a language after the character set.
            charset = pieces[0].split(separator: "*").first?.lowercased() ?? ""
            switch pieces[1].lowercased() {
            case "b":
                guard let data = Data(base64Encoded: String(pieces[2])) else { return nil }
                bytes = Array(data)
            case "q":
                bytes = QuotedPrintable.decode(pieces[2].utf8.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 })
            default: return nil
            }
            length = 2 + pieces[0].count + 1 + pieces[1].count + 1 + pieces[2].count + 2
        }
    }
}
