extension BodyWalk {
    /// Reads newline-delimited JSON; false, and nothing done, when the text is none.
    ///
    /// It is taken for NDJSON when it has more than one line and the first is an object or array from its first to its
    /// last byte, so that a text over several lines with a mistake in it is reported as that.
    mutating func lines(_ bytes: [UInt8], _ surroundings: Surroundings) -> Bool {
        var rows = Rows(bytes: bytes)
        guard let first = rows.next(), BodyWalk.isEnclosed(bytes, first.range), var row = rows.next() else {
            return false
        }
        // A line that is no whole value may be the beginning of one that goes over several lines.
        if BodyWalk.hasOpenRow(rows, row, bytes), isWholeSequence(bytes[...]) {
            return sequence(bytes[...], surroundings)
        }
        line(first, of: bytes, surroundings)
        while isFull == false {
            line(row, of: bytes, surroundings)
            guard let next = rows.next() else { break }
            row = next
        }
        return true
    }

    private static func hasOpenRow(_ rows: Rows, _ row: Rows.Row, _ bytes: [UInt8]) -> Bool {
        var rows = rows
        var row: Rows.Row? = row
        while let next = row {
            if isEnclosed(bytes, next.range) == false { return true }
            row = rows.next()
        }
        return false
    }

    /// Whether the text is several values, and each of them whole.
    private func isWholeSequence(_ bytes: ArraySlice<UInt8>) -> Bool {
        JSONSequence.split(bytes)?.allSatisfy { range in
            do {
                _ = try JSONDocument.parse(Array(bytes[range]))
                return true
            } catch {
                return false
            }
        } ?? false
    }

    private mutating func line(_ row: Rows.Row, of bytes: [UInt8], _ surroundings: Surroundings) {
        do {
            value(try JSONDocument.parse(Array(bytes[row.range])), surroundings)
        } catch {
            if sequence(bytes[row.range], surroundings, line: row.line) { return }
            let inFile = error.moved(byLines: row.line, bytes: row.range.lowerBound)
            unreadable(inFile.description, bytes[row.range])
        }
    }

    /// Reads values that stand one behind the other; false, and nothing done, when there are not several.
    ///
    /// The bytes are a part of a text, and `line` is the 0-based line in which they begin, for errors to name the place in
    /// the whole of it.
    mutating func sequence(_ bytes: ArraySlice<UInt8>, _ surroundings: Surroundings, line: Int = 0) -> Bool {
        guard let ranges = JSONSequence.split(bytes) else { return false }
        var at = bytes.startIndex
        var (line, column) = (line, 0)
        for range in ranges {
            if isFull { return true }
            // Counted on from value to value, for there can be very many.
            for byte in bytes[at..<range.lowerBound] {
                if byte == UInt8(ascii: "\n") {
                    (line, column) = (line + 1, 0)
                } else if byte & 0xC0 != 0x80 {
                    column += 1
                }
            }
            at = range.lowerBound
            do {
                value(try JSONDocument.parse(Array(bytes[range])), surroundings)
            } catch {
                var moved = error.moved(byLines: line, bytes: range.lowerBound)
                if error.position.line == 1 { moved.position.column += column }
                unreadable(moved.description, bytes[range])
            }
        }
        return true
    }

    /// The lines of a text that are not blank, found one at a time, for a text can have millions.
    private struct Rows {
        typealias Row = (line: Int, range: Range<Int>)

        let bytes: [UInt8]
        private var start = 0
        private var line = -1

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() -> Row? {
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                let row = start..<end
                start = end + 1
                line += 1
                if let range = BodyWalk.trim(bytes, row) { return (line, range) }
            }
            return nil
        }
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
