/// A text to be found whatever the case of its letters.
///
/// A character of the text stands for itself, its lower-case and its upper-case form, each where that is a single
/// character; mappings to several characters are left out, so `ß` does not stand for `SS`.
struct CaseFolding: Sendable, Hashable {
    private let scalars: [Forms]

    private struct Forms: Sendable, Hashable {
        var itself: Unicode.Scalar
        var lower: Unicode.Scalar
        var upper: Unicode.Scalar

        init(_ scalar: Unicode.Scalar) {
            itself = scalar
            lower = Forms.single(scalar.properties.lowercaseMapping) ?? scalar
            upper = Forms.single(scalar.properties.uppercaseMapping) ?? scalar
        }

        func matches(_ scalar: Unicode.Scalar) -> Bool { scalar == itself || scalar == lower || scalar == upper }

        private static func single(_ mapping: String) -> Unicode.Scalar? {
            mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
        }
    }

    /// The text in lower case when it is ASCII, which then stands for ASCII texts alone; `nil` for any other.
    var ascii: [UInt8]? {
        var bytes: [UInt8] = []
        for forms in scalars {
            guard forms.itself.isASCII else { return nil }
            bytes.append(UInt8(forms.itself.value))
        }
        Glob.fold(&bytes)
        return bytes
    }

    init(_ text: String) { scalars = text.unicodeScalars.map(Forms.init) }

    /// The text character by character, each with the forms that are the same to it.
    var steps: [TextShape.Step] { scalars.map { .one(Set([$0.itself, $0.lower, $0.upper]).sorted()) } }

    func equals(_ bytes: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
        var rest = text.makeIterator()
        for forms in scalars {
            guard let scalar = rest.next(), forms.matches(scalar) else { return false }
        }
        return rest.next() == nil
    }

    func isPrefix(of bytes: ArraySlice<UInt8>) -> Bool {
        var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars.makeIterator()
        for forms in scalars {
            guard let scalar = rest.next(), forms.matches(scalar) else { return false }
        }
        return true
    }

    func isSuffix(of bytes: ArraySlice<UInt8>) -> Bool {
        var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars.reversed().makeIterator()
        for forms in scalars.reversed() {
            guard let scalar = rest.next(), forms.matches(scalar) else { return false }
        }
        return true
    }
}
