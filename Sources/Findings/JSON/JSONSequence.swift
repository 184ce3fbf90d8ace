/// Several JSON values that stand in one text with nothing or white space between them.
///
/// So Firehose's decompression leaves the messages of a CloudWatch Logs record, and so programs append to a file. RFC 7464
/// puts a record separator before each, which counts as white space here.
enum JSONSequence {
    /// Where the values stand; `nil` when the text does not begin with an object or array that is followed by another.
    ///
    /// The values are told apart by their brackets alone, so that a damaged one is reported by whoever reads it. What
    /// follows a value and begins none is the last range.
    static func split(_ bytes: ArraySlice<UInt8>) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var at = bytes.startIndex
        while let start = bytes[at...].firstIndex(where: { $0 > 0x20 }) {
            guard bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[") else {
                if ranges.count < 2 { return nil }
                ranges.append(start..<bytes.endIndex)
                break
            }
            at = end(of: start, in: bytes)
            ranges.append(start..<at)
        }
        return ranges.count > 1 ? ranges : nil
    }

    /// The index after the bracket that closes the one at `start`; the end of the text when none does.
    private static func end(of start: Int, in bytes: ArraySlice<UInt8>) -> Int {
        var depth = 0
        var isInString = false
        var at = start
        while at < bytes.endIndex {
            switch bytes[at] {
            case UInt8(ascii: "\\") where isInString: at += 1
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{") where isInString == false, UInt8(ascii: "[") where isInString == false: depth += 1
            case UInt8(ascii: "}") where isInString == false, UInt8(ascii: "]") where isInString == false:
                depth -= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
        return bytes.endIndex
    }
}
