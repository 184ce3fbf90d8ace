/// Up to where the journal is applied.
///
/// A journal has one stream for each process that ever wrote to it, and a position names an entry of one of them: the
/// stream's number in the upper 23 bits, and the entry's place in it, from 1 on and without gaps, in the lower 40. A store for
/// one process has the stream 0 alone, so that its positions are 1, 2, 3 and so on.
package struct JournalCursor: Sendable, Hashable {
    /// How many entries of a stream there can be: 10¹² of them.
    package static let sequenceBits: Int64 = 40

    /// By stream, the place of the last entry that is applied; streams of which none is are missing.
    private var applied: [Int64: Int64] = [:]

    /// Nothing is applied.
    package init() {}

    /// - Parameter positions: The last applied entry of each stream; 0 stands for none of the stream 0.
    package init(_ positions: [Int64]) {
        for position in positions { advance(to: position) }
    }

    /// The number of the stream that a position is in.
    package static func stream(of position: Int64) -> Int64 { position >> sequenceBits }

    /// The place of a position in its stream.
    package static func sequence(of position: Int64) -> Int64 { position & (1 << sequenceBits - 1) }

    /// The position of an entry.
    ///
    /// - Parameters:
    ///   - stream: 0 or more.
    ///   - sequence: The entry's place in it, 1 or more; 0 for what comes before the first.
    /// - Returns: 0 or more.
    package static func position(stream: Int64, sequence: Int64) -> Int64 { stream << sequenceBits | sequence }

    /// The last applied position of a stream, or what comes before its first.
    package func position(in stream: Int64) -> Int64 {
        JournalCursor.position(stream: stream, sequence: applied[stream] ?? 0)
    }

    /// The position that must be applied before any other of the stream that this one is in.
    package func next(like position: Int64) -> Int64 { self.position(in: JournalCursor.stream(of: position)) + 1 }

    /// Whether an entry is applied.
    package func includes(_ position: Int64) -> Bool {
        JournalCursor.sequence(of: position) <= applied[JournalCursor.stream(of: position)] ?? 0
    }

    package mutating func advance(to position: Int64) {
        applied[JournalCursor.stream(of: position)] = JournalCursor.sequence(of: position)
    }

    /// The last applied position of every stream, those of the oldest streams first.
    package var positions: [Int64] { applied.keys.sorted().map { position(in: $0) } }
}
