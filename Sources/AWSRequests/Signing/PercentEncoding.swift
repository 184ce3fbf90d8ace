import Findings

/// Percent-encoding as AWS signs it: everything but RFC 3986's unreserved characters, hexadecimal digits in upper case.
package enum PercentEncoding {
    /// Encodes each byte that is not unreserved.
    ///
    /// - Parameters:
    ///   - text: Not encoded, or to be encoded once more.
    ///   - kept: ASCII characters that stay beside the unreserved ones.
    /// - Returns: ASCII.
    package static func encoded(_ text: String, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.utf8.contains(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Decodes what is encoded and encodes all of it; a `+` is a plus.
    static func again(_ text: String) -> String {
        encoded(String(decoding: text.utf8.percentDecoded(), as: UTF8.self))
    }

    /// The name-value pairs as `application/x-www-form-urlencoded`.
    package static func form(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
