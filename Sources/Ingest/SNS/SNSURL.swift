import Findings

/// A URL of Amazon SNS itself, the only host that a message may make us call.
///
/// The host rule is that of AWS's own message validators, `^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$`, with the
/// suffixes of the other partitions beside these two: anything under amazonaws.com would include every S3 bucket. Nothing
/// else may stand in the authority: no user, no port.
struct SNSURL: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// Where the public key is: the path ends in `.pem`, and there is no query.
    init?(certificate text: String) {
        guard let path = SNSURL.path(of: text), path.hasSuffix(".pem"), path.contains("?") == false,
            path.contains("#") == false
        else { return nil }
        description = text
    }

    /// What confirms a subscription when it is called.
    init?(subscription text: String) {
        guard SNSURL.path(of: text) != nil else { return nil }
        description = text
    }

    /// What follows the authority, when scheme and authority are SNS's and all of it is plain visible ASCII.
    private static func path(of text: String) -> Substring? {
        let scheme = "https://"
        guard text.utf8.count <= 2_048, text.hasPrefix(scheme), text.utf8.allSatisfy(isPlain) else { return nil }
        let rest = text.dropFirst(scheme.count)
        guard let slash = rest.firstIndex(of: "/"), isSNS(host: rest[..<slash]) else { return nil }
        return rest[slash...]
    }

    private static func isSNS(host: Substring) -> Bool {
        guard host.hasPrefix("sns.") else { return false }
        let rest = host.dropFirst("sns.".count)
        return Partition.allCases.contains { partition in
            let suffix = ".\(partition.dnsSuffix)"
            guard rest.hasSuffix(suffix) else { return false }
            // One label: no suffix ends in another one, so that no other can make the rest of one.
            let region = rest.dropLast(suffix.count).utf8
            return region.count >= 3 && region.allSatisfy(isLabelByte)
        }
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Visible ASCII without the characters that URL parsers read differently.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "@"):
            false
        default: (0x21...0x7E).contains(byte)
        }
    }
}
