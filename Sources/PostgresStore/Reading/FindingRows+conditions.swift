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
    static func wasMatched(by rule: String, since: Date?, _ bindings: inout Bindings) -> String {
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
    static func wasRouted(to destination: String, _ bindings: inout Bindings) -> String {
        """
        EXISTS (SELECT 1 FROM alerts a WHERE a.finding = coalesce(f.problem, f.number)
            AND a.destination = \(bindings.place(destination)))
        """
    }

    /// A condition that every finding fulfils whose title holds the text in whatever case; others may as well.
    ///
    /// - Returns: `nil` when only Swift can tell, which knows the letters of every script.
    static func mayHold(title text: String, _ bindings: inout Bindings) -> String? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        // The only characters beside ASCII's own that are ASCII in small letters (İ and the Kelvin sign) or mean the same as
        // a character of ASCII (the Greek question mark and the Greek grave accent), by Unicode 15's UnicodeData.txt.
        return """
            strpos(translate(lower(f.title COLLATE "C"), U&'\\0130\\212A\\037E\\1FEF', 'ik;`'), \
            \(bindings.place(text.lowercased()))) > 0
            """
    }
}
