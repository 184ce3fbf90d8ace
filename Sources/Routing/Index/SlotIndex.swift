import Findings

/// The rules that are anchored at one slot, by what the slot's value must be.
struct SlotIndex: Sendable {
    private var exact: [ArraySlice<UInt8>: [Int32]] = [:]
    private var folded: [ArraySlice<UInt8>: [Int32]] = [:]
    private var prefixes: [ByLength] = []
    private var suffixes: [ByLength] = []
    private var blocks: [ByMask] = []
    private var ranges: [(range: NumericRange, rule: Int32)] = []
    private var present: [Int32] = []
    private var parts = PartIndex()

    /// Texts of one length.
    private struct ByLength: Sendable {
        var length: Int
        var rules: [ArraySlice<UInt8>: [Int32]] = [:]
    }

    /// Networks of one family and number of bits.
    private struct ByMask: Sendable {
        var bytes: Int
        var bits: Int
        var rules: [CIDRBlock: [Int32]] = [:]
    }

    mutating func enter(_ rule: Int32, under key: Anchor.Key) {
        switch key {
        case .exact(let bytes): exact[bytes[...], default: []].append(rule)
        case .folded(let bytes): folded[bytes[...], default: []].append(rule)
        case .prefix(let bytes): SlotIndex.enter(rule, bytes, into: &prefixes)
        case .suffix(let bytes): SlotIndex.enter(rule, bytes, into: &suffixes)
        case .containing(let bytes): parts.enter(rule, under: bytes)
        case .range(let range): ranges.append((range, rule))
        case .present: present.append(rule)
        case .block(let block):
            let known = blocks.firstIndex { $0.bytes == block.network.count && $0.bits == block.bits }
            let at = known ?? blocks.count
            if known == nil { blocks.append(ByMask(bytes: block.network.count, bits: block.bits)) }
            blocks[at].rules[block, default: []].append(rule)
        }
    }

    private static func enter(_ rule: Int32, _ bytes: [UInt8], into lengths: inout [ByLength]) {
        let known = lengths.firstIndex { $0.length == bytes.count }
        let at = known ?? lengths.count
        if known == nil { lengths.append(ByLength(length: bytes.count)) }
        lengths[at].rules[bytes[...], default: []].append(rule)
    }

    /// Called once after the last rule.
    mutating func seal() {
        ranges.sort { SlotIndex.lower($0.range) < SlotIndex.lower($1.range) }
    }

    private static func lower(_ range: NumericRange) -> Double { range.lower?.value ?? -.infinity }

    /// Adds the rules that a leaf of an event leads to.
    func collect(_ document: JSONDocument, _ leaf: JSONDocument.Node, into found: inout [Int32]) {
        switch leaf.kind {
        case .string: collect(string: document.stringBytes(leaf), into: &found)
        case .number: collect(number: document.bytes[leaf.range], into: &found)
        default: found += present
        }
    }

    /// Adds the rules that a text leads to.
    func collect(string: ArraySlice<UInt8>, into found: inout [Int32]) {
        found += present
        if exact.isEmpty == false, let rules = exact[string] { found += rules }
        if folded.isEmpty == false {
            var lower = Array(string)
            Glob.fold(&lower)
            if let rules = folded[lower[...]] { found += rules }
        }
        for prefix in prefixes where prefix.length <= string.count {
            if let rules = prefix.rules[string.prefix(prefix.length)] { found += rules }
        }
        for suffix in suffixes where suffix.length <= string.count {
            if let rules = suffix.rules[string.suffix(suffix.length)] { found += rules }
        }
        parts.collect(string, into: &found)
        guard blocks.isEmpty == false, let address = CIDRBlock.address(string) else { return }
        for block in blocks where block.bytes == address.count {
            if let rules = block.rules[CIDRBlock(address: address, bits: block.bits)] { found += rules }
        }
    }

    private func collect(number text: ArraySlice<UInt8>, into found: inout [Int32]) {
        found += present
        guard ranges.isEmpty == false else { return }
        let number = PatternNumber(text: String(decoding: text, as: UTF8.self))
        guard let value = number.value else { return }
        for entry in ranges {
            if SlotIndex.lower(entry.range) > value { break }
            if entry.range.contains(number) { found.append(entry.rule) }
        }
    }
}
