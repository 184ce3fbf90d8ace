import Findings
import HTTPSurface
import FoundationEssentials

/// Headers and a body: a whole mail, or one part of it.
struct MIMEEntity {
    /// Unfolded, encoded words as they were.
    let headers: [HTTPPost.Header]
    private let body: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        var headers: [HTTPPost.Header] = []
        var rest = bytes
        while rest.isEmpty == false {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest.dropFirst(line.count + 1)
            let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            if text.isEmpty { break }
            if text.first == " " || text.first == "\t" {
                if headers.isEmpty == false { headers[headers.count - 1].value += text }
            } else if let colon = text.firstIndex(of: ":") {
                let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                headers.append(HTTPPost.Header(String(text[..<colon]), String(value)))
            }
            if headers.count > 200 { break }
        }
        self.headers = headers
        body = rest
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The type in lower case, `text/plain` by default, and its parameters, names in lower case (RFC 2045 §5).
    var contentType: (value: String, parameters: [String: String]) {
        let pieces = (header("Content-Type") ?? "text/plain").split(separator: ";")
        var parameters: [String: String] = [:]
        for piece in pieces.dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix { $0.isWhitespace } }
            guard pair.count == 2 else { continue }
            var value = String(pair[1])
            while value.last?.isWhitespace == true { value.removeLast() }
            if value.count > 1, value.first == "\"", value.last == "\"" { value = String(value.dropFirst().dropLast()) }
            parameters[pair[0].lowercased()] = value
        }
        let value = pieces.first.map { $0.lowercased().filter { !$0.isWhitespace } } ?? "text/plain"
        return (value, parameters)
    }

    /// The body with its transfer encoding undone.
    var decodedBody: [UInt8] {
        switch transferEncoding {
        case "base64":
            Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters).map { Array($0) } ?? Array(body)
        case "quoted-printable": QuotedPrintable.decode(body)
        default: Array(body)
        }
    }

    /// True when the body claims to be base64 and is not.
    var isBadBase64: Bool {
        guard transferEncoding == "base64" else { return false }
        let content = body.filter { ![0x0D, 0x0A, 0x20, 0x09].contains($0) }
        return Data(base64Encoded: Data(content)) == nil
    }

    /// The body as text in its own character set, line ends as LF.
    var text: String {
        let text = CharacterSets.decode(decodedBody, contentType.parameters["charset"])
        return String(text.map { $0 == "\r\n" ? "\n" : $0 })
    }

    /// The parts between the boundaries (RFC 2046 §5.1.1), and whether the closing one was there.
    func parts(boundary: String) -> (parts: [MIMEEntity], isClosed: Bool) {
        let delimiter = Array("--\(boundary)".utf8)
        var parts: [MIMEEntity] = []
        var start: Int?
        var line = body.startIndex
        while line < body.endIndex {
            let next = body[line...].firstIndex(of: 0x0A).map { $0 + 1 } ?? body.endIndex
            if body[line..<next].starts(with: delimiter) {
                let tail = body[(line + delimiter.count)..<next].filter { ![0x0D, 0x0A, 0x20, 0x09].contains($0) }
                if tail.isEmpty || tail == Array("--".utf8) {
                    if let start { parts.append(MIMEEntity(Self.withoutLineEnd(body[start..<max(start, line)]))) }
                    if tail.isEmpty == false { return (parts, true) }
                    start = next
                }
            }
            line = next
        }
        if let start { parts.append(MIMEEntity(body[start...])) }
        return (parts, false)
    }

    private var transferEncoding: String {
        (header("Content-Transfer-Encoding") ?? "7bit").lowercased().filter { !$0.isWhitespace }
    }

    private static func withoutLineEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let trimmed = bytes.last == 0x0A ? bytes.dropLast() : bytes
        return trimmed.last == 0x0D ? trimmed.dropLast() : trimmed
    }
}

/// RFC 2045 §6.7.
enum QuotedPrintable {
    static func decode(_ encoded: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(encoded)
        var result: [UInt8] = []
        var at = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "=") else {
                result.append(bytes[at])
                at += 1
                continue
            }
            if at + 2 < bytes.count, let high = bytes[at + 1].hexDigitValue,
                let low = bytes[at + 2].hexDigitValue
            {
                result.append(high << 4 | low)
                at += 3
            } else if at + 2 < bytes.count, bytes[at + 1] == 0x0D, bytes[at + 2] == 0x0A {
                at += 3
            } else if at + 1 < bytes.count, bytes[at + 1] == 0x0A {
                at += 2
            } else {
                result.append(bytes[at])
                at += 1
            }
        }
        return result
    }
}

/// The character sets that mail of our kind comes in.
enum CharacterSets {
    static func decode(_ bytes: [UInt8], _ name: String?) -> String {
        switch name?.lowercased() {
        case "iso-8859-1", "latin1": String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: String(decoding: bytes, as: UTF8.self)
        }
    }
}
