import Findings
import FoundationEssentials
import Routing
import SQLiteStore
import Store
import Testing
import Triage

@Suite("A directory that the released version 0.1.0 wrote")
struct ReleasedDirectoryTests {
    @Test("opens without a warning, and what was accepted is there", arguments: ReleasedDirectory.allCases)
    func opens(left: ReleasedDirectory) async throws {
        try await left.withStore { released in
            #expect(released.store.openingWarnings.isEmpty)
            _ = try await released.store.checkAtStart()
            #expect(released.unapplied.map(\.observations) == (left == .killed ? [3] : []))
            #expect(released.uncertain == (left == .killed ? 1 : 0))
            let totals = try await released.store.totals()
            #expect(totals.isBalanced && totals.waiting == 0 && totals.routed == totals.received)
            #expect(totals.received == (left == .killed ? 21 : 17))
            #expect(totals.delivered == (left == .killed ? 8 : 7))
            #expect(totals.held == [.silenced: 2, .inhibited: 1, .refreshed: 2])
        }
    }

    @Test(
        "what was told is not told again, and what shared an alert with another account is told as its own",
        arguments: ReleasedDirectory.allCases
    )
    func again(left: ReleasedDirectory) async throws {
        try await left.withStore { released in
            let before = try await released.store.totals()
            var outcomes: [String] = []
            for body in try left.posted { outcomes += try await released.take(body) }
            #expect(outcomes.count == before.received)
            let news = outcomes.filter { $0.hasSuffix(" refreshed") == false }
            #expect(news == ["222222222222 Trivy found CVE-2026-0002: opened chat told"])
            let after = try await released.store.totals()
            #expect(after.isBalanced && after.pending == before.pending + 1)
        }
    }

    @Test("an event that was taken before is known when it comes again", arguments: ReleasedDirectory.allCases)
    func redelivered(left: ReleasedDirectory) async throws {
        try await left.withStore { released in
            let before = try await released.store.totals()
            let events = try left.posted.filter { $0.contains(#""detail-type""#) }
            for body in events { try await released.take(body, isRedelivered: true) }
            let after = try await released.store.totals()
            // One of the five holds two findings.
            #expect(after.redelivered == 6)
            #expect(after.isBalanced && after.routed == before.routed && after.pending == before.pending)
        }
    }

    @Test(
        "the end of what was told is told, and what was not told yet is taken back",
        arguments: ReleasedDirectory.allCases
    )
    func ends(left: ReleasedDirectory) async throws {
        try await left.withStore { released in
            var outcomes: [String] = []
            for body in try left.posted { outcomes += try await released.take(ReleasedDirectoryTests.ended(body)) }
            let expected = [
                "111111111111 Trivy found CVE-2026-0001: resolved chat told",
                "111111111111 Trivy found CVE-2026-0002: resolved chat told",
                // The alert told of the other account.
                "222222222222 Trivy found CVE-2026-0002: resolved chat resolved_unannounced",
                "111111111111 Trivy found CVE-2026-0003: resolved mail resolved_unannounced",
                "111111111111 Trivy found CVE-2026-0004: resolved mail resolved_unannounced",
                "333333333333 Trivy found CVE-2026-0005: resolved chat resolved_unannounced",
                "444444444444 Trivy found CVE-2026-0006: resolved chat told",
                "111111111111 Scanner found 1001: resolved chat told",
                "111111111111 Scanner found 1002: resolved mail resolved_unannounced",
                "111111111111 SSH brute force against i-1: resolved chat told",
                "111111111111 EC2: AWS_EC2_OPERATIONAL_ISSUE: resolved mail resolved_unannounced",
                // A call has no end.
                "111111111111 PutBucketPolicy by the root user: refreshed chat refreshed",
                "111111111111 CVE-2026-9999 - openssl: resolved refused told",
                // Two findings report the problem, which ends with the second one.
                "111111111111 Hardware MFA should be enabled for the root user: refreshed chat refreshed",
                "111111111111 Hardware MFA should be enabled for the root user: resolved chat told",
                "555555555555 Trivy found CVE-2026-0007: resolved chat told",
                "555555555555 Trivy found CVE-2026-0008: resolved chat resolved_unannounced",
            ]
            let others = [
                "111111111111 Trivy found CVE-2026-0101: resolved chat told",
                "111111111111 Trivy found CVE-2026-0102: resolved chat told",
                "111111111111 Trivy found CVE-2026-0103: resolved mail resolved_unannounced",
                "222222222222 Trivy found CVE-2026-0104: resolved mail resolved_unannounced",
            ]
            #expect(outcomes == expected + (left == .killed ? others : []))
            try await released.pass(until: ReleasedDirectory.now.addingTimeInterval(8 * 86_400))
            // Nothing is left that anybody would be reminded of.
            let messages = try await released.messages(since: ReleasedDirectory.now)
            let opened = messages.filter { $0.content.transition != .resolved }.map(\.content.finding.title)
            #expect(opened == (left == .killed ? ["Trivy found CVE-2026-0102"] : []))
            #expect(try await released.store.totals().isBalanced)
        }
    }

    /// The request with all that it reports being over.
    private static func ended(_ body: String) -> String {
        [
            (#""RecordState":"ACTIVE""#, #""RecordState":"ARCHIVED""#), (#""status_id":1"#, #""status_id":4"#),
            (#""archived":false"#, #""archived":true"#), (#""status":"ACTIVE""#, #""status":"CLOSED""#),
            (#""statusCode":"open""#, #""statusCode":"closed""#),
        ].reduce(body) { $0.replacing($1.0, with: $1.1) }
    }

    @Test("the queue goes on, attempts counted", arguments: ReleasedDirectory.allCases)
    func queue(left: ReleasedDirectory) async throws {
        try await left.withStore { released in
            let claimed = try await released.store.claim(
                destinations: ["chat", "refused", "mail"],
                limit: 10,
                by: nil,
                now: ReleasedDirectory.now
            )
            let found = claimed.map { "\($0.destination) \($0.content.finding.id) \($0.attempts) \($0.uncertain)" }
            let inspector = "arn:aws:inspector2:eu-west-1:111111111111:finding/00000000000000000000000000000001"
            let expected =
                switch left {
                case .stopped: ["refused \(inspector) 3 0", "chat CVE-2026-0006 1 0"]
                case .killed: ["refused \(inspector) 5 0", "chat CVE-2026-0101 2 1", "chat CVE-2026-0102 1 0"]
                }
            #expect(found == expected)
            let before = try await released.store.totals()
            try await released.store.settle(claimed.map { Settlement($0, .delivered, at: ReleasedDirectory.now) })
            let after = try await released.store.totals()
            #expect(after.isBalanced && after.delivered == before.delivered + claimed.count)
        }
    }

    @Test(
        "groups, digests, reminders and silences come to their end when they are due",
        arguments: ReleasedDirectory.allCases
    )
    func timers(left: ReleasedDirectory) async throws {
        try await left.withStore { released in
            let states = try await released.store.silences(nil, now: ReleasedDirectory.now, page: Page()).items
            #expect(
                states.map { "\($0.id) \($0.state(at: ReleasedDirectory.now)) \($0.owner)" }
                    == ["s2 expired Network", "s1 active Storage"]
            )
            try await released.pass(until: ReleasedDirectory.now.addingTimeInterval(8 * 86_400))
            let messages = try await released.messages(since: ReleasedDirectory.now.addingTimeInterval(1))
            let found = messages.map { message in
                let content = message.content
                let titles = content.bundle?.items.map(\.title) ?? [content.finding.title]
                return "\(message.createdAt.formatted(.iso8601)) \(message.recipient ?? message.destination) "
                    + "\(content.bundle?.occasion.rawValue ?? "\(content.transition)") \(titles.sorted())"
            }
            let other = left == .killed
            let grouped =
                ["EC2: AWS_EC2_OPERATIONAL_ISSUE", "Scanner found 1002", "Trivy found CVE-2026-0003"]
                + (other ? ["Trivy found CVE-2026-0103"] : [])
            let daily = ["Trivy found CVE-2026-0004"] + (other ? ["Trivy found CVE-2026-0104"] : [])
            let critical = ["Hardware MFA should be enabled for the root user", "Trivy found CVE-2026-0007"]
            #expect(
                found == [
                    "2026-11-28T23:17:00Z a@example.com group \(grouped)",
                    "2026-11-28T23:17:00Z b@example.com group \(grouped)",
                    "2026-11-29T09:00:00Z a@example.com digest \(daily)",
                    "2026-11-29T09:00:00Z b@example.com digest \(daily)",
                    "2026-12-01T17:17:02Z chat reminder \(critical.prefix(1))",
                    "2026-12-01T17:17:02Z chat reminder \(critical.suffix(1))",
                    "2026-12-04T17:17:02Z chat reminder \(critical.prefix(1))",
                    "2026-12-04T17:17:02Z chat reminder \(critical.suffix(1))",
                    "2026-12-05T17:17:01Z chat silence_ended [\"Trivy found CVE-2026-0005\"]",
                    "2026-12-05T23:17:00Z a@example.com reminder \(grouped)",
                    "2026-12-05T23:17:00Z b@example.com reminder \(grouped)",
                ]
            )
        }
    }

    @Test("what was held back is told when what it stood behind is over", arguments: ReleasedDirectory.allCases)
    func heldBack(left: ReleasedDirectory) async throws {
        try await left.withStore { released in
            let critical = try #require(try left.posted.first { $0.contains("CVE-2026-0007") })
            try await released.take(ReleasedDirectoryTests.ended(critical))
            try await released.pass(until: ReleasedDirectory.now.addingTimeInterval(3_600))
            let messages = try await released.messages(since: ReleasedDirectory.now)
            let found = messages.map { "\($0.content.finding.id) \($0.content.transition)" }
            let other = left == .killed ? ["CVE-2026-0102 opened"] : []
            #expect(found == other + ["CVE-2026-0008 opened", "CVE-2026-0007 resolved"])
        }
    }
}
