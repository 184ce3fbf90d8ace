import Findings

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
                let high = bytes[at + 1].hexDigitValue, let low = bytes[at + 2].hexDigitValue
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
}
