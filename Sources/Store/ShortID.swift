/// Parts of ids that people type instead of all of one.
package enum ShortID {
    /// The hexadecimal digits, `nil` when the text is anything else.
    package static func digits(_ text: String) -> String? {
        let digits = text.lowercased()
        let isHexadecimal = digits.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        return isHexadecimal && (1...32).contains(digits.utf8.count) ? digits : nil
    }
}
