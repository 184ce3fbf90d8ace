import NoroshiTestSupport

extension [UInt8] {
    /// The bytes with one to four random changes: a byte replaced, inserted or removed, a stretch doubled or cut out, a
    /// value swapped for one of another type.
    func mutated(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...4, using: &generator) where bytes.isEmpty == false {
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            let end = Swift.min(bytes.count, at + Int.random(in: 1...64, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &generator), at: at)
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
            case 4: bytes.removeSubrange(at..<end)
            case 5: bytes.removeSubrange(at...)
            default: bytes.replaceValue(from: at, using: &generator)
            }
        }
        return bytes
    }

    /// Puts another value after the next colon, so that the text stays JSON and only its types are wrong.
    private mutating func replaceValue(from start: Int, using generator: inout SeededGenerator) {
        let values = [
            "null", "0", "-1e308", "\"\"", "[]", "{}", "true", "[{}]", "\"arn:aws:::::\"", "99999999999999999999",
        ]
        guard let colon = self[start...].firstIndex(of: UInt8(ascii: ":")),
            let end = self[colon...].firstIndex(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\n") })
        else { return }
        let value = values[Int.random(in: 0..<values.count, using: &generator)]
        replaceSubrange(colon + 1..<end, with: Array(value.utf8))
    }
}
