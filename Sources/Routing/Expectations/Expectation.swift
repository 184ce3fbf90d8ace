/// What somebody wants to become of one finding, whatever else the rules say: kept with the rules, and asked of each of
/// their versions.
package struct Expectation: Sendable, Hashable {
    /// Unique in its document.
    package var name: String
    package var subject: Subject
    /// Destinations that are told, each of them; others may be told, too.
    package var to: [String]
    /// Destinations that are not told.
    package var notTo: [String]
    /// Whether a rule suppresses it; `nil` when that does not matter.
    package var suppressed: Bool?
    /// Whether no rule takes it and there is no fallback; `nil` when that does not matter.
    package var unrouted: Bool?
    /// The rule that takes it, or ``RouteDocument/Fallback/name``.
    package var rule: String?

    package init(
        name: String,
        subject: Subject,
        to: [String] = [],
        notTo: [String] = [],
        suppressed: Bool? = nil,
        unrouted: Bool? = nil,
        rule: String? = nil
    ) {
        self.name = name
        self.subject = subject
        self.to = to
        self.notTo = notTo
        self.suppressed = suppressed
        self.unrouted = unrouted
        self.rule = rule
    }

    /// The finding that is asked about. JSON is kept as text of its own, so that it does not hold the whole document.
    package enum Subject: Sendable, Hashable {
        /// A finding that has just these fields, as `Observation(fields:)` takes them.
        case fields([UInt8])
        /// An event as a source sends it; what is expected holds for every finding in it.
        case event([UInt8])
        /// The name of a file with such an event.
        case example(String)

        /// The member of routes.json that says it.
        package var key: String {
            switch self {
            case .fields: "finding"
            case .event: "event"
            case .example: "example"
            }
        }
    }

    /// How many one document may hold.
    package static let most = 1_000
    /// How long a finding, an event or an example may be, in bytes: what one event of EventBridge may be.
    package static let largestSubject = 256 << 10

    /// Whether a text can be the name of an example: a JSON file in the directory of the rules or below it.
    ///
    /// - Parameter text: `guardduty.json`, `examples/guardduty.json`.
    /// - Returns: `false` for whatever could lead out of the directory.
    package static func isExampleName(_ text: String) -> Bool {
        guard (1...200).contains(text.utf8.count), text.hasSuffix(".json"),
            RouteReader.hasControlCharacter(text) == false
        else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            part.isEmpty == false && part.first != "."
        }
    }
}
