/// A block of IPv4 or IPv6 addresses in CIDR notation; an address alone is the block of itself.
package struct CIDRBlock: Sendable, Hashable {
    /// 4 or 16 bytes in network order, those behind the mask zero.
    let network: [UInt8]
    /// How many leading bits are fixed.
    let bits: Int

    /// The block, or `nil` when the text is not an address, alone or followed by `/` and the number of fixed bits.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = CIDRBlock.address(parts[0]) else { return nil }
        var bits = address.count * 8
        if parts.count == 2 {
            guard let given = DurationText.wholeNumber(Substring(parts[1])), given <= bits else { return nil }
            bits = given
        }
        self.init(address: address, bits: bits)
    }

    /// The block of every address that shares its first bits with this one.
    ///
    /// - Parameters:
    ///   - address: 4 or 16 bytes in network order; what stands behind the fixed bits does not matter.
    ///   - bits: 0...32 or 0...128.
    init(address: [UInt8], bits: Int) {
        self.bits = bits
        network = address.enumerated().map { index, byte in
            byte & UInt8(truncatingIfNeeded: 0xFF00 >> min(max(bits - index * 8, 0), 8))
        }
    }

    /// Whether the address, 4 or 16 bytes in network order, is in the block; never across the two families.
    package func contains(_ address: [UInt8]) -> Bool {
        guard address.count == network.count else { return false }
        return address.indices.allSatisfy { index in
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> min(max(bits - index * 8, 0), 8))
            return address[index] & mask == network[index]
        }
    }

    /// One way to write the block: `203.0.113.0/24`, a single address without its `/32` or `/128`, IPv6 in eight groups.
    package var text: String {
        let address =
            network.count == 4
            ? network.map(String.init).joined(separator: ".")
            : stride(from: 0, to: network.count, by: 2)
                .map { String(Int(network[$0]) << 8 | Int(network[$0 + 1]), radix: 16) }.joined(separator: ":")
        return bits == network.count * 8 ? address : "\(address)/\(bits)"
    }

    /// The block itself and every larger one that it lies in.
    var enclosing: [CIDRBlock] { (0...bits).reversed().map { CIDRBlock(address: network, bits: $0) } }

    /// The bytes of an address in text form: dotted decimal without leading zeros, or RFC 4291 §2.2 without a zone.
    package static func address(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard text.count <= 45 else { return nil }
        return text.contains(UInt8(ascii: ":")) ? version6(Array(text)) : version4(text)
    }

    private static func version4(_ text: some Collection<UInt8>) -> [UInt8]? {
        var address: UInt32 = 0
        var parts = 0
        var part: UInt32?
        for byte in text {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                // A leading zero could be meant octally, so that nobody can say what the address is.
                guard part != 0 else { return nil }
                let value = (part ?? 0) * 10 + UInt32(byte - UInt8(ascii: "0"))
                guard value <= 255 else { return nil }
                part = value
            } else {
                guard byte == UInt8(ascii: "."), parts < 3, let value = part else { return nil }
                address = address << 8 | value
                parts += 1
                part = nil
            }
        }
        guard parts == 3, let value = part else { return nil }
        address = address << 8 | value
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address >> $0) }
    }

    private static func version6(_ text: [UInt8]) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        var gap: Int?
        for at in text.indices.dropLast() where text[at] == colon && text[at + 1] == colon {
            guard gap == nil else { return nil }
            gap = at
        }
        guard let gap else {
            guard let bytes = groups(text[...]), bytes.count == 16 else { return nil }
            return bytes
        }
        guard let head = groups(text[..<gap]), let tail = groups(text[(gap + 2)...]), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups of one to four hexadecimal digits between colons; the last may be a dotted IPv4 address.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.isEmpty == false else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let tail = version4(part) else { return nil }
                bytes += tail
                continue
            }
            let isHexadecimal = part.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
            guard (1...4).contains(part.count), isHexadecimal,
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}

/// Host names and addresses as settings give them.
enum HostText {
    /// An address, or dot-separated labels of letters, digits, `-` and `_` (private DNS has underscores).
    static func isHost(_ text: String) -> Bool {
        if CIDRBlock.address(text.utf8) != nil { return true }
        guard text.utf8.count <= 253 else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            label.isEmpty == false && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy {
                    MailAddress.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
    }

    /// Whether the host is this machine by its name or address alone, without asking DNS.
    static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        guard let address = CIDRBlock.address(host.utf8) else { return false }
        return address.count == 4 ? address[0] == 127 : address == [UInt8](repeating: 0, count: 15) + [1]
    }
}
