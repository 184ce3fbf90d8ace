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
        let utf8 = Array(text.utf8)
        guard utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .unusableCharacter }
        guard let at = utf8.lastIndex(of: UInt8(ascii: "@")) else { throw .noDomain }
        guard utf8.count <= 254 else { throw .tooLong }
        let local = utf8[..<at]
        let domain = utf8[(at + 1)...]
        guard local.count <= 64, MailAddress.isDotAtom(local) else { throw .localPart }
        guard domain.count <= 253, MailAddress.isHostName(domain) else { throw .domain }
        localPart = String(decoding: local, as: UTF8.self)
        self.domain = String(decoding: domain, as: UTF8.self)
    }

    /// RFC 5322 §3.2.3, `dot-atom-text`.
    private static func isDotAtom(_ bytes: ArraySlice<UInt8>) -> Bool {
        let special = Set("!#$%&'*+-/=?^_`{|}~".utf8)
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            atom.isEmpty == false && atom.allSatisfy { isLetterOrDigit($0) || special.contains($0) }
        }
    }

    /// RFC 1123 §2.1: labels of 1...63 letters, digits and inner hyphens.
    private static func isHostName(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// Why a text is not a usable mail address. The texts never repeat the address, which may hold control characters.
package enum MailAddressError: Error, Hashable, CustomStringConvertible {
    case unusableCharacter, noDomain, tooLong, localPart, domain

    package var description: String {
        switch self {
        case .unusableCharacter:
            "the mail address holds a space, a control character or a character that is not ASCII; write an "
                + "internationalised domain as its A-label (xn--…)"
        case .noDomain: "the mail address has no @; write it as name@example.com"
        case .tooLong: "the mail address is longer than 254 characters"
        case .localPart:
            "what stands before the @ must be 1 to 64 letters, digits or characters of !#$%&'*+-/=?^_`{|}~, with "
                + "single dots between them"
        case .domain: "what stands after the @ is not a host name"
        }
    }
}
