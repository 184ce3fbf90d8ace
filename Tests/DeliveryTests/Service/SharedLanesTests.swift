import Delivery
import FoundationEssentials
import Logging
import NoroshiTestSupport
import Routing
import ServiceLifecycle
import Store
import Testing
import Triage

@Suite("Lanes that nodes share", .timeLimit(.minutes(5)))
struct SharedLanesTests {
    private let time = ManualTime()

    private func table(_ names: [String], version: Int = 1) -> RoutingTable {
        let destinations = names.map {
            Destination(
                name: $0,
                transport: .webhook(WebhookSettings(url: .environment($0))),
                retryFor: .seconds(3_600)
            )
        }
        return RoutingTable(RouteDocument(destinations: destinations), version: version)
    }

    private func run(
        _ outbox: MemoryOutbox,
        _ notifier: ScriptedNotifier,
        _ routes: ActiveRoutes,
        _ lanes: SharedLanes,
        _ body: @escaping @Sendable (DeliveryService) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = DeliveryService(
            outbox: outbox,
            routes: routes,
            notifier: notifier,
            secrets: SecretSource(
                variables: Dictionary(uniqueKeysWithValues: ["a", "b", "c"].map { ($0, "https://example.com/\($0)") })
            ),
            leases: lanes,
            time: time,
            generator: SeededGenerator(seed: 1),
            drainLimit: .seconds(10),
            logger: logger
        )
        let group = ServiceGroup(services: [service], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(service)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func message(_ number: Int, to destination: String) -> Notification {
        let id = String(repeating: "\(number)", count: 32)
        var message = Notification.sample(id: id, destination: destination)
        message.attempts = 0
        return message
    }

    @Test("a lane that the rules no longer have is given back, once nothing of it is under way")
    func retired() async throws {
        let outbox = MemoryOutbox([message(1, to: "b")])
        let (notifier, lanes, routes) = (ScriptedNotifier(), SharedLanes(), ActiveRoutes(table(["a", "b", "c"])))
        notifier.hold()
        try await run(outbox, notifier, routes, lanes) { service in
            await notifier.begun(1)
            let keys = await service.status().map(\.lane)
            routes.replace(with: table(["a"], version: 2))
            #expect(await service.status().map(\.lane) == [keys[0]])
            await lanes.gaveUp(1)
            #expect(lanes.givenUp == [keys[2]] && lanes.leavingLanes == [keys[1]])
            notifier.release()
            await lanes.gaveUp(2)
            #expect(lanes.givenUp == [keys[2], keys[1]])
            #expect(await outbox.settlements.count == 1)
        }
    }

    @Test("what is paused and resumed on another node is so here once it is heard")
    func pausedElsewhere() async throws {
        let outbox = MemoryOutbox()
        let (notifier, lanes, routes) = (ScriptedNotifier(), SharedLanes(), ActiveRoutes(table(["a"])))
        try await run(outbox, notifier, routes, lanes) { service in
            await outbox.add([message(1, to: "a")])
            await outbox.wait { $0.settlements.count == 1 }
            try await outbox.save(DestinationPause(destination: "a", reason: "moving", pausedAt: .sample))
            await service.hearPauses()
            #expect(await service.status().first?.reason == "moving")
            await outbox.add([message(2, to: "a")])
            try await outbox.endPause(of: "a", now: .sample)
            #expect(notifier.sent.count == 1)
            await service.hearPauses()
            await notifier.begun(2)
        }
    }
}
