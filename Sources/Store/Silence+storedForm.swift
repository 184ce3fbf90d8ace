package import Findings
package import Routing

/// How the parts of a silence rest in columns.
extension Silence {
    /// The id of the silence with this number.
    package static func id(_ number: Int64) -> String { "s" + String(number, radix: 16) }

    /// - Parameter text: ``Routing/WrittenCondition/text``.
    /// - Returns: The condition, which was checked when it was written.
    /// - Throws: ``Findings/StoredFormError``, or what the reader of conditions throws.
    package static func when(stored text: String) throws -> WrittenCondition {
        try WrittenCondition.read(StoredJSON.document(text), groups: nil).condition
    }

    /// - Parameter text: A JSON array of names; `nil` for every destination.
    /// - Returns: The names.
    /// - Throws: ``Findings/StoredFormError``.
    package static func destinations(stored text: String?) throws(StoredFormError) -> [String]? {
        guard let text else { return nil }
        return try StoredJSON.document(text).elements.compactMap(\.string)
    }

    /// The destinations as a JSON array; `nil` for all of them.
    package var storedDestinations: String? {
        destinations.map { JSONValue.array($0.map { .string($0) }).text }
    }

    /// What a person should know of a silence that may be in force and cannot be read, one sentence.
    ///
    /// - Parameters:
    ///   - number: Of the silence.
    ///   - error: Why.
    /// - Returns: The sentence, without a full stop.
    package static func unreadable(_ number: Int64, _ error: any Error) -> String {
        "the silence \(id(number)) cannot be read (\(error)), so that it hides nothing: make a new one in its place"
    }
}
