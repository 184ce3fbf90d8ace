package import Findings
package import FoundationEssentials
package import Routing
import Store
package import Triage

/// What every message says, in cleaned and unescaped words; each channel escapes and cuts them for itself.
package struct MessageFacts: Sendable, Hashable {
    /// `CRITICAL`, or with what changed: `RESOLVED · HIGH`, `RAISED to CRITICAL`.
    package var severityWords: String
    package var severity: Severity
    package var transition: Transition
    package var title: String
    /// `111122223333 (production)`, the id first so that a cut takes the name.
    package var account: String
    package var region: String
    /// How long it has been going on, for a message that comes after the first: `resolved after 3 h 12 m (opened 09:14 UTC)`;
    /// empty for any other.
    package var life: String
    /// Name and value, in the order in which they are shown; severity, account and Region come first.
    package var fields: [Field]
    package var description: String
    package var remediation: String
    package var url: String?
    package var remediationURL: String?
    /// Where it says who was told, and why; `nil` without a public address.
    package var page: ShownLink?
    /// `Rule "critical in production", version 3`.
    package var rule: String
    /// What the reader must know about this delivery: that it is late, may be a repeat, or comes instead of another.
    package var notes: [String]

    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// - Parameters:
    ///   - notification: What to say.
    ///   - now: For its age.
    ///   - console: Where people reach the console, if that is known.
    package init(_ notification: Notification, now: Date, console: PublicAddress? = nil) {
        let content = notification.content
        let finding = content.finding
        func line(_ text: String) -> String { ShownText.clean(text, isSingleLine: true) }
        severity = content.severity
        transition = content.transition
        severityWords = MessageFacts.words(content.transition, content.severity)
        life = MessageFacts.life(content)
        title = [line(finding.title), line(finding.id), "Finding without a title"].first { $0.isEmpty == false } ?? ""
        account = MessageFacts.account(finding.account, name: finding.accountName)
        region = finding.region.map(line) ?? "unknown"
        description = ShownText.clean(finding.description)
        remediation = finding.remediation?.text.map { ShownText.clean($0) } ?? ""
        url = finding.url
        remediationURL = finding.remediation?.url
        page = console?.finding(content.findingID)
        rule = "Rule \"\(line(content.rule))\", version \(content.version)"
        notes = MessageFacts.notes(notification, now: now)
        fields = [
            Field(name: "Severity", value: severityWords),
            Field(name: "Alert", value: life),
            Field(name: "Account", value: account),
            Field(name: "Region", value: region),
            Field(name: "Resource", value: MessageFacts.resources(finding)),
            Field(name: "Actor", value: MessageFacts.actor(finding)),
            Field(name: "Product", value: line(finding.product)),
            MessageFacts.moment(content),
            Field(name: "Seen", value: MessageFacts.times(max(content.count, finding.count ?? 0))),
            Field(name: "Pages", value: MessageFacts.pages(content)),
            Field(name: "Control", value: finding.controls.map(line).joined(separator: ", ")),
        ].filter { $0.value.isEmpty == false }
    }

    static func account(_ id: String?, name: String?) -> String {
        func line(_ text: String) -> String { ShownText.clean(text, isSingleLine: true) }
        return NamedAccount.text(id.map(line), name: name.map(line)) ?? "unknown"
    }

    /// The first resources, as many as fit a few lines; their number stands first, for what is cut is cut at the end.
    private static func resources(_ finding: Finding) -> String {
        let all = finding.resources
        var shown: [String] = []
        var length = 0
        for resource in all.prefix(5) {
            let id = ShownText.clean(resource.id, isSingleLine: true)
            let type = resource.type.map { ShownText.clean($0, isSingleLine: true) } ?? ""
            let words = type.isEmpty ? id : "\(type) \(id)"
            length += words.count
            guard shown.isEmpty || length <= 300 else { break }
            shown.append(words)
        }
        guard all.count > 1 else { return shown.first ?? "" }
        let count = shown.count == all.count ? "\(all.count)" : "\(shown.count) of \(all.count)"
        return "(\(count)) " + shown.joined(separator: ", ")
    }

    /// `alice from 203.0.113.9`; empty when the source names neither.
    private static func actor(_ finding: Finding) -> String {
        let actor = finding.actor.map { ShownText.clean($0, isSingleLine: true) } ?? ""
        let address = finding.sourceAddress.map { ShownText.clean($0, isSingleLine: true) } ?? ""
        return address.isEmpty ? actor : actor.isEmpty ? "unknown, from \(address)" : "\(actor) from \(address)"
    }

    /// A message that came in parts says so, as long as some are missing: there are more resources than it can name.
    private static func pages(_ content: Notification.Content) -> String {
        guard let pages = content.finding.pages else { return "" }
        if pages.isComplete { return "all \(pages.total) are in" }
        // An end is told once, so that the pages that come after it are no message of their own.
        let rest = content.transition == .resolved ? "" : ", more resources follow"
        return "\(pages.received.count) of \(pages.total) are in\(rest)"
    }

    static func times(_ count: Int) -> String {
        count == 1 ? "once" : "\(ShownText.grouped(count)) times"
    }

    private static func notes(_ notification: Notification, now: Date) -> [String] {
        var notes: [String] = []
        // What a timer says is news when it is said, and not late because the last observation is old.
        let isByTimer = notification.content.bundle != nil || notification.content.transition == .reminder
        let age = now.timeIntervalSince(isByTimer ? notification.createdAt : notification.content.receivedAt)
        if age > 60 { notes.append("delayed \(duration(age))") }
        if notification.uncertain > 0 {
            notes.append("possible repeat: an earlier send may have arrived, its answer was lost")
        }
        if notification.fallbackFor != nil {
            notes.append("sent here because its own destination could not be reached")
        }
        if notification.isMinimal { notes.append("shortened: the full message was refused") }
        return notes
    }

    /// `7 min`, `3 h`, `2 days`: rounded down, for a person.
    static func duration(_ seconds: Double) -> String {
        let minutes = Int(seconds / 60)
        if minutes < 2 { return "\(Int(seconds)) s" }
        if minutes < 120 { return "\(minutes) min" }
        return minutes < 48 * 60 ? "\(minutes / 60) h" : "\(minutes / (24 * 60)) days"
    }

    /// `2026-11-24 02:40 UTC`.
    static func minute(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }

    /// The headline in one line: severity, title, account, Region. Only the title gives way when it is too long.
    ///
    /// - Parameters:
    ///   - limit: UTF-16 units, 300 or more.
    ///   - fit: Writes a text that is not ours, within so many UTF-16 units.
    /// - Returns: The line as it is to be written.
    package func summary(_ limit: Int, fit: (String, Int) -> String = { ShownText.fit($0, $1) }) -> String {
        let head = "[\(severityWords)] "
        let place = " (\(fit(account, 120)), \(fit(region, 40)))"
        let room = limit - head.utf16.count - place.utf16.count
        return head + fit(title, room) + place
    }
}
