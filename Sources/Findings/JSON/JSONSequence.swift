/// Several JSON values that stand in one text with nothing, white space or commas between them.
///
/// So Firehose's decompression leaves the messages of a CloudWatch Logs record, and so programs append to a file. RFC 7464
/// puts a record separator before each, which counts as white space here.
enum JSONSequence {
    /// Where the values stand; `nil` when the text does not begin with an object or array that is followed by another.
    ///
    /// The values are told apart by their brackets alone, so that a damaged one is reported by whoever reads it. Commas
    /// between them count as white space, as lists that have lost their brackets have them. What begins no value is a range
    /// of its own, up to the next bracket.
    static func split(_ bytes: ArraySlice<UInt8>) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var at = bytes.startIndex + (bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
        while let start = bytes[at...].firstIndex(where: { $0 > 0x20 && $0 != UInt8(ascii: ",") }) {
            if begins(bytes[start]) {
                at = end(of: start, in: bytes)
            } else {
                if ranges.isEmpty { return nil }
                at = bytes[start...].firstIndex(where: begins) ?? bytes.endIndex
            }
            ranges.append(start..<at)
        }
        return ranges.count { begins(bytes[$0.lowerBound]) } > 1 ? ranges : nil
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func begins(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }

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
