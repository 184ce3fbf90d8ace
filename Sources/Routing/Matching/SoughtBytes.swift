/// Bytes to be found in a longer text, whatever both are, in time that is linear in the text (Knuth, Morris and Pratt 1977).
struct SoughtBytes: Sendable, Hashable {
    let bytes: [UInt8]
    /// For each place, the length of the longest proper prefix that is also a suffix up to there.
    private let border: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var border = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for at in bytes.indices.dropFirst() {
            while length > 0, bytes[at] != bytes[length] { length = border[length - 1] }
            if bytes[at] == bytes[length] { length += 1 }
            border[at] = length
        }
        self.border = border
    }

    /// The place after the first occurrence between two places of the text, `nil` when there is none.
    func end(in text: ArraySlice<UInt8>, from start: Int, to end: Int) -> Int? {
        guard bytes.isEmpty == false else { return start }
        var matched = 0
        var at = start
        while at < end {
            let byte = text[at]
            while matched > 0, bytes[matched] != byte { matched = border[matched - 1] }
            if bytes[matched] == byte { matched += 1 }
            at += 1
            if matched == bytes.count { return at }
        }
        return nil
    }
}
