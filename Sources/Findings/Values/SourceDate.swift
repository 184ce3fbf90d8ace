package import FoundationEssentials

/// Reads the dates that AWS sources write, in every form seen.
///
/// - ISO 8601 with up to nine fraction digits and `Z`, an offset with or without colon, or nothing (read as UTC); a space
///   may stand for the `T` (ASFF: Security Hub API reference; alarms: `2019-10-02T17:04:40.985+0000`).
/// - RFC 1123, `Fri, 27 Jan 2023 06:02:51 GMT` (AWS Health).
/// - `Wed Sep 04 16:59:44.356 UTC 2024` and `Dec 3, 2021, 6:02:30 PM` (Amazon Inspector, newer and older events).
/// - Numbers: seconds or milliseconds since 1970 (OCSF), told apart by their size.
package enum SourceDate {
    static func read(_ json: JSON?) -> Date? {
        guard let json else { return nil }
        switch json.kind {
        case .string:
            guard json.isEscaped == false else { return json.string.flatMap(read) }
            return read(json.bytes.dropFirst().dropLast())
        case .number: return json.double.flatMap(read)
        default: return nil
        }
    }

    /// A date before the year 5138 in seconds, any later number in milliseconds: those of 1973 and after are above it.
    static func read(_ number: Double) -> Date? {
        guard number > 0, number < 1e15 else { return nil }
        return Date(timeIntervalSince1970: number < 1e11 ? number : number / 1000)
    }

    /// The moment that the text names; `nil` when it has none of the forms.
    package static func read(_ text: String) -> Date? { read(Array(text.utf8.prefix(64))[...]) }

    private static func read(_ text: ArraySlice<UInt8>) -> Date? {
        guard let first = text.first else { return nil }
        var reader = DateReader(text.prefix(64))
        if isDigit(first) { return reader.iso8601() }
        guard text.count > 3 else { return nil }
        if text[text.startIndex + 3] == UInt8(ascii: ",") { return reader.rfc1123() }
        return reader.inspector()
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
