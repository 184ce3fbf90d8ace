/// The place after which a page begins, as the opaque text that a listing gives out and takes back.
package struct PageCursor: Sendable, Hashable {
    /// Which listing gave it out; one letter.
    private let listing: Character
    package let numbers: [Int64]

    package init(_ listing: Character, _ numbers: Int64...) {
        self.listing = listing
        self.numbers = numbers
    }

    /// - Parameters:
    ///   - text: What a client sent.
    ///   - listing: The listing it is meant for.
    ///   - count: How many numbers a cursor of that listing holds.
    /// - Throws: ``InvalidCursor`` when that listing does not give out such a text.
    package init(_ text: String, of listing: Character, count: Int) throws(InvalidCursor) {
        guard text.utf8.count <= 64, text.first == listing else { throw InvalidCursor() }
        var numbers: [Int64] = []
        for part in text.dropFirst().split(separator: "-", omittingEmptySubsequences: false) {
            guard let bits = UInt64(part, radix: 16), String(bits, radix: 16) == part else { throw InvalidCursor() }
            numbers.append(Int64(bitPattern: bits))
        }
        guard numbers.count == count else { throw InvalidCursor() }
        self.listing = listing
        self.numbers = numbers
    }

    package var text: String {
        String(listing) + numbers.map { String(UInt64(bitPattern: $0), radix: 16) }.joined(separator: "-")
    }
}
