package import Findings
import FoundationEssentials

/// Values that a column holds as JSON: what is rare and never searched by.
package enum StoredJSON {
    /// - Throws: What the encoder throws.
    package static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// - Returns: `nil` for no text.
    /// - Throws: ``Findings/StoredFormError`` for a text that is damaged.
    package static func value<Value: Decodable>(_ type: Value.Type, in text: String?) throws -> Value? {
        guard let text else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw StoredFormError("a value that rests as JSON is damaged")
        }
    }

    package static func document(_ text: String) throws(StoredFormError) -> JSON { try document(Array(text.utf8)) }

    package static func document(_ bytes: [UInt8]) throws(StoredFormError) -> JSON {
        do {
            return try JSONDocument.parse(bytes)
        } catch {
            throw StoredFormError("\(error)")
        }
    }
}
