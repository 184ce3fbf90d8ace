/// How much is kept of what cannot be read.
enum Quarantine {
    /// Enough for any event that a source sends; what is longer is no event.
    static let largest = 262_144

    static func kept(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count <= largest ? bytes : Array(bytes.prefix(largest))
    }
}
