import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension BundleFacts {
    static func headline(_ bundle: Notification.Bundle, total: Int) -> String {
        let alerts = total == 1 ? "1 alert" : "\(ShownText.grouped(total)) alerts"
        let changes = bundle.counts.transitions
        let what =
            switch bundle.occasion {
            case .group:
                switch changes.count == 1 ? changes.first.flatMap({ Transition(rawValue: $0.name) }) : nil {
                case .resolved: "\(alerts) resolved"
                case .reopened: "\(alerts) reopened"
                case .raised: "\(alerts) raised"
                case .lowered: "\(alerts) lowered"
                case .updated: "\(alerts) updated"
                case .acknowledged: "\(alerts) acknowledged"
                default: alerts
                }
            case .reminder: "\(alerts) still open"
            case .held: "\(alerts) held back until now"
            case .digest: "Digest of \(alerts)"
            case .silenceEnded: "A silence has ended, \(alerts) still active"
            case .storm: "Storm of \(alerts)"
            case .stormEnded: "The storm is over, \(alerts)"
            }
        let severities = severities(bundle.counts)
        let place = place(bundle)
        return what + (severities.isEmpty ? "" : ": \(severities)") + (place.isEmpty ? "" : " · \(place)")
    }

    /// `2 CRITICAL, 10 HIGH`, most severe first.
    private static func severities(_ counts: Notification.Bundle.Counts) -> String {
        counts.severities
            .sorted { (Severity(label: $0.name) ?? .unknown) > (Severity(label: $1.name) ?? .unknown) }
            .map { "\(ShownText.grouped($0.count)) \(line($0.name))" }
            .joined(separator: ", ")
    }

    /// What the alerts share, or whom a storm comes from.
    private static func place(_ bundle: Notification.Bundle) -> String {
        if bundle.occasion == .storm || bundle.occasion == .stormEnded {
            return sources(bundle).first.map { "\($0.name) \($0.value)" } ?? ""
        }
        var parts = bundle.group.map { "\(words(field: $0.name)) \(line($0.value))" }
        if bundle.group.contains(where: { $0.name == "account" }) == false {
            let accounts = bundle.counts.accounts
            if accounts.count == 1, let only = accounts.first {
                parts.append("account \(line(only.name))")
            } else if accounts.count > 1 {
                parts.append("\(accounts.count < 10 ? "" : "at least ")\(accounts.count) accounts")
            }
        }
        return parts.joined(separator: ", ")
    }

    /// The account and the control that more than a quarter comes from, the larger share first.
    private static func sources(_ bundle: Notification.Bundle) -> [(name: String, value: String, count: Int)] {
        [("account", bundle.counts.accounts.first), ("control", bundle.counts.controls.first)]
            .compactMap { name, tally in tally.map { (name, line($0.name), $0.count) } }
            .filter { $0.2 * 4 >= bundle.total && $0.2 > 1 }
            .sorted { $0.2 > $1.2 }
    }

    static func introduction(_ bundle: Notification.Bundle, total: Int, now: Date) -> [String] {
        let reason = bundle.reason.map { ShownText.fit(line($0), 300) } ?? ""
        let because = reason.isEmpty ? "" : ": \(reason)"
        switch bundle.occasion {
        case .group: return []
        case .reminder:
            guard let first = bundle.since ?? bundle.items.map(\.openedAt).min() else { return [] }
            return ["Still open since \(MessageFacts.clock(first, besides: now))."]
        case .held: return ["A mute window held these back and has ended\(because)."].map(ended)
        case .silenceEnded:
            return [ended("The silence that hid these has ended\(because)."), "They are still active."]
        case .digest: return [period(bundle, now), changes(bundle)].filter { $0.isEmpty == false }
        case .storm:
            return flood(bundle, total) + [
                "More came than can be sent one by one. Until it calms down, what is not CRITICAL is summed up here.",
                ledger,
            ]
        case .stormEnded: return [lasted(bundle, now)] + flood(bundle, total) + [ledger]
        }
    }

    private static let ledger = "Nothing was dropped: every finding is in the ledger, see \"noroshi findings list\"."

    /// One full stop, whatever the words end with.
    private static func ended(_ sentence: String) -> String {
        sentence.hasSuffix("..") || sentence.hasSuffix("!.") || sentence.hasSuffix("?.")
            ? String(sentence.dropLast()) : sentence
    }

    private static func flood(_ bundle: Notification.Bundle, _ total: Int) -> [String] {
        let sources = sources(bundle).map { source in
            "\(source.name) \(source.value) (\(ShownText.grouped(source.count)) of \(ShownText.grouped(total)))"
        }
        return sources.isEmpty ? [] : ["Most of it comes from \(sources.joined(separator: " and "))."]
    }

    private static func lasted(_ bundle: Notification.Bundle, _ now: Date) -> String {
        guard let since = bundle.since else { return "The storm is over." }
        let until = bundle.until ?? now
        return "It lasted \(MessageFacts.span(until.timeIntervalSince(since))), from "
            + "\(MessageFacts.clock(since, besides: now)) to \(MessageFacts.clock(until, besides: now))."
    }

    private static func period(_ bundle: Notification.Bundle, _ now: Date) -> String {
        guard let since = bundle.since else { return "" }
        let until = bundle.until.map { " to \(MessageFacts.minute($0))" } ?? ""
        return "From \(MessageFacts.minute(since))\(until)."
    }

    /// A digest says both, also that there was none.
    private static func changes(_ bundle: Notification.Bundle) -> String {
        func count(_ transitions: Transition...) -> String {
            let names = transitions.map(\.rawValue)
            return ShownText.grouped(
                bundle.counts.transitions.filter { names.contains($0.name) }.reduce(0) { $0 + $1.count }
            )
        }
        return "\(count(.opened, .reopened)) opened, \(count(.resolved)) resolved."
    }

    static func tallies(_ counts: Notification.Bundle.Counts) -> [MessageFacts.Field] {
        func listed(_ tallies: [Notification.Bundle.Tally]) -> String {
            tallies.map { "\(line($0.name)) (\(ShownText.grouped($0.count)))" }.joined(separator: ", ")
                + (tallies.count < 10 ? "" : ", …")
        }
        return [
            MessageFacts.Field(name: "Severity", value: severities(counts)),
            MessageFacts.Field(
                name: "Changes",
                value: counts.transitions.map { "\(ShownText.grouped($0.count)) \(change($0.name))" }
                    .joined(separator: ", ")
            ),
            MessageFacts.Field(name: "Accounts", value: listed(counts.accounts)),
            MessageFacts.Field(name: "Products", value: listed(counts.products)),
            MessageFacts.Field(name: "Controls", value: listed(counts.controls)),
        ].filter { $0.value.isEmpty == false }
    }

    private static func change(_ name: String) -> String {
        Transition(rawValue: name) == .reminder ? "still open" : line(name)
    }

    /// `resourceType` → `resource type`.
    private static func words(field: String) -> String {
        var words = ""
        for character in line(field) { words += character.isUppercase ? " \(character.lowercased())" : "\(character)" }
        return words
    }

    private static func line(_ text: String) -> String { ShownText.clean(text, isSingleLine: true) }
}
