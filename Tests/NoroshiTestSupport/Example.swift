import Findings
package import FoundationEssentials
package import Operations
package import Routing
package import Store
package import Triage

/// A service in the middle of its life: one delivery delivered, one dead, one pending.
package enum Example {
    package static let now = Date(timeIntervalSince1970: 1_790_000_000.25)
    package static let routes = """
        {"version": 1, "destinations": {"secops": {"type": "slack", "url": {"env": "SECOPS_URL"}}},
        "rules": [{"name": "severe", "when": {"severity": ">=high"}, "send": ["secops"]}]}
        """

    /// The event in which the stored finding came.
    package static let event = """
        {"version": "0", "id": "e1", "detail-type": "Security Hub Findings - Imported", "source": "aws.securityhub",
         "account": "111122223333", "time": "2026-09-21T14:13:20Z", "region": "us-east-1", "resources": [],
         "detail": {"findings": [
          {"Id": "other", "AwsAccountId": "111122223333", "Title": "Another", "Severity": {"Label": "LOW"}},
          {"Id": "arn:aws:securityhub:us-east-1:111122223333:finding/1", "AwsAccountId": "111122223333",
           "Title": "S3 bucket allows public read access", "Severity": {"Label": "HIGH"}, "Note": {"Text": "seen"}}]}}
        """

    package static func id(_ number: Int) -> String { String(repeating: "0", count: 31) + String(number) }

    private static let bundle: Notification.Bundle = {
        let item = Notification.Bundle.Item(
            findingID: "f1",
            title: "A title",
            severity: .critical,
            transition: .opened,
            account: "111122223333",
            accountName: nil,
            region: "us-east-1",
            resource: nil,
            openedAt: now,
            count: 2,
            url: nil
        )
        return Notification.Bundle(
            occasion: .digest,
            items: [item],
            total: 3,
            counts: Notification.Bundle.Counts(severities: [Notification.Bundle.Tally(name: "CRITICAL", count: 3)]),
            group: [Notification.Bundle.Pair(name: "account", value: "111122223333")],
            since: now,
            oldestOpen: item
        )
    }()

    package static func delivery(_ number: Int, _ state: Notification.State, title: String = "A title")
        -> NotificationRecord
    {
        let content = Notification.Content(
            finding: .example(title: title, severity: .critical),
            transition: .opened,
            firstSeenAt: now,
            openedAt: now,
            receivedAt: now,
            count: 1,
            rule: "severe",
            version: 1,
            thread: "a1-0",
            bundle: number == 2 ? bundle : nil
        )
        let notification = Notification(
            id: id(number),
            destination: "secops",
            recipient: number == 3 ? "a@example.com" : nil,
            state: state,
            createdAt: now + 1,
            dueAt: now + 60,
            attempts: 2,
            deadReason: state == .dead ? "gave up after 24 h" : nil,
            content: content
        )
        let first = Attempt(
            notification: id(number),
            number: 1,
            startedAt: now + 2,
            finishedAt: now + 3,
            verdict: .failed,
            status: 429,
            errorClass: "rate_limited",
            detail: "the receiver asks to wait 30 s",
            peerAddress: "127.0.0.1",
            timings: Attempt.Timings(nameLookup: 0.001, connect: 0.002, tls: 0, firstByte: 0.5, total: 0.75),
            reply: "ratelimited",
            nextDueAt: now + 33
        )
        let second = Attempt(
            notification: id(number),
            number: 2,
            startedAt: now + 34,
            finishedAt: now + 35,
            verdict: state == .delivered ? .delivered : .uncertain,
            status: state == .delivered ? 200 : nil
        )
        return NotificationRecord(
            notification: notification,
            attempts: [first, second],
            rendered: state == .dead ? #"{"text":"A title"}"# : nil
        )
    }

    package static var finding: FindingStory {
        let record = FindingRecord(
            id: "f1",
            finding: .example(updatedAt: now),
            firstSeenAt: now,
            lastSeenAt: now + 5,
            observations: 2,
            disposition: "routed"
        )
        let outcome = ObservationRecord.Outcome(
            destination: "secops",
            rule: "severe",
            transition: .opened,
            held: nil,
            notifications: [id(1)]
        )
        let observation = ObservationRecord(
            position: 7,
            receivedAt: now,
            severity: .high,
            status: .active,
            version: 1,
            matched: ["severe"],
            disposition: "routed",
            outcomes: [outcome]
        )
        return FindingStory(
            record: record,
            observations: [observation],
            notifications: [delivery(1, .delivered).notification]
        )
    }

    package static var state: FakeRoles.State {
        let revision = RouteRevision(
            version: 1,
            hash: String(repeating: "ab", count: 32),
            author: "file",
            activatedAt: now - 3_600
        )
        return FakeRoles.State(
            notifications: [delivery(1, .delivered), delivery(2, .dead), delivery(3, .pending)],
            findings: [finding],
            quarantine: [
                QuarantineRecord(id: 1, receivedAt: now, reason: "no JSON", bytes: [0x7B, 0xFF, 0x0A]),
                QuarantineRecord(id: 2, receivedAt: now, reason: "unknown then", bytes: Array(event.utf8)),
                QuarantineRecord(id: 3, receivedAt: now, reason: "unwanted", bytes: []),
            ],
            totals: Totals(
                received: 10,
                waiting: 1,
                redelivered: 2,
                routed: 5,
                suppressed: 1,
                unrouted: 1,
                due: 5,
                delivered: 1,
                pending: 1,
                dead: 1,
                held: [.refreshed: 2],
                quarantined: 1,
                appliedPosition: 6,
                lastPosition: 7
            ),
            backlog: [
                DestinationBacklog(
                    destination: "secops",
                    pending: 1,
                    sending: 0,
                    dead: 1,
                    oldestPendingAt: now - 90,
                    waiting: 9
                ),
                DestinationBacklog(destination: "gone", pending: 0, sending: 0, dead: 4, oldestPendingAt: nil),
            ],
            lanes: [LaneStatus(destination: "secops", type: "slack", lane: "1f", state: .waiting, failures: 1)],
            revisions: [(revision, Array(routes.utf8))],
            journal: [
                JournalEntry(
                    position: 7,
                    receivedAt: now,
                    source: "token",
                    requestID: nil,
                    body: Array(event.utf8),
                    observations: 1
                )
            ],
            reload: .unchanged(revision),
            observed: [
                ObservedFinding(
                    number: 2,
                    finding: .example(),
                    receivedAt: now - 60,
                    destinations: ["secops"],
                    silencedBy: ["s1"]
                ),
                ObservedFinding(number: 1, finding: .example(key: "b"), receivedAt: now - 120, destinations: []),
            ],
            waiting: [
                WaitingNews(
                    kind: .group,
                    destination: "secops",
                    rules: ["severe"],
                    labels: [AlertGroup.Label(name: "account", value: "111122223333")],
                    dueAt: now + 120,
                    since: now - 60,
                    count: 2,
                    severity: .high,
                    identity: "1"
                ),
                WaitingNews(
                    kind: .silence,
                    destination: "secops",
                    rules: ["severe"],
                    reason: "being moved",
                    silence: "s1",
                    dueAt: now + 3_600,
                    since: now - 30,
                    count: 7,
                    severity: .critical,
                    identity: "2"
                ),
            ],
            nodes: [
                NodeRecord(
                    number: 0,
                    name: "one/7",
                    program: "1.2.3",
                    startedAt: now - 100,
                    isThis: true,
                    work: [.init(work: .triage, since: now - 100), .init(work: .housekeeping, since: now - 100)]
                )
            ]
        )
    }

    /// The service as one of two nodes: the other one leads, and serves the only destination.
    package static var shared: FakeRoles.State {
        var state = state
        state.nodes = [
            NodeRecord(
                number: 3,
                name: "east/41",
                program: "1.2.3",
                startedAt: now - 7_200,
                isThis: false,
                work: [
                    .init(work: .lane("1f"), since: now - 600), .init(work: .lane("2e"), since: now - 60),
                    .init(work: .triage, since: now - 7_000),
                ]
            ),
            NodeRecord(
                number: 4,
                name: "west/42",
                program: "1.2.4",
                startedAt: now - 100,
                isThis: true,
                work: [.init(work: .housekeeping, since: now - 50)]
            ),
        ]
        return state
    }

    /// The service with a silence.
    package static func roles() throws -> FakeRoles {
        let draft = try SilenceDraft.example(destinations: ["secops"], endsAt: now + 3_600)
        var state = state
        state.silences = [Silence(draft, id: "s1", author: "api:token", at: now - 60)]
        return FakeRoles(state)
    }

    /// What an operator can ask and do with the roles, under the rules above.
    package static func operations(
        _ roles: FakeRoles,
        readiness: Readiness = Readiness(),
        rules: String = routes,
        history: (any History)? = nil,
        secrets: SecretSource = SecretSource(variables: [:]),
        now: @escaping @Sendable () -> Date = { now }
    ) throws -> Operations {
        let document = try RouteDocument.parse(Array(rules.utf8), file: "routes.json").document
        return Operations(
            .init(
                records: roles,
                archive: roles,
                intake: roles,
                quarantine: roles,
                outbox: roles,
                revisions: roles,
                lanes: roles,
                trial: roles,
                activation: roles,
                routes: ActiveRoutes(RoutingTable(document, version: 1)),
                silences: roles,
                activeSilences: roles.activeSilences,
                history: history ?? roles,
                condition: roles,
                setAside: roles,
                reports: roles.reports,
                clock: roles.clock,
                drafts: roles,
                audit: roles,
                statistics: roles,
                shadows: roles,
                activeShadow: roles.activeShadow,
                replays: roles,
                sessions: roles,
                sources: roles,
                leases: roles,
                node: roles.node
            ),
            readiness: readiness,
            build: Build(version: "1.2.3", startedAt: Example.now - 100),
            secrets: secrets,
            now: now
        )
    }
}
