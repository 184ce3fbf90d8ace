/// Percent-encoding (RFC 3986 §2.1).
extension StringProtocol {
    /// The text with every `%XX` resolved.
    ///
    /// - Parameter plusIsSpace: Whether `+` stands for a space, as in forms and their queries.
    /// - Returns: `nil` when a `%` is not followed by two hexadecimal digits, or when the result is not UTF-8.
    package func percentDecoded(plusIsSpace: Bool = false) -> String? {
        var out: [UInt8] = []
        out.reserveCapacity(utf8.count)
        var rest = Substring(self).utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else {
                    return nil
                }
                out.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: out.append(UInt8(ascii: " "))
            default: out.append(byte)
            }
        }
        return String(validating: out, as: UTF8.self)
    }
}

extension Collection<UInt8> {
    /// The bytes with every `%XX` resolved; a `%` without two hexadecimal digits stays.
    ///
    /// - Parameter plusIsSpace: Whether `+` stands for a space, as in forms (URL Standard,
    ///   application/x-www-form-urlencoded).
    /// - Returns: Any bytes, UTF-8 or not.
    package func percentDecoded(plusIsSpace: Bool = false) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(count)
        var rest = self[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap(\.hexDigitValue)
                out.append(digits.count == 2 ? digits[0] << 4 | digits[1] : byte)
                if digits.count == 2 { rest = rest.dropFirst(2) }
            case UInt8(ascii: "+") where plusIsSpace: out.append(UInt8(ascii: " "))
            default: out.append(byte)
            }
        }
        return out
    }
}

extension String {
    /// The text as one segment of a path or one value of a query: everything but the unreserved characters of
    /// RFC 3986 §2.3 as `%XX`.
    package var percentEncoded: String {
        var out: [UInt8] = []
        out.reserveCapacity(utf8.count + 32)
        appendPercentEncoded(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    func appendPercentEncoded(to out: inout [UInt8]) {
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.append(byte)
            default:
                out.append(UInt8(ascii: "%"))
                out.append(String.hexDigits[Int(byte >> 4)])
                out.append(String.hexDigits[Int(byte & 15)])
            }
        }
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
