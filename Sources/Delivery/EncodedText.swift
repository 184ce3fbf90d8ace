import FoundationEssentials

/// A text as somebody reads it who undoes what a receiver may have written otherwise: percent-encoding (RFC 3986 §2.1),
/// the escapes of JSON (RFC 8259 §7) and of HTML. Each byte knows where it came from.
struct EncodedText: Sendable {
    private(set) var bytes: [UInt8]
    /// Where each byte begins and ends in the text as it was written.
    private var places: [Range<Int>]

    /// Beyond so many layers nobody reads it any more.
    private static let layers = 3

    /// - Parameter written: The text as it was written.
    init(_ written: [UInt8]) {
        bytes = written
        places = written.indices.map { $0..<($0 + 1) }
    }

    /// The readings of a text, each with one layer fewer; none when nothing in it is encoded.
    static func readings(of written: [UInt8]) -> [EncodedText] {
        let marks: [UInt8] = [UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&")]
        guard written.contains(where: marks.contains) else { return [] }
        var readings: [EncodedText] = []
        var text = EncodedText(written)
        while readings.count < layers, let next = text.decoded() {
            readings.append(next)
            text = next
        }
        return readings
    }

    /// Where a piece of this reading stands in the text as it was written.
    func place(of piece: Range<Int>) -> Range<Int> {
        places[piece.lowerBound].lowerBound..<places[piece.upperBound - 1].upperBound
    }

    /// One layer fewer; `nil` when there is none.
    private func decoded() -> EncodedText? {
        var next = EncodedText([])
        var at = 0
        var hasChanged = false
        while at < bytes.count {
            let (length, plain) = escape(at) ?? (1, [bytes[at]])
            if length > 1 { hasChanged = true }
            let place = self.place(of: at..<(at + length))
            next.bytes += plain
            next.places += plain.map { _ in place }
            at += length
        }
        return hasChanged ? next : nil
    }

    /// The escape that begins there: how long it is, and what it stands for.
    private func escape(_ at: Int) -> (length: Int, plain: [UInt8])? {
        switch bytes[at] {
        case UInt8(ascii: "%"): hex(at + 1, 2).map { (3, [UInt8($0)]) }
        case UInt8(ascii: "\\"): json(at)
        case UInt8(ascii: "&"): html(at)
        default: nil
        }
    }

    private func hex(_ at: Int, _ count: Int) -> UInt32? {
        guard at + count <= bytes.count, bytes[at..<(at + count)].allSatisfy(EncodedText.isHex) else { return nil }
        return UInt32(String(decoding: bytes[at..<(at + count)], as: UTF8.self), radix: 16)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
    }

    private func json(_ at: Int) -> (length: Int, plain: [UInt8])? {
        guard at + 1 < bytes.count else { return nil }
        let mark = bytes[at + 1]
        switch mark {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): return (2, [mark])
        case UInt8(ascii: "u"):
            guard let first = hex(at + 2, 4) else { return nil }
            if let scalar = Unicode.Scalar(first) { return (6, Array(String(scalar).utf8)) }
            // A pair of surrogates.
            guard at + 7 < bytes.count, bytes[at + 6] == UInt8(ascii: "\\"), bytes[at + 7] == mark,
                (0xD800..<0xDC00).contains(first), let second = hex(at + 8, 4), (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            else { return nil }
            return (12, Array(String(scalar).utf8))
        default: return nil
        }
    }

    private static let entities: [String: String] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

    private func html(_ at: Int) -> (length: Int, plain: [UInt8])? {
        let rest = bytes[(at + 1)...].prefix(10)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: rest[..<end], as: UTF8.self).lowercased()
        let length = end - at + 1
        if let plain = EncodedText.entities[name] { return (length, Array(plain.utf8)) }
        guard name.hasPrefix("#") else { return nil }
        let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
        guard let scalar = number.flatMap(Unicode.Scalar.init) else { return nil }
        return (length, Array(String(scalar).utf8))
    }
}

extension Redaction {
    /// The text with each secret replaced that somebody would read in it who undoes what it is encoded in.
    ///
    /// - Parameters:
    ///   - text: As it was written.
    ///   - secrets: In lower case, longest first.
    /// - Returns: The same, with `<secret>` in their places.
    static func withoutEncoded(_ text: String, _ secrets: [[UInt8]]) -> String {
        let written = Array(text.utf8)
        var isSecret = [Bool](repeating: false, count: written.count)
        var hasChanged = false
        for reading in EncodedText.readings(of: written) {
            let lowered = reading.bytes.map(Redaction.lowered)
            for secret in secrets where lowered.count >= secret.count {
                guard let first = secret.first else { continue }
                for at in 0...(lowered.count - secret.count)
                where lowered[at] == first && lowered[at..<(at + secret.count)].elementsEqual(secret) {
                    for place in reading.place(of: at..<(at + secret.count)) { isSecret[place] = true }
                    hasChanged = true
                }
            }
        }
        guard hasChanged else { return text }
        var kept: [UInt8] = []
        for (at, byte) in written.enumerated() {
            if isSecret[at] == false {
                kept.append(byte)
            } else if at == 0 || isSecret[at - 1] == false {
                kept += Array("<secret>".utf8)
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
