import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing
import Triage

@testable import Operations

@Suite("What a topic is about")
struct TopicReaderTests {
    private static let cases: [(String, @Sendable (inout FakeRoles.State) -> Void, Set<Topic>)] = [
        ("a finding came in", { $0.totals.received += 1 }, [.overview, .findings, .deliveries]),
        ("a delivery was tried", { $0.notifications[2].notification.attempts += 1 }, [.deliveries]),
        ("a delivery was made", { $0.notifications[2].notification.state = .delivered }, [.deliveries]),
        ("a lane broke", { $0.lanes[0].state = .broken }, [.overview, .deliveries]),
        ("more waits", { $0.backlog[0].pending += 1 }, [.overview]),
        ("the file is bad", { $0.reload = .refused(["no"]) }, [.overview, .rules]),
        ("rules were published", { $0.revisions[0].revision.version += 1 }, [.overview, .rules]),
        (
            "rules beside those in force decided",
            { state in
                let start = ShadowStart(author: "api:a", draft: "d1", base: 1, text: [])
                state.shadow = ShadowRecord(number: 1, start: start, startedAt: Example.now, observations: 1)
            }, [.shadow]
        ),
        ("the log has grown", { $0.health.logBytes += 4_096 }, []),
        (
            "a source began to fail",
            { state in
                state.sources = [
                    SourceState(
                        name: "org",
                        type: "sqs",
                        queue: "https://sqs.eu-west-1.amazonaws.com/111122223333/org",
                        region: "eu-west-1",
                        pollers: 1,
                        phase: .failing
                    )
                ]
            }, [.overview]
        ),
        ("the database is damaged", { $0.health.damage = "a page" }, [.overview]),
        (
            "somebody began a draft",
            { state in
                let content = RouteDraft.Content(base: 1, text: [])
                let draft = RouteDraft(
                    number: 1,
                    owner: "ana",
                    content: content,
                    change: 1,
                    steps: 0,
                    createdAt: Example.now,
                    changedAt: Example.now
                )
                state.drafts.append((draft, []))
            }, [.rules]
        ),
    ]

    @Test("what happens changes the topics that show it, and no others", arguments: TopicReaderTests.cases.indices)
    func changes(index: Int) async throws {
        let (words, change, expected) = Self.cases[index]
        let roles = FakeRoles(Example.state)
        let feed = try Example.operations(roles).changes
        let topics: [Topic] = [.overview, .deliveries, .findings, .rules, .shadow]
        var before: [Topic: String?] = [:]
        for topic in topics { before[topic] = await feed.mark([topic]) }
        roles.state.withLock { change(&$0) }
        var changed: Set<Topic> = []
        for topic in topics where await feed.mark([topic]) != before[topic] { changed.insert(topic) }
        #expect(changed == expected, "\(words)")
    }
}
