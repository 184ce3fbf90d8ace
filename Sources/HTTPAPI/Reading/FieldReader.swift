import Findings
import FoundationEssentials
import HTTPSurface
import Store

/// Reads named values of a request strictly: whatever is wrong is collected and told at once.
protocol FieldReader {
    /// The text under the name, `nil` when there is none or when it was refused.
    mutating func text(_ name: String) -> String?
    /// Records that the value under the name cannot be used.
    mutating func refuse(_ name: String, _ reason: String)
}

/// What holds for every text of a request.
enum FieldRule {
    /// Stores end a text at its first null character: the rest would be lost, and what stays means something else, as
    /// nothing at all does, which stands in every title.
    static let noNull = "expected a text without null characters (U+0000)"
}

extension FieldReader {
    /// One of a closed set of words.
    ///
    /// - Parameters:
    ///   - name: Under which name it stands.
    ///   - words: The words that are allowed, as they are told when another one was given.
    ///   - read: The value of a word, `nil` for a word that is not allowed.
    /// - Returns: The value; `nil` when there is none or when it was refused.
    mutating func word<Value>(_ name: String, of words: [String], _ read: (String) -> Value?) -> Value? {
        guard let text = text(name) else { return nil }
        if let value = read(text) { return value }
        refuse(name, "expected one of \(words.joined(separator: ", ")), found \(quoted(text))")
        return nil
    }

    /// Severities: labels separated by commas, or `>=`, `<=`, `>` or `<` and a label.
    mutating func severities(_ name: String) -> Set<Severity>? {
        let labels = Severity.allCases.map(\.label)
        return word(name, of: labels + ["one after >=, <=, > or <"]) { Severity.chosen(by: $0) }
    }

    /// A date of RFC 3339.
    mutating func date(_ name: String) -> Date? {
        guard let text = text(name) else { return nil }
        if let date = RFC3339.date(text) { return date }
        refuse(name, "expected a date such as 2026-01-31T08:15:00Z (RFC 3339), found \(quoted(text))")
        return nil
    }

    /// The fields by which deliveries are chosen, except their state.
    mutating func deliveryFilter() -> NotificationFilter {
        NotificationFilter(
            destination: text("destination"),
            rule: text("rule"),
            finding: text("finding").map { FindingKey($0) },
            errorClass: text("errorClass"),
            createdAfter: date("since"),
            createdBefore: date("until")
        )
    }

    /// The text in quotes as JSON writes it, cut to a length that an error can show.
    func quoted(_ text: String) -> String {
        JSONValue.string(text.count > 64 ? text.prefix(64) + "…" : text).text
    }
}

/// RFC 3339 dates, with or without a fraction of a second.
enum RFC3339 {
    static func date(_ text: String) -> Date? {
        // Foundation takes the 31st of February for the 3rd of March: a real date comes back as it was written.
        guard (20...40).contains(text.utf8.count), let inUTC = read("\(text.prefix(19))Z"),
            inUTC.iso8601.prefix(19) == text.prefix(19)
        else { return nil }
        return read(text)
    }

    private static func read(_ text: String) -> Date? {
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            do {
                return try style.parse(text)
            } catch {
                continue
            }
        }
        return nil
    }
}
