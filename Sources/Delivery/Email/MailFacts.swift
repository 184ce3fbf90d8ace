import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// What a mail says: the facts of every message with what a mail has room for, cleaned and within a budget, before it
/// takes the form of plain text or of HTML.
///
/// The budget keeps a mail under about 100 KB, beyond which large mail services hide the rest of a message.
struct MailFacts: Sendable, Hashable {
    let facts: MessageFacts
    /// In one line: severity, what changed, title, account and Region.
    let subject: String
    /// What stands beside the colour; see ``isResolved``.
    let badge: String
    let isResolved: Bool
    let title: String
    /// Why a message about several alerts comes, a sentence each.
    let introduction: [String]
    let rows: [Row]
    /// The alerts of a message about several.
    let entries: [Entry]
    /// How many alerts `entries` leaves out, in words; empty when it leaves out none.
    let unlisted: String
    let sections: [Section]
    let links: [Link]
    /// What sent it, and the name under which it can be looked up.
    let footer: [String]

    /// A label and its value, or its values.
    struct Row: Sendable, Hashable {
        var label: String
        /// At least one.
        var values: [String]
    }

    /// A heading and text of one or more lines.
    struct Section: Sendable, Hashable {
        var heading: String
        var text: String
    }

    /// One alert of several.
    struct Entry: Sendable, Hashable {
        var badge: String
        var severity: Severity
        var isResolved: Bool
        var title: String
        /// Account, Region, resource and age.
        var place: String
        var link: ShownLink?
        /// Where it says who was told, and why.
        var page: ShownLink?
    }

    struct Link: Sendable, Hashable {
        var label: String
        /// `nil` when the address is not one to be linked.
        var link: ShownLink?
    }

    /// Collects what is to be said.
    ///
    /// - Parameters:
    ///   - notification: What to say.
    ///   - destination: The name of the destination, as the operator wrote it.
    ///   - now: For the age of the news.
    ///   - console: Where people reach the console, if that is known.
    init(_ notification: Notification, destination: String, now: Date, console: PublicAddress? = nil) {
        if let bundle = notification.content.bundle {
            self.init(
                BundleFacts(bundle, of: notification, now: now, console: console),
                notification,
                destination: destination
            )
        } else {
            self.init(MessageFacts(notification, now: now, console: console), notification, destination: destination)
        }
    }

    private init(_ facts: MessageFacts, _ notification: Notification, destination: String) {
        self.facts = facts
        subject = MailFacts.subject(facts)
        badge = facts.severityWords
        isResolved = facts.transition == .resolved
        title = ShownText.fit(facts.title, 1_000)
        introduction = []
        entries = []
        unlisted = ""
        rows = MailFacts.rows(facts, notification.content)
        sections = [
            Section(heading: "What happened", text: ShownText.fit(facts.description, 8_000)),
            Section(heading: "What to do", text: ShownText.fit(facts.remediation, 3_000)),
        ].filter { $0.text.isEmpty == false }
        links = [
            facts.url.map { Link(label: "Open the finding in the console", link: ShownLink($0, limit: 2_000)) },
            facts.remediationURL.map { Link(label: "How to fix it", link: ShownLink($0, limit: 2_000)) },
            facts.page.map { Link(label: MailFacts.why, link: $0) },
        ].compactMap(\.self)
        footer = MailFacts.footer(facts, notification, destination)
    }

    /// What leads to the page that answers it.
    static let why = "Why did I get this?"

    /// What sent it, and the name under which it can be looked up.
    static func footer(_ facts: MessageFacts, _ notification: Notification, _ destination: String) -> [String] {
        let place = ShownText.fit(ShownText.clean(destination, isSingleLine: true), 200)
        return [
            "\(ShownText.fit(facts.rule, 300)), to \"\(place)\"",
            "Notification \(notification.id)",
        ]
    }

    private static func rows(_ facts: MessageFacts, _ content: Notification.Content) -> [Row] {
        let finding = content.finding
        var rows: [Row] = []
        let moment = MessageFacts.moment(content, tellsReceipt: false)
        for field in facts.fields {
            switch field.name {
            case moment.name: rows.append(Row(label: moment.name, values: [moment.value]))
            // It stands above the title.
            case "Severity": break
            case "Resource":
                let resources = list(finding.resources, limit: 10, showing: resource)
                rows.append(Row(label: resources.count == 1 ? "Resource" : "Resources", values: resources))
            default: rows.append(Row(label: field.name, values: [ShownText.fit(field.value, 600)]))
            }
        }
        rows += [
            Row(label: "Type", values: list(finding.types, limit: 5) { line($0, 300) }),
            Row(label: "Status", values: list([finding.statusText ?? ""], limit: 1) { line($0, 100) }),
            Row(
                label: "Received",
                values: rows.contains { $0.label == "Received" } ? [] : [MessageFacts.minute(content.receivedAt)]
            ),
            Row(label: "Finding", values: list([finding.id], limit: 1) { line($0, 1_000) }),
        ]
        return rows.filter { $0.values.isEmpty == false }
    }

    private static func line(_ text: String, _ limit: Int) -> String {
        ShownText.fit(ShownText.clean(text, isSingleLine: true), limit)
    }

    private static func resource(_ resource: Resource) -> String {
        let id = line(resource.id, 600)
        let type = line(resource.type ?? "", 100)
        return type.isEmpty ? id : "\(id) (\(type))"
    }

    /// The first few, and how many more there are.
    private static func list<Item>(_ items: [Item], limit: Int, showing shown: (Item) -> String) -> [String] {
        let texts = items.prefix(limit).map(shown).filter { $0.isEmpty == false }
        return items.count > limit ? texts + ["… \(ShownText.grouped(items.count - limit)) more"] : texts
    }
}
