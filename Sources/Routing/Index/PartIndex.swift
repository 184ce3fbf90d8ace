/// Rules that are found by three bytes that stand somewhere in a text: what a glob with a star at either end leaves to look
/// up.
struct PartIndex: Sendable {
    private var rules: [UInt32: [Int32]] = [:]
    /// A bit for each of the parts, so that most places of a text cost no look-up.
    private var filter = [UInt64](repeating: 0, count: 128)

    /// - Parameters:
    ///   - rule: The rule's place.
    ///   - bytes: Three of them.
    mutating func enter(_ rule: Int32, under bytes: [UInt8]) {
        let part = bytes.reduce(0) { $0 << 8 | UInt32($1) }
        rules[part, default: []].append(rule)
        let bit = PartIndex.bit(part)
        filter[bit >> 6] |= 1 << UInt64(bit & 63)
    }

    /// Adds the rules whose part the text holds; one that it holds twice adds them twice.
    func collect(_ text: ArraySlice<UInt8>, into found: inout [Int32]) {
        guard rules.isEmpty == false, text.count >= 3 else { return }
        var part: UInt32 = 0
        var count = 0
        for byte in text {
            part = (part << 8 | UInt32(byte)) & 0xFF_FFFF
            count += 1
            guard count >= 3 else { continue }
            let bit = PartIndex.bit(part)
            guard filter[bit >> 6] & 1 << UInt64(bit & 63) != 0, let rules = rules[part] else { continue }
            found += rules
        }
    }

    /// Thirteen bits.
    private static func bit(_ part: UInt32) -> Int { Int((part &* 0x9E37_79B1) >> 19) }
}
