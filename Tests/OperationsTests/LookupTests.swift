import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing
import Triage

@testable import Operations

@Suite("Finding what operators ask for")
struct LookupTests {
    private let roles = FakeRoles(Example.state)

    @Test("a part of an id will do where only one fits")
    func parts() async throws {
        let operations = try Example.operations(roles)
        #expect(try await operations.deliveries.delivery("2").notification.id == Example.id(2))
        #expect(try await operations.findings.finding("f").record.id == "f1")
        let key = Example.finding.record.finding.key.rawValue
        #expect(try await operations.findings.finding(key).record.id == "f1")
    }

    @Test("where several fit, five are named and it is said that there are more", arguments: [3, 5, 6])
    func ambiguous(count: Int) async throws {
        let records = (1...count).map { Example.delivery($0, .pending) }
        roles.state.withLock { $0.notifications = records }
        let operations = try Example.operations(roles)
        let expected = AmbiguousID(
            text: "000",
            candidates: Array(records.map(\.notification.id).prefix(5)),
            hasMore: count > 5
        )
        await #expect(throws: DeliveryRefusal.ambiguous(expected)) {
            try await operations.deliveries.retry("000", by: .anybody)
        }
    }

    @Test("an id that is itself the end of another means its own record")
    func exact() async throws {
        roles.state.withLock { state in
            var record = Example.delivery(1, .pending)
            record.notification.id = "1"
            state.notifications.append(record)
        }
        #expect(try await Example.operations(roles).deliveries.delivery("1").notification.id == "1")
    }

    @Test("what does not exist is unknown")
    func unknown() async throws {
        let operations = try Example.operations(roles)
        await #expect(throws: DeliveryRefusal.unknown) { try await operations.deliveries.delivery("x") }
        await #expect(throws: FindingRefusal.unknown) { try await operations.findings.finding("x") }
        await #expect(throws: QuarantineRefusal.unknown) { try await operations.quarantine.item(99) }
        await #expect(throws: SetAsideRefusal.unknown) { try await operations.setAside.retry(99, by: .anybody) }
        await #expect(throws: DestinationRefusal.unknown(known: ["secops"])) {
            try await operations.destinations.resume("no", by: .anybody)
        }
    }

    @Test("a question that finds nothing names the nearest rule or destination that there is")
    func names() async throws {
        roles.state.withLock { state in
            state.findings = []
            state.notifications = []
            state.waiting = []
        }
        let operations = try Example.operations(roles)
        let rule = UnknownName(noun: .rule, name: "sever", nearest: "severe", known: ["severe"])
        await #expect(throws: rule) { try await operations.findings.list(FindingFilter(rule: "sever"), page: Page()) }
        await #expect(throws: UnknownName.self) {
            try await operations.findings.list(FindingFilter(destination: "elsewhere"), page: Page())
        }
        let destination = UnknownName(noun: .destination, name: "elsewhere", nearest: nil, known: ["secops"])
        await #expect(throws: destination) {
            try await operations.deliveries.list(NotificationFilter(destination: "elsewhere"), page: Page())
        }
        await #expect(throws: destination) {
            try await operations.deliveries.waiting(WaitingFilter(destination: "elsewhere"), page: Page())
        }
        let none = try await operations.deliveries.list(NotificationFilter(destination: "secops"), page: Page())
        #expect(none.items.isEmpty)
    }

    @Test("a name that no rule holds any more is not a slip while something is found under it")
    func earlierName() async throws {
        let operations = try Example.operations(roles)
        let found = try await operations.deliveries.list(NotificationFilter(destination: "gone"), page: Page())
        #expect(found.items.count == 3)
    }
}
