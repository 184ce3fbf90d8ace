extension JSON {
    /// The value as JSON text on one line, whatever line breaks it was received with.
    package var compactText: String {
        document.bytes.contains(UInt8(ascii: "\n")) || document.bytes.contains(UInt8(ascii: "\r")) ? value.text : text
    }

    private var value: JSONValue {
        switch kind {
        case .object: .object(members.map { .init($0.key, $0.value.value) })
        case .array: .array(elements.map(\.value))
        default: .raw(text)
        }
    }
}
