package import Findings

/// One thing that is wrong or doubtful in a routes.json, and where.
package struct RouteDiagnostic: Sendable, Hashable {
    package var severity: Severity
    /// The file's name as the caller gave it.
    package var file: String
    package var position: TextPosition
    /// JSON pointer (RFC 6901) to the value concerned; empty for the whole document.
    package var pointer: String
    /// What was expected and what was found, one line without a full stop.
    package var message: String
    /// The nearest valid word, when there is one.
    package var suggestion: String?

    package init(
        severity: Severity,
        file: String,
        position: TextPosition,
        pointer: String,
        message: String,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.position = position
        self.pointer = pointer
        self.message = message
        self.suggestion = suggestion
    }

    package enum Severity: String, Sendable, Hashable {
        /// The document is not used.
        case error
        /// The document is used; something in it is probably not meant.
        case warning
        /// Worth knowing, and often meant.
        case note
    }

    /// The message with the suggestion, without the place.
    package var text: String {
        guard let suggestion else { return message }
        return "\(message); did you mean \"\(suggestion)\"?"
    }

    package var json: JSONValue {
        .compact([
            "severity": .string(severity.rawValue),
            "file": .string(file),
            "line": .integer(position.line),
            "column": .integer(position.column),
            "pointer": .string(pointer),
            "message": .string(message),
            "suggestion": suggestion.map { .string($0) },
        ])
    }
}

extension RouteDiagnostic: CustomStringConvertible {
    /// `routes.json:12:7: error: …; did you mean "x"? (/rules/0/when)`, one line, as editors and compilers print it.
    package var description: String {
        let location = pointer.isEmpty ? "" : " (\(EscapedText.visible(pointer, limit: 300)))"
        return "\(file):\(position.line):\(position.column): \(severity.rawValue): \(text)\(location)"
    }
}

/// Why a routes.json is not used: everything that was found in it, in the order of the file, warnings included.
package struct RouteDocumentError: Error, Hashable, CustomStringConvertible {
    /// At least one of them is an error.
    package var diagnostics: [RouteDiagnostic]

    package init(diagnostics: [RouteDiagnostic]) { self.diagnostics = diagnostics }

    /// One line for each diagnostic.
    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
