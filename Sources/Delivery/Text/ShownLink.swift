/// A link that may stand in a message: http or https only, with everything percent-encoded that could end it early.
package struct ShownLink: Sendable, Hashable {
    /// Safe in `<url|label>`, in an attribute and as bare text.
    package let url: String
    /// Where it leads, with the port if there is one; never empty.
    package let host: String

    /// The link a source gave, or `nil` when it is none, is of another scheme, or is longer than `limit`
    /// UTF-16 units once its ampersands are written as entities. One with user information is none either:
    /// `https://console.aws.amazon.com@evil.example` leads elsewhere than it seems to.
    package init?(_ text: String?, limit: Int) {
        guard let text, text.utf8.count <= limit * 3 else { return nil }
        let lower = text.prefix(8).lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://") else { return nil }
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"), UInt8(ascii: "\""), UInt8(ascii: "'"),
                UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "^"), UInt8(ascii: "{"), UInt8(ascii: "}"),
                UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
                UInt8(ascii: "@"),
                0...0x20, 0x7F...:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            default: encoded.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        let ampersands = encoded.utf8.count { $0 == UInt8(ascii: "&") }
        guard encoded.utf16.count + 4 * ampersands <= limit else { return nil }
        let authority = encoded.drop { $0 != "/" }.dropFirst(2).prefix { "/?#".contains($0) == false }
        // What had to be encoded there is no part of a host name: user information, above all.
        guard authority.isEmpty == false, authority.contains("%") == false else { return nil }
        url = encoded
        host = String(authority)
    }
}
