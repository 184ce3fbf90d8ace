/// A text with `*`, each of which stands for any characters, none included; everything else stands for itself.
///
/// Matching takes time in proportion to the value's length, whatever the glob: the pieces between the stars are looked
/// for from left to right, and finding each as early as possible never misses a match.
struct Glob: Sendable, Hashable {
    /// What the value begins with, and all of it when there is no star.
    let prefix: [UInt8]
    /// What stands between two stars, in order.
    private let middle: [SoughtBytes]
    /// What the value ends with; `nil` when there is no star.
    let suffix: [UInt8]?

    /// Compiles the glob.
    ///
    /// - Parameters:
    ///   - text: The glob as written.
    ///   - foldsCase: Whether the values it will be given have their ASCII letters in lower case.
    init(_ text: String, foldsCase: Bool) {
        var bytes = Array(text.utf8)
        if foldsCase { Glob.fold(&bytes) }
        var pieces = bytes.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
        prefix = pieces.removeFirst()
        suffix = pieces.popLast()
        middle = pieces.filter { $0.isEmpty == false }.map(SoughtBytes.init)
    }

    /// Compiles a word as the values of the attribute are compared.
    init(_ text: String, at attribute: FieldValues.Attribute) {
        self =
            attribute.isName
            ? Glob(prefix: SpokenName.folded(text.utf8, at: attribute), middle: [], suffix: nil)
            : Glob(text, foldsCase: attribute.foldsCase)
    }

    private init(prefix: [UInt8], middle: [SoughtBytes], suffix: [UInt8]?) {
        self.prefix = prefix
        self.middle = middle
        self.suffix = suffix
    }

    /// Turns ASCII letters into lower case and leaves everything else alone.
    static func fold(_ bytes: inout [UInt8]) {
        for index in bytes.indices where (0x41...0x5A).contains(bytes[index]) { bytes[index] |= 0x20 }
    }

    /// The texts between the stars, in order; one when there is no star.
    var literals: [[UInt8]] { suffix.map { [prefix] + middle.map(\.bytes) + [$0] } ?? [prefix] }

    func matches(_ value: [UInt8]) -> Bool {
        guard let suffix else { return value == prefix }
        guard value.count >= prefix.count + suffix.count, value.starts(with: prefix),
            value[(value.count - suffix.count)...].elementsEqual(suffix)
        else { return false }
        var at = prefix.count
        let end = value.count - suffix.count
        for piece in middle {
            guard let next = piece.end(in: value[...], from: at, to: end) else { return false }
            at = next
        }
        return true
    }
}
