extension BodyWalk {
    /// Reads newline-delimited JSON; false, and nothing done, when the text is none.
    ///
    /// It is taken for NDJSON when it has more than one line and the first is an object or array from its first to its
    /// last byte, so that a text over several lines with a mistake in it is reported as that.
    mutating func lines(_ bytes: [UInt8], _ surroundings: Surroundings) -> Bool {
        var rows: [(line: Int, range: Range<Int>)] = []
        var start = 0
        var line = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if let range = BodyWalk.trim(bytes, start..<end) {
                if rows.isEmpty, BodyWalk.isEnclosed(bytes, range) == false { return false }
                rows.append((line, range))
                if rows.count > BodyWalk.maximumItems { break }
            }
            start = end + 1
            line += 1
        }
        guard rows.count > 1 else { return false }
        for row in rows {
            guard items.count < BodyWalk.maximumItems else {
                unreadable(
                    "more than \(BodyWalk.maximumItems) items in one body; those from line \(row.line + 1) on are left unread",
                    bytes[row.range.lowerBound...]
                )
                break
            }
            do {
                value(try JSONDocument.parse(Array(bytes[row.range])), surroundings)
            } catch {
                let inFile = error.moved(byLines: row.line, bytes: row.range.lowerBound)
                unreadable(inFile.description, bytes[row.range])
            }
        }
        return true
    }

    private static func trim(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        guard let first = bytes[range].firstIndex(where: { $0 > 0x20 }),
            let last = bytes[range].lastIndex(where: { $0 > 0x20 })
        else { return nil }
        return first..<last + 1
    }

    private static func isEnclosed(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        switch (bytes[range.lowerBound], bytes[range.upperBound - 1]) {
        case (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "["), UInt8(ascii: "]")): true
        default: false
        }
    }
}
