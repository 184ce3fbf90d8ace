import FoundationEssentials

/// How the text of a MIME part becomes lines of at most 76 ASCII characters that end with CRLF (RFC 2045 §6).
enum TransferEncoding: String, Sendable, Hashable {
    case quotedPrintable = "quoted-printable"
    case base64

    /// The encoding that makes the text shorter: quoted-printable unless much of it is not ASCII.
    init(for text: String) {
        let total = text.utf8.count
        let escaped = text.utf8.count { $0 >= 0x80 }
        self = escaped * 6 > total ? .base64 : .quotedPrintable
    }

    /// The encoded text; ends with CRLF.
    ///
    /// - Parameter text: Lines end with LF and hold no CR.
    /// - Returns: ASCII lines of at most 76 characters without the CRLF.
    func encode(_ text: String) -> [UInt8] {
        switch self {
        case .quotedPrintable: quotedPrintable(text)
        case .base64: base64(text)
        }
    }

    private func base64(_ text: String) -> [UInt8] {
        var canonical: [UInt8] = []
        canonical.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte == 0x0A { canonical.append(0x0D) }
            canonical.append(byte)
        }
        let encoded = Data(canonical).base64EncodedData(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return Array(encoded) + [0x0D, 0x0A]
    }

    /// RFC 2045 §6.7. Beyond what it asks, a dot and `From ` at the beginning of a line are encoded, so that the text can
    /// meet neither SMTP's dot nor the `From ` line of a mailbox.
    private func quotedPrintable(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count * 5 / 4)
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            var column = 0
            for (offset, byte) in line.enumerated() {
                let isLast = offset == line.count - 1
                var isLiteral = isLiteral(byte, atEnd: isLast)
                if column + (isLiteral ? 1 : 3) > 75 {
                    out.append(contentsOf: [UInt8(ascii: "="), 0x0D, 0x0A])
                    column = 0
                }
                if column == 0, byte == UInt8(ascii: ".") || line.dropFirst(offset).starts(with: "From ".utf8) {
                    isLiteral = false
                }
                if isLiteral {
                    out.append(byte)
                    column += 1
                } else {
                    out.append(contentsOf: [UInt8(ascii: "="), hexDigit(byte >> 4), hexDigit(byte & 15)])
                    column += 3
                }
            }
            out.append(contentsOf: [0x0D, 0x0A])
        }
        return out
    }

    private func isLiteral(_ byte: UInt8, atEnd: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        case 0x21...0x7E: true
        case 0x20: atEnd == false
        default: false
        }
    }

    private func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}
