/// Part of an id that several records have.
package struct AmbiguousID: Error, Hashable {
    /// What somebody typed.
    package var text: String
    /// Ids that fit, at most ``shown``.
    package var candidates: [String]
    /// Whether more of them fit.
    package var hasMore: Bool

    /// How many candidates are named.
    static let shown = 5

    /// The id that is meant by one, or by a part of one.
    ///
    /// - Parameters:
    ///   - text: What somebody typed.
    ///   - like: Gives the ids that fit, no more than a limit.
    /// - Returns: The only one that fits; the text as it is when none does.
    /// - Throws: ``AmbiguousID``, or when the ids cannot be read.
    static func resolve(_ text: String, like: (String, Int) async throws -> [String]) async throws -> String {
        let ids = try await like(text, shown + 1)
        guard ids.count > 1, ids.contains(text) == false else { return ids.first ?? text }
        throw AmbiguousID(text: text, candidates: Array(ids.prefix(shown)), hasMore: ids.count > shown)
    }
}
