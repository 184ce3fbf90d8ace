package import Findings

extension Finding {
    /// The values of a normalised field as grouping and inhibition compare them, each once and sorted.
    ///
    /// - Parameter field: `severity`, or the name of a field of `when` (``Condition/Field``).
    /// - Returns: No value when the finding lacks the field, or when there is no such field.
    package func values(of field: String) -> [String] {
        if field == "severity" { return [severity.label] }
        if field == "status" { return [status.rawValue] }
        guard let field = Condition.Field(rawValue: field) else { return [] }
        return Set(FieldValues.texts(of: FieldValues.Attribute(field), in: self)).sorted()
    }
}
