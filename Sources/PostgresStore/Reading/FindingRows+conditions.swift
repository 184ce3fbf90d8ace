import Findings
import FoundationEssentials
import Store

/// Conditions on a finding `f`.
///
/// What findings and observations hold rests as JSON text, which PostgreSQL's own functions refuse over an escaped NUL or half
/// of a surrogate pair (PostgreSQL 15, 8.14), and whoever sends a finding can put those there. So the text is looked at as
/// text; members stand in the order in which they are written, and no string holds a quote that is not escaped.
extension FindingRows {
    /// A string in JSON text, between its quotes.
    private static let string = #"(?:[^"\\]|\\.)*"#

    /// The source of a finding in its stored form, as it is spelled there; see ``spelled(_:)``.
    static func source(inColumn content: String) -> String {
        #"substring(\#(content) FROM '^\{"key":"\#(string)","source":"(\#(string))"')"#
    }

    /// The product of a finding in its stored form, as it is spelled there. Before it stand strings and whole numbers alone.
    static func product(inColumn content: String) -> String {
        #"substring(\#(content) FROM '^\{(?:"[^"\\]*":(?:"\#(string)"|-?[0-9]+),)*"product":"(\#(string))"')"#
    }

    /// A string as JSON text spells it between its quotes.
    static func spelled(_ text: String) throws -> String {
        guard let string = try StoredJSON.document("\"\(text)\"").string else {
            throw StoredFormError("a text that rests as JSON is damaged")
        }
        return string
    }

    /// Whether a rule matched the finding since a moment.
    private static func wasMatched(by rule: String, since: Date?, _ bindings: inout Bindings) -> String {
        let name = JSONValue.string(rule).text
        let pattern = #"^\{"matched":\[(?:"\#(string)",)*\#(escaped(name))[],]"#
        // The plain search is quicker, and finds all that the pattern does.
        return """
            EXISTS (SELECT 1 FROM observations o WHERE o.finding = f.number
                AND o.received_at >= \(bindings.place(since?.stored ?? 0))
                AND strpos(o.detail, \(bindings.place(name))) > 0 AND o.detail ~ \(bindings.place(pattern)))
            """
    }

    /// Text in a regular expression: each sign of punctuation stands for itself after a backslash.
    private static func escaped(_ text: String) -> String {
        var pattern = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII, scalar.properties.isAlphabetic == false, ("0"..."9").contains(scalar) == false {
                pattern.append("\\")
            }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern
    }

    /// Whether the finding was routed to a destination. One look into the primary key for each finding.
    private static func wasRouted(to destination: String, _ bindings: inout Bindings) -> String {
        """
        EXISTS (SELECT 1 FROM alerts a WHERE a.finding = coalesce(f.problem, f.number)
            AND a.destination = \(bindings.place(destination)))
        """
    }

    /// A condition that every finding fulfils whose title holds the text in whatever case; others may as well.
    ///
    /// - Returns: `nil` when only Swift can tell, which knows the letters of every script.
    private static func mayHold(title text: String, _ bindings: inout Bindings) -> String? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        // The only characters beside ASCII's own that are ASCII in small letters (İ and the Kelvin sign) or mean the same as
        // a character of ASCII (the Greek question mark and the Greek grave accent), by Unicode 15's UnicodeData.txt.
        return """
            strpos(translate(lower(f.title COLLATE "C"), U&'\\0130\\212A\\037E\\1FEF', 'ik;`'), \
            \(bindings.place(text.lowercased()))) > 0
            """
    }

    /// A text with `*` as LIKE has it, for which three more signs are of weight.
    private static func pattern(_ glob: String) -> String {
        glob.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
            .replacing("*", with: "%")
    }

    /// What a filter asks for. Of texts it asks for no more than the database can tell, see ``FindingListing``.
    static func condition(_ filter: FindingFilter, _ bindings: inout Bindings) -> String {
        var terms: [String] = []
        func add(_ column: String, _ value: String?) {
            if let value { terms.append("\(column) = \(bindings.place(value))") }
        }
        add("f.account", filter.account)
        if let globs = filter.accounts {
            terms.append("f.account LIKE ANY(\(bindings.place(globs.map(pattern))))")
        }
        add("f.region", filter.region)
        if let severities = filter.severities {
            let codes = severities.map { String($0.rawValue) }.sorted().joined(separator: ", ")
            terms.append(codes.isEmpty ? "FALSE" : "f.severity IN (\(codes))")
        }
        if let date = filter.seenAfter { terms.append("f.last_seen_at >= \(bindings.place(date.stored))") }
        if let date = filter.seenBefore { terms.append("f.last_seen_at < \(bindings.place(date.stored))") }
        add("f.status", filter.status?.rawValue)
        add("f.kind", filter.kind?.rawValue)
        add("f.disposition", filter.disposition)
        switch filter.fate {
        case nil: break
        case .suppressed?, .unrouted?: add("f.disposition", filter.fate?.rawValue)
        case let fate?: add("f.disposition = 'routed' AND \(StandingRows.fate)", fate.rawValue)
        }
        if let rule = filter.rule {
            terms.append(wasMatched(by: rule, since: filter.seenAfter, &bindings))
        }
        if let destination = filter.destination {
            terms.append(wasRouted(to: destination, &bindings))
        }
        if let text = filter.text {
            if text.isEmpty { terms.append("FALSE") }
            if let term = mayHold(title: text, &bindings) { terms.append(term) }
        }
        for excluded in filter.without where excluded.text == nil && excluded.product == nil {
            // What is unknown of a finding does not leave it out.
            terms.append("(\(condition(excluded, &bindings))) IS NOT TRUE")
        }
        return terms.isEmpty ? "TRUE" : terms.joined(separator: " AND ")
    }
}
