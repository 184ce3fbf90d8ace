import Findings
import FoundationEssentials
import NoroshiTestSupport
import Operations
import Routing
import Store
import Testing

@Suite("What a silence would have hidden")
struct SilencePreviewContractTests {
    private let day = 86_400.0

    private func preview(
        _ store: OpenStore,
        _ json: String,
        destinations: [String]? = nil,
        now: Date = .t(10),
        isOverdue: Bool = false
    ) async throws -> SilencePreview {
        let draft = try SilenceDraft.example(when: json, destinations: destinations, endsAt: now + 60)
        let chat = Destination(name: "chat", transport: .slack(SlackSettings(url: .environment("U"))))
        let rule = Rule(name: "all", when: Condition(tests: []), send: ["chat"])
        return try await SilencePreview.replay(
            Silence(draft, id: "", author: "api:a", at: now),
            routes: RoutingTable(RouteDocument(destinations: [chat], rules: [rule]), version: 1),
            history: store.roles,
            now: now,
            isOverdue: { isOverdue }
        )
    }

    @Test(
        "observations of 7 days are counted, findings once by their last severity",
        arguments: Backend.everyPreloading
    )
    func counts(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "old"), .routed())], at: .t(0) - 8 * day)
            try await store.take([(.example(key: "a", severity: .low), .routed())], at: .t(1))
            try await store.take([(.example(key: "b", account: "444455556666"), .routed())], at: .t(2))
            try await store.take([(.example(key: "a", severity: .high), .routed())], at: .t(3))
            try await store.take([(.example(key: "c", severity: .low), .routed())], at: .t(4))
            let found = try await preview(store, #"{"account": "1111*"}"#)
            #expect(found.isComplete && found.since == .t(10) - 7 * day)
            #expect(found.observations == 3 && found.findings == 2)
            #expect(found.observationsBySeverity == [.low: 2, .high: 1])
            #expect(found.findingsBySeverity == [.low: 1, .high: 1])
            #expect(found.examples.map(\.finding.key.rawValue) == ["c", "a"])
            #expect(found.examples.map(\.lastSeenAt) == [.t(4), .t(3)])
            #expect(try await preview(store, #"{"region": "eu-*"}"#).observations == 0)
        }
    }

    @Test("a silence for some destinations hides only what went there", arguments: Backend.everyPreloading)
    func destinations(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "a"), .routed(to: ["chat", "mail"]))], at: .t(1))
            try await store.take([(.example(key: "b"), .routed(to: ["mail"]))], at: .t(2))
            try await store.take([(.example(key: "c"), .unrouted)], at: .t(3))
            #expect(try await preview(store, #"{"account": "*3333"}"#, destinations: ["chat"]).findings == 1)
            #expect(try await preview(store, #"{"account": "*3333"}"#, destinations: ["chat", "mail"]).findings == 2)
            #expect(try await preview(store, #"{"account": "*3333"}"#).findings == 2)
        }
    }

    @Test(
        "only what was announced or held back counts, for no silence hides anything else",
        arguments: Backend.everyPreloading
    )
    func news(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await store.take([(.example(key: "a"), .routed())], at: .t(1))
            try await store.take([(.example(key: "a"), .routed())], at: .t(2))
            try await store.take([(.example(key: "a", status: .resolved), .routed())], at: .t(3))
            try await store.take([(.example(key: "b"), .suppressed())], at: .t(4))
            try await store.take([(.example(key: "c"), .unrouted)], at: .t(5))
            try await store.take([(.example(key: "d", status: .resolved), .routed())], at: .t(6))
            try await store.take([(.example(key: "e"), .routed(notify: [.resolved]))], at: .t(7))
            let found = try await preview(store, #"{"account": "*3333"}"#)
            #expect(found.observations == 1 && found.examples.map(\.finding.key.rawValue) == ["a"])
        }
    }

    @Test("a pattern counts no event of something that is over", arguments: Backend.everyPreloading)
    func resolvedPattern(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (second, state) in [(1, "ALARM"), (2, "OK")] as [(Double, String)] {
                let event = """
                    {"version": "0", "id": "e\(Int(second))", "detail-type": "CloudWatch Alarm State Change",
                     "source": "aws.cloudwatch", "account": "111122223333", "time": "2026-11-27T00:00:00Z",
                     "region": "us-east-1", "resources": [],
                     "detail": {"alarmName": "cpu", "state": {"value": "\(state)"}}}
                    """
                try await store.accept(at: .t(second), body: event)
            }
            let found = try await preview(store, #"{"pattern": {"source": ["aws.cloudwatch"]}}"#)
            #expect(found.observations == 1)
        }
    }

    @Test("a pattern is compared with the events as received, each once", arguments: Backend.everyPreloading)
    func patterns(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for (second, id) in [(1, "e1"), (2, "e2"), (3, "e1")] as [(Double, String)] {
                let event = """
                    {"version": "0", "id": "\(id)", "detail-type": "Custom", "source": "my.app", "account": "111122223333",
                     "time": "2026-11-27T00:00:00Z", "region": "us-east-1", "resources": [],
                     "detail": {"n": \(Int(second)), "title": "t\(id)"}}
                    """
                try await store.accept(at: .t(second), body: event)
            }
            let found = try await preview(store, #"{"pattern": {"detail": {"n": [{"numeric": [">", 1]}]}}}"#)
            #expect(found.observations == 2 && found.isComplete)
            let chat = #"{"pattern": {"source": ["my.app"]}}"#
            #expect(try await preview(store, chat, destinations: ["chat"]).observations == 2)
            #expect(try await preview(store, chat, destinations: ["mail"]).observations == 0)
        }
    }

    @Test("work that takes too long is cut, and says how far it came", arguments: Backend.everyPreloading)
    func cut(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for second in 0..<3 {
                let many = (0..<1_000).map { (Finding.example(key: "\(second)-\($0)"), Decision.routed()) }
                try await store.take(many, at: .t(Double(second)))
            }
            let found = try await preview(store, #"{"account": "1111*"}"#, isOverdue: true)
            #expect(found.isComplete == false && found.observations == 2_000 && found.since == .t(1))
            #expect(found.examples.count == SilencePreview.shown)
            #expect(try await preview(store, #"{"account": "1111*"}"#).observations == 3_000)
        }
    }
}
