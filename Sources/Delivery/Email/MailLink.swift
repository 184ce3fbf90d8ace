/// A web address of a finding that a mail may link to.
///
/// Only absolute http and https addresses without user information (`https://console.aws.amazon.com@evil.example`),
/// printable ASCII after percent-encoding, at most 2,000 bytes.
struct MailLink: Sendable, Hashable {
    /// Fit for an attribute after HTML escaping and for a line of plain text.
    let text: String
    /// As written, for showing where the link leads; never empty.
    let host: String

    /// Reads the address; `nil` when it is not to be linked.
    init?(_ raw: String) {
        let utf8 = Array(raw.utf8)
        let lower = raw.lowercased()
        let schemeLength: Int
        if lower.hasPrefix("https://") {
            schemeLength = 8
        } else if lower.hasPrefix("http://") {
            schemeLength = 7
        } else {
            return nil
        }
        let rest = utf8.dropFirst(schemeLength)
        let authority = rest.prefix { MailLink.authorityEnd.contains($0) == false }
        guard authority.isEmpty == false, authority.allSatisfy(MailLink.isAuthorityByte) else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(utf8.count)
        for byte in utf8 {
            if byte > 0x20, byte < 0x7F, MailLink.unwise.contains(byte) == false {
                out.append(byte)
            } else if byte < 0x20 || byte == 0x7F {
                return nil
            } else {
                out.append(contentsOf: [UInt8(ascii: "%"), MailLink.hexDigit(byte >> 4), MailLink.hexDigit(byte & 15)])
            }
        }
        guard out.count <= 2_000 else { return nil }
        text = String(decoding: out, as: UTF8.self)
        host = String(decoding: authority, as: UTF8.self)
    }

    private static let authorityEnd = Set("/?#".utf8)
    private static let unwise = Set(#""<>\^`{|}"#.utf8)

    private static func isAuthorityByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}
