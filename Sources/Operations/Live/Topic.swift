/// Something that whoever looks at it can be told of when it changes.
package enum Topic: Sendable, Hashable {
    case overview
    case deliveries
    case findings
    /// The rules in force, and the drafts of others.
    case rules
    /// The rules that decide beside those in force.
    case shadow
    /// How far a replay is, by its id.
    case replay(String)

    private static let replayPrefix = "replay:"

    /// What topics are called, for people.
    package static let names = ["overview", "deliveries", "findings", "rules", "shadow", "replay:ID"]

    /// - Parameter name: One of ``names``; the id of a replay is 1 to 64 letters and digits.
    package init?(_ name: String) {
        switch name {
        case "overview": self = .overview
        case "deliveries": self = .deliveries
        case "findings": self = .findings
        case "rules": self = .rules
        case "shadow": self = .shadow
        default:
            guard name.hasPrefix(Topic.replayPrefix) else { return nil }
            let id = name.dropFirst(Topic.replayPrefix.count)
            guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(Topic.isLetterOrDigit) else { return nil }
            self = .replay(String(id))
        }
    }

    package var name: String {
        switch self {
        case .overview: "overview"
        case .deliveries: "deliveries"
        case .findings: "findings"
        case .rules: "rules"
        case .shadow: "shadow"
        case .replay(let id): Topic.replayPrefix + id
        }
    }

    /// Topics that are separated by commas; one that is named twice counts once.
    ///
    /// - Parameter text: Names of topics.
    /// - Returns: 1 to ``ChangeFeed/mostTopics`` topics, in their order.
    /// - Throws: ``UnknownTopics``.
    package static func list(_ text: String) throws(UnknownTopics) -> [Topic] {
        var topics: [Topic] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let topic = Topic(String(name)) else { throw UnknownTopics() }
            if topics.contains(topic) == false { topics.append(topic) }
        }
        guard (1...ChangeFeed.mostTopics).contains(topics.count) else { throw UnknownTopics() }
        return topics
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// A list of topics that nobody can listen to.
package struct UnknownTopics: Error, Hashable {}
