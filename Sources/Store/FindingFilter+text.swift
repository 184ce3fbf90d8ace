extension FindingFilter {
    /// Whether a part stands in a text, whatever the case of either; the empty part stands in none.
    package static func stands(_ part: String, in text: String) -> Bool {
        part.isEmpty == false && text.lowercased().contains(part.lowercased())
    }
}
