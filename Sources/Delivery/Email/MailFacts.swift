import Findings
import FoundationEssentials
import Routing
import Store

/// What a mail says about a notification, in words that are fit to be shown and within a budget, before it takes the form
/// of plain text or of HTML.
///
/// The budget keeps both parts together under about 100 KB, beyond which large mail services hide the rest of a message.
struct MailFacts: Sendable, Hashable {
    let severity: Severity
    /// What happened to the alert, in a word or two.
    let change: String
    let isResolved: Bool
    let title: MailText
    /// `Payments (111122223333)`; `nil` when the source names no account.
    let account: String?
    let region: String?
    let rows: [Row]
    let sections: [Section]
    let links: [Link]
    /// Why this message may be late, a repeat, or not where it was meant to go.
    let notes: [String]
    /// Which rule sent it, and how to look it up.
    let footer: [String]

    /// A label and its value, or its values.
    struct Row: Sendable, Hashable {
        var label: String
        /// At least one.
        var values: [String]
    }

    /// A heading and paragraphs.
    struct Section: Sendable, Hashable {
        var heading: String
        /// May hold LF.
        var text: String
    }

    struct Link: Sendable, Hashable {
        var label: String
        /// `nil` when the address is not one to be linked.
        var link: MailLink?
    }

    /// Collects what is to be said.
    ///
    /// - Parameters:
    ///   - notification: What to say.
    ///   - destination: The name of the destination, as the operator wrote it.
    ///   - now: For the age of the news.
    init(_ notification: Notification, destination: String, now: Date) {
        let content = notification.content
        let finding = content.finding
        severity = finding.severity
        change = MailFacts.words(for: content.transition)
        isResolved = content.transition == .resolved
        let shownTitle = MailText(line: finding.title, limit: 1_000)
        title = shownTitle.isEmpty ? MailText(line: finding.id, limit: 1_000) : shownTitle
        account = MailFacts.account(of: finding)
        region = MailFacts.line(finding.region, limit: 64)
        rows = MailFacts.rows(content, account: account, region: region)
        sections = MailFacts.sections(finding)
        links = [
            finding.url.map { Link(label: "Open the finding in the console", link: MailLink($0)) },
            finding.remediation?.url.map { Link(label: "How to fix it", link: MailLink($0)) },
        ].compactMap(\.self)
        notes = MailFacts.notes(notification, now: now)
        let rule = MailText(line: content.rule, limit: 200).short
        let place = MailText(line: destination, limit: 200).short
        footer = [
            "Sent by the rule “\(rule)” (rules version \(content.version)) to the destination “\(place)”.",
            "Notification \(notification.id)",
        ]
    }

    private static func words(for transition: Transition) -> String {
        switch transition {
        case .opened: "New finding"
        case .raised: "Severity raised"
        case .reopened: "Reopened"
        case .resolved: "Resolved"
        case .acknowledged: "Acknowledged"
        case .refreshed, .stale: "Still active"
        }
    }

    private static func account(of finding: Finding) -> String? {
        let id = line(finding.account, limit: 64)
        guard let name = line(finding.accountName, limit: 100) else { return id }
        return id.map { "\(name) (\($0))" } ?? name
    }

    /// The text on one line, `nil` when nothing is left of it.
    private static func line(_ text: String?, limit: Int) -> String? {
        guard let text else { return nil }
        let shown = MailText(line: text, limit: limit)
        return shown.isEmpty ? nil : shown.short
    }

    private static func rows(_ content: Notification.Content, account: String?, region: String?) -> [Row] {
        let finding = content.finding
        var rows: [Row] = []
        func add(_ label: String, _ values: [String?]) {
            let given = values.compactMap(\.self)
            if given.isEmpty == false { rows.append(Row(label: label, values: given)) }
        }
        add("Account", [account])
        add("Region", [region])
        add(finding.resources.count == 1 ? "Resource" : "Resources", resources(finding.resources))
        add("Product", [line(finding.product, limit: 200)])
        add("Type", list(finding.types, limit: 200))
        add("Control", list(finding.controls, limit: 200))
        add("Status", [line(finding.statusText, limit: 100)])
        add("First seen", [(finding.firstSeenAt ?? content.firstSeenAt).mailText])
        add("Received", [content.receivedAt.mailText])
        add("Seen", [seen(content.count, bySource: finding.count)])
        add("Finding", [line(finding.id, limit: 1_000)])
        return rows
    }

    private static func resources(_ resources: [Resource]) -> [String] {
        let shown = resources.prefix(10).compactMap { resource -> String? in
            guard let id = line(resource.id, limit: 600) else { return nil }
            return line(resource.type, limit: 100).map { "\(id) (\($0))" } ?? id
        }
        return resources.count > 10 ? shown + ["… and \(resources.count - 10) more, left out here"] : shown
    }

    private static func list(_ texts: [String], limit: Int) -> [String] {
        let shown = texts.prefix(5).compactMap { line($0, limit: limit) }
        return texts.count > 5 ? shown + ["… and \(texts.count - 5) more, left out here"] : shown
    }

    private static func seen(_ count: Int, bySource: Int?) -> String {
        let ours = count == 1 ? "once" : "\(count) times"
        guard let bySource, bySource > 1 else { return ours }
        return "\(ours) (\(bySource) times by the source)"
    }

    private static func sections(_ finding: Finding) -> [Section] {
        let description = MailText(block: finding.description, limit: 12_000)
        let remediation = MailText(block: finding.remediation?.text ?? "", limit: 4_000)
        return [
            description.isEmpty ? nil : Section(heading: "What happened", text: description.noted),
            remediation.isEmpty ? nil : Section(heading: "What to do", text: remediation.noted),
        ].compactMap(\.self)
    }

    private static func notes(_ notification: Notification, now: Date) -> [String] {
        var notes: [String] = []
        let age = now.timeIntervalSince(notification.content.receivedAt)
        if age > 60 {
            notes.append("Delayed: this was received \(MailFacts.duration(age)) before this message was sent.")
        }
        if notification.uncertain > 0 {
            notes.append("Possible repeat: an earlier attempt to send this message ended without an answer.")
        }
        if let original = notification.fallbackFor {
            let id = MailText(line: original, limit: 64).short
            notes.append(
                "Sent here because the destination it was meant for could not be reached (notification \(id))."
            )
        }
        return notes
    }

    /// Whole minutes below two hours, whole hours below two days, whole days from there.
    private static func duration(_ seconds: Double) -> String {
        let minutes = Int(min(seconds, 1e12) / 60)
        switch minutes {
        case ..<120: return "\(minutes) min"
        case ..<2_880: return "\(minutes / 60) h"
        default: return "\(minutes / 1_440) days"
        }
    }
}
