import FoundationEssentials

/// One header field as the bytes that stand in a mail: ASCII, folded, ended by CRLF (RFC 5322 §2.2).
struct MailHeader: Sendable, Hashable {
    let bytes: [UInt8]

    /// A field whose value is free text, such as `Subject`.
    ///
    /// ASCII text is folded between words at 78 columns. Any other text, a word too long to fold, and text that could be
    /// taken for an encoded-word become encoded-words (RFC 2047) of at most 75 characters on lines of at most 76.
    ///
    /// - Parameters:
    ///   - name: ASCII, at most 20 characters.
    ///   - text: White space and control characters of any kind become single spaces.
    init(_ name: String, text: String) {
        let words = text.unicodeScalars.split {
            $0.properties.isWhitespace || $0.properties.generalCategory == .control
        }
        let isPlain = words.allSatisfy { word in
            word.count <= 70 && word.allSatisfy(\.isASCII) && String(word).contains("=?") == false
        }
        if isPlain {
            self.init(name, tokens: words.map { String($0) })
        } else {
            self.init(name, encodedWords: words.map { String($0) }.joined(separator: " "))
        }
    }

    /// A field of tokens between which it may be folded.
    ///
    /// - Parameters:
    ///   - name: ASCII, at most 20 characters.
    ///   - tokens: ASCII without white space at which a line may begin.
    init(_ name: String, tokens: [String]) {
        var out = Array("\(name):".utf8)
        var column = out.count
        for (index, token) in tokens.enumerated() {
            // The first token stays beside the name: a line of the name alone is what some readers take for an empty field.
            if index > 0, column + 1 + token.utf8.count > 78 {
                out.append(contentsOf: [0x0D, 0x0A])
                column = 0
            }
            out.append(0x20)
            out.append(contentsOf: token.utf8)
            column += 1 + token.utf8.count
        }
        out.append(contentsOf: [0x0D, 0x0A])
        bytes = out
    }

    private init(_ name: String, encodedWords text: String) {
        var out = Array("\(name):".utf8)
        var room = MailHeader.payloadRoom(forLineOf: 76 - out.count - 1)
        var chunk: [UInt8] = []
        func flush() {
            out.append(0x20)
            out.append(contentsOf: "=?utf-8?B?\(Data(chunk).base64EncodedString())?=".utf8)
            chunk = []
        }
        for character in text {
            // A grapheme stays whole where it can; a scalar always does, since RFC 2047 §5 asks for that.
            let pieces =
                character.utf8.count <= 24
                ? [Array(character.utf8)]
                : character.unicodeScalars.map { scalar in
                    Array(String(scalar).utf8)
                }
            for piece in pieces {
                if chunk.count + piece.count > room, chunk.isEmpty == false {
                    flush()
                    out.append(contentsOf: [0x0D, 0x0A])
                    room = MailHeader.payloadRoom(forLineOf: 75)
                }
                chunk.append(contentsOf: piece)
            }
        }
        if chunk.isEmpty == false { flush() }
        out.append(contentsOf: [0x0D, 0x0A])
        bytes = out
    }

    /// How many bytes fit as base64 into an encoded-word of so many characters, 12 of which are its frame.
    private static func payloadRoom(forLineOf width: Int) -> Int { (width - 12) / 4 * 3 }
}
