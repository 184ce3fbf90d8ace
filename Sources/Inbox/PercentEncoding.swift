import HTTPSurface

/// Percent-encoding as HTML forms use it (URL Standard, application/x-www-form-urlencoded).
enum PercentEncoding {
    /// The bytes that `encoded` stands for: `+` is a space, `%41` an `A`; a `%` without two digits stays.
    static func decodeForm(_ encoded: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(encoded)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "+") {
                result.append(UInt8(ascii: " "))
            } else if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
                let high = hex(bytes[at + 1]), let low = hex(bytes[at + 2])
            {
                result.append(high << 4 | low)
                at += 2
            } else {
                result.append(bytes[at])
            }
            at += 1
        }
        return result
    }

    /// The value of a hexadecimal digit.
    static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
