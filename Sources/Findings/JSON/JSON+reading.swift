/// Reading what sources send, who leave keys out, write `null` or `""` for nothing, and quote numbers or not.
extension JSON {
    /// The string under `key`; `nil` when it is missing, no string, or empty.
    func text(_ key: String) -> String? { self[key]?.nonEmpty }

    /// The string under a path of keys; `nil` when it is missing, no string, or empty.
    func text(_ first: String, _ second: String) -> String? { self[first]?[second]?.nonEmpty }

    /// The string, unless it is empty.
    var nonEmpty: String? {
        guard let string, string.isEmpty == false else { return nil }
        return string
    }

    /// A string as it is, a number as spelled; `nil` for everything else and for the empty string.
    var scalarText: String? { nonEmpty ?? number }

    /// The value under `key` or under the same key with a capital first letter.
    ///
    /// GetFindings answers in PascalCase where the event has camelCase; both arrive, inside envelopes and bare.
    func either(_ key: String) -> JSON? {
        document.value(under: key, in: index, anyFirstCase: true).map { JSON(document: document, index: $0) }
    }

    /// The text under either spelling of `key`.
    func eitherText(_ key: String) -> String? { either(key)?.nonEmpty }

    /// The non-empty strings of an array, or the one string that stands in place of an array.
    var texts: [String] {
        if let nonEmpty { return [nonEmpty] }
        return elements.compactMap(\.nonEmpty)
    }

    /// Where the value begins, as the end of a clause; by byte, since counting lines for each of many errors is slow.
    var location: String { offset == 0 ? "" : " at byte \(offset)" }
}
