/// What every mail must look like on the wire.
enum EmailForm {
    /// In their order.
    static let headerNames = [
        "date", "from", "to", "subject", "message-id", "in-reply-to", "references", "auto-submitted",
        "x-auto-response-suppress", "x-noroshi-severity", "x-noroshi-transition", "mime-version", "content-type",
    ]

    /// What is wrong with the bytes: RFC 5322 §2.1.1 and §2.3, RFC 2045 §6.7, RFC 2047 §2.
    static func faults(_ bytes: [UInt8]) -> [String] {
        var faults: [String] = []
        var lines: [[UInt8]] = [[]]
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x0D where index + 1 == bytes.count || bytes[index + 1] != 0x0A: faults.append("CR alone at \(index)")
            case 0x0A where index == 0 || bytes[index - 1] != 0x0D: faults.append("LF alone at \(index)")
            case 0x0D: break
            case 0x0A: lines.append([])
            case 0x20...0x7E: lines[lines.count - 1].append(byte)
            default: faults.append("byte \(byte) at \(index)")
            }
        }
        if lines.last?.isEmpty != true { faults.append("no line end at the end") }
        let head = lines.firstIndex(of: []) ?? 0
        for (index, line) in lines.enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            let limit = index < head ? (text.contains("=?") ? 76 : 78) : 76
            if line.count > limit { faults.append("line \(index) has \(line.count) characters: \(text)") }
            if index < head, text.trimmed.isEmpty { faults.append("line \(index) is a blank fold") }
            if index > head, text.hasPrefix(".") { faults.append("line \(index) begins with a dot") }
            for word in text.split(separator: " ") where index < head && word.hasPrefix("=?") && word.utf8.count > 75 {
                faults.append("encoded-word of \(word.utf8.count) characters in line \(index)")
            }
        }
        return faults
    }
}

extension String {
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
