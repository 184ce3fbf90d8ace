extension String {
    /// The text with its percent-encoding (RFC 3986 §2.1) undone; as it is when the encoding is broken or hides no UTF-8.
    /// In forms a plus stands for a space.
    package func percentDecoded(plusIsSpace: Bool = false) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(utf8.count)
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(String.hexDigit),
                    let low = rest.popFirst().flatMap(String.hexDigit)
                else { return self }
                out.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: out.append(UInt8(ascii: " "))
            default: out.append(byte)
            }
        }
        return String(validating: out, as: UTF8.self) ?? self
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
