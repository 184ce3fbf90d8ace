/// Why somebody pauses a destination, for whoever finds it paused.
package struct PauseReason: Sendable, Hashable {
    package let text: String

    /// - Parameter text: One line; `nil` is returned for an empty one, or one with control characters.
    package init?(_ text: String) {
        guard text.isEmpty == false,
            text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) == false
        else { return nil }
        self.text = text
    }
}
