import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// The forms in which a destination hears of findings.
package enum MessageForm: String, Sendable, Hashable, CaseIterable {
    /// One alert that opens.
    case one
    /// Several alerts of one group.
    case group
    /// A scheduled summary.
    case digest
    /// The end of an alert.
    case resolved
}

/// A notification made up for somebody to look at or to try, of findings that are stored or of one that says it is a test.
struct MessageExample {
    var form: MessageForm
    /// One or more; the first is the subject.
    var records: [FindingRecord]
    var destination: Destination
    /// What stands where a message names its rule.
    var rule: String
    var version: Int
    var now: Date

    /// Alerts that a group or a digest tells of.
    static let mostAlerts = 5

    func notification(id: String, recipient: String?, isTest: Bool = false) -> Notification? {
        guard let subject = records.first else { return nil }
        let content = Notification.Content(
            finding: subject.finding,
            findingID: isTest ? nil : subject.id,
            facts: facts(subject),
            thread: "x-\(id)",
            bundle: bundle
        )
        return Notification(
            id: id,
            destination: destination.name,
            recipient: recipient,
            state: .sending,
            createdAt: now,
            dueAt: now,
            attempts: 1,
            isTest: isTest,
            content: content
        )
    }

    private var transition: Transition { form == .resolved ? .resolved : .opened }

    private func facts(_ record: FindingRecord) -> AnnouncedFacts {
        AnnouncedFacts(
            transition: transition,
            severity: record.finding.severity,
            receivedAt: record.lastSeenAt,
            openedAt: record.firstSeenAt,
            firstSeenAt: record.firstSeenAt,
            count: max(1, record.observations),
            rule: rule,
            version: version
        )
    }

    private var bundle: Notification.Bundle? {
        guard form == .group || form == .digest else { return nil }
        var tallies = BundleTallies()
        for record in records {
            tallies.add(
                severity: record.finding.severity,
                transition: transition,
                account: record.finding.account,
                product: record.finding.product,
                control: record.finding.controls.first
            )
        }
        let items = records.map(item)
        let account = records.first?.finding.account
        return Notification.Bundle(
            occasion: form == .digest ? .digest : .group,
            items: items.sorted { ($1.severity, $0.openedAt) < ($0.severity, $1.openedAt) },
            total: records.count,
            counts: tallies.counts,
            group: form == .group ? account.map { [.init(name: "account", value: $0)] } ?? [] : [],
            since: form == .digest ? now.addingTimeInterval(-86_400) : nil,
            until: form == .digest ? now : nil,
            oldestOpen: form == .digest ? items.min { $0.openedAt < $1.openedAt } : nil
        )
    }

    private func item(_ record: FindingRecord) -> Notification.Bundle.Item {
        let finding = record.finding
        return Notification.Bundle.Item(
            findingID: record.id,
            title: finding.title,
            severity: finding.severity,
            transition: transition,
            account: finding.account,
            accountName: finding.accountName,
            region: finding.region,
            resource: finding.resources.first?.id,
            openedAt: record.firstSeenAt,
            count: max(1, record.observations),
            url: finding.url
        )
    }
}

extension FindingRecord {
    /// Of nothing that happened: what a test message speaks of.
    static func test(by person: String, destination: String, now: Date) -> FindingRecord {
        FindingRecord(
            id: "",
            finding: Finding(
                key: FindingKey("noroshi/test"),
                source: "noroshi",
                kind: .event,
                id: "noroshi/test",
                title: "Test message: nothing has happened",
                description: """
                    Sent by \(person) to see whether messages reach the destination “\(destination)”. Nothing has happened, \
                    and nobody needs to do anything.
                    """,
                severity: .informational,
                product: "Noroshi",
                occurredAt: now
            ),
            firstSeenAt: now,
            lastSeenAt: now,
            observations: 1,
            disposition: "routed"
        )
    }
}
