/// One mail address, `local-part@domain`, in the strict form that every relay takes.
///
/// RFC 5321 §4.1.2 restricted to a dot-atom local part and a host name: no quoted local part, no address literal, no
/// display name, ASCII only (an internationalised domain is written as its A-label). What passes here cannot break out of
/// an SMTP command or of a header.
package struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    /// 1...64 characters.
    package let localPart: String
    /// 1...253 characters, as written.
    package let domain: String

    package var description: String { "\(localPart)@\(domain)" }

    /// Reads the address.
    ///
    /// - Parameter text: The address alone, without spaces or angle brackets around it.
    /// - Throws: What is wrong with the address.
    package init(_ text: String) throws(MailAddressError) {
        let bytes = Array(text.utf8)
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { throw .controlCharacter }
        if bytes.contains(UInt8(ascii: "<")) || bytes.contains(UInt8(ascii: ">")) { throw .angleBracket }
        if bytes.contains(0x20) { throw .space }
        if bytes.contains(where: { $0 >= 0x80 }) { throw .notASCII }
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw parts.count == 1 ? .noAt : .severalAts }
        guard bytes.count <= 254 else { throw .tooLong }
        guard parts[0].count <= 64, MailAddress.isDotAtom(parts[0]) else { throw .localPart }
        guard parts[1].count <= 253, MailAddress.isHostName(parts[1]) else { throw .domain }
        localPart = String(decoding: parts[0], as: UTF8.self)
        domain = String(decoding: parts[1], as: UTF8.self)
    }

    /// RFC 5322 §3.2.3, `dot-atom-text`.
    private static func isDotAtom(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            atom.isEmpty == false && atom.allSatisfy { isLetterOrDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        }
    }

    /// RFC 1123 §2.1: labels of 1...63 letters, digits and inner hyphens.
    private static func isHostName(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

/// Why a text is not a usable mail address. The words never repeat the address, which may hold control characters.
package enum MailAddressError: Error, Hashable, CustomStringConvertible {
    case controlCharacter, angleBracket, space, notASCII, noAt, severalAts, tooLong, localPart, domain

    /// The end of a sentence that begins with the address.
    package var description: String {
        switch self {
        case .controlCharacter: "contains a control character"
        case .angleBracket: "contains < or >; write the address alone, without a name"
        case .space: "contains a space"
        case .notASCII: "contains letters that are not ASCII; write the domain in its xn-- form"
        case .noAt: "has no @"
        case .severalAts: "has more than one @"
        case .tooLong: "is longer than 254 characters"
        case .localPart: "has no valid part before the @"
        case .domain: "has no valid host name after the @"
        }
    }
}
