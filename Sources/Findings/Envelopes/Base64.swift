/// Base64 (RFC 4648 §4), strict about the alphabet; padding may be missing, line breaks are skipped.
enum Base64 {
    static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { source in
            var out: [UInt8] = []
            out.reserveCapacity(source.count / 4 * 3 + 3)
            var bits: UInt32 = 0
            var held = 0
            var padding = 0
            for byte in source {
                if byte == 0x0A || byte == 0x0D { continue }
                if byte == UInt8(ascii: "=") {
                    padding += 1
                    continue
                }
                let value = values[Int(byte)]
                guard value < 64, padding == 0 else { return nil }
                bits = bits << 6 | UInt32(value)
                held += 1
                guard held == 4 else { continue }
                out.append(UInt8(truncatingIfNeeded: bits >> 16))
                out.append(UInt8(truncatingIfNeeded: bits >> 8))
                out.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
                held = 0
            }
            guard padding <= 2, held != 1 else { return nil }
            if held == 2 { out.append(UInt8(truncatingIfNeeded: bits >> 4)) }
            if held == 3 {
                out.append(UInt8(truncatingIfNeeded: bits >> 10))
                out.append(UInt8(truncatingIfNeeded: bits >> 2))
            }
            return out
        }
    }

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (index, byte) in alphabet.utf8.enumerated() { table[Int(byte)] = UInt8(index) }
        return table
    }()
}
