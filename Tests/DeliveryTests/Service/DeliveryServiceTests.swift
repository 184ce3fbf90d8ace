import Delivery
import Findings
import FoundationEssentials
import Logging
import NoroshiTestSupport
import Routing
import ServiceLifecycle
import Store
import Synchronization
import Testing
import Triage

@Suite("The delivery service", .serialized, .timeLimit(.minutes(15)))
struct DeliveryServiceTests {
    private let time = ManualTime()

    private func webhook(_ name: String, fallback: String? = nil, rate: Rate? = nil, concurrency: Int? = nil)
        -> Destination
    {
        Destination(
            name: name,
            transport: .webhook(WebhookSettings(url: .environment(name))),
            fallback: fallback,
            rate: rate,
            concurrency: concurrency,
            retryFor: .seconds(3600)
        )
    }

    private func routes(_ destinations: [Destination], version: Int = 1) -> RoutingTable {
        RoutingTable(RouteDocument(destinations: destinations), version: version)
    }

    private func service(
        _ outbox: MemoryOutbox,
        _ notifier: any Notifier,
        _ routes: ActiveRoutes,
        sameResource: Bool = false
    ) -> DeliveryService {
        let names = ["a", "b", "c", "mail"]
        let variables = Dictionary(
            uniqueKeysWithValues: names.map { ($0, "https://example.com/\(sameResource ? "" : $0)?\($0)") }
        )
        return DeliveryService(
            outbox: outbox,
            routes: routes,
            notifier: notifier,
            secrets: SecretSource(variables: variables),
            time: time,
            generator: SeededGenerator(seed: 1),
            drainLimit: .seconds(10),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Runs the service beside the body and shuts it down gracefully afterwards.
    private func run(_ service: DeliveryService, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func sample(_ number: Int, to destination: String = "a", key: String? = nil, severity: Severity = .high)
        -> Notification
    {
        let digits = String(number)
        var notification = Notification.sample(
            id: String(repeating: "0", count: 32 - digits.count) + digits,
            destination: destination
        ) {
            $0.key = FindingKey(key ?? digits)
            $0.severity = severity
        }
        notification.attempts = 0
        return notification
    }

    private static func allDone(_ seen: MemoryOutbox.Seen) -> Bool {
        seen.notifications.allSatisfy { $0.state != .pending && $0.state != .sending }
    }

    @Test("what is queued is delivered once, in claims of many")
    func throughput() async throws {
        let outbox = MemoryOutbox((0..<500).map { sample($0) })
        let notifier = ScriptedNotifier()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a")])))) {
            await outbox.wait(until: DeliveryServiceTests.allDone)
        }
        #expect(notifier.sent.count == 500)
        #expect(Set(notifier.sent.map(\.notification.id)).count == 500)
        #expect(notifier.peak <= 8)
        #expect(await outbox.settlements.count == 500)
        #expect(await outbox.claims.count < 250)
    }

    @Test("what comes while it runs is delivered when the store says so")
    func wake() async throws {
        let outbox = MemoryOutbox()
        let notifier = ScriptedNotifier()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a")])))) {
            for number in 0..<20 {
                await outbox.add([self.sample(number)])
                await notifier.begun(number + 1)
            }
            await outbox.wait(until: DeliveryServiceTests.allDone)
        }
        #expect(notifier.sent.map(\.notification.attempts) == Array(repeating: 1, count: 20))
    }

    @Test("messages about one finding keep their order and never overlap")
    func order() async throws {
        let outbox = MemoryOutbox((0..<60).map { sample($0, key: "finding \($0 % 3)") })
        let notifier = ScriptedNotifier()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a")])))) {
            await outbox.wait(until: DeliveryServiceTests.allDone)
        }
        for finding in 0..<3 {
            let ids = notifier.sent.filter { $0.notification.content.finding.key.rawValue == "finding \(finding)" }.map(
                \.notification.id
            )
            #expect(ids == ids.sorted())
            #expect(ids.count == 20)
        }
        #expect(notifier.peak <= 3)
    }

    @Test("a rate is kept by the clock alone, the most severe first")
    func rate() async throws {
        let outbox = MemoryOutbox((0..<5).map { sample($0, severity: $0 == 4 ? .critical : .low) })
        let notifier = ScriptedNotifier()
        let destination = webhook("a", rate: Rate(count: 1, per: .seconds(10)), concurrency: 4)
        try await run(service(outbox, notifier, ActiveRoutes(routes([destination])))) {
            for count in 1...5 {
                await notifier.begun(count)
                await outbox.wait { $0.settlements.count == count }
                await self.alarm(within: 10)
                #expect(notifier.sent.count == count)
                self.time.advance(by: 10)
            }
        }
        #expect(notifier.sent.first?.notification.content.finding.severity == .critical)
        #expect(notifier.sent.map { $0.at.timeIntervalSince(.sample) } == [0, 10, 20, 30, 40])
    }

    /// Returns once something sleeps until a moment within the next seconds: then the service has nothing to do before.
    private func alarm(within seconds: Double) async {
        let limit = time.now.addingTimeInterval(seconds)
        await time.alarm { $0 <= limit }
    }

    @Test("a destination that fails is tried again later and then takes everything")
    func recovery() async throws {
        let outbox = MemoryOutbox((0..<30).map { sample($0) })
        let notifier = ScriptedNotifier { notification, index in
            index < 12
                ? Outcome(.destinationFailed(retryAfter: nil), .init(errorClass: .connect))
                : Outcome(.delivered, .init())
        }
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a")])))) {
            while await outbox.notifications.contains(where: { $0.state != .delivered }) {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(notifier.sent.count >= 42)
        let attempts = await outbox.settlements.map(\.attempt)
        #expect(attempts.contains { $0.errorClass == "connect" && $0.nextDueAt != nil })
        #expect(await outbox.lanes.values.contains { $0.failures == 0 && $0.notBefore == nil })
    }

    @Test("nothing is sent before Retry-After is over")
    func retryAfter() async throws {
        let outbox = MemoryOutbox((0..<3).map { sample($0) })
        let notifier = ScriptedNotifier { _, index in
            index == 0
                ? Outcome(.destinationFailed(retryAfter: .seconds(120)), .init(errorClass: .rateLimited))
                : Outcome(.delivered, .init())
        }
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a", concurrency: 1)])))) {
            await outbox.wait { $0.settlements.count >= 1 }
            while await outbox.notifications.contains(where: { $0.state != .delivered }) {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(notifier.sent.dropFirst().allSatisfy { $0.at.timeIntervalSince(.sample) >= 120 })
    }

    @Test("a refused message is sent once more in its minimal form, then it is dead and its fallback takes over")
    func refused() async throws {
        let outbox = MemoryOutbox([sample(1)])
        let notifier = ScriptedNotifier { notification, _ in
            notification.destination == "a"
                ? Outcome(.messageRefused, .init(detail: "invalid_blocks")) : Outcome(.delivered, .init())
        }
        let routes = ActiveRoutes(routes([webhook("a", fallback: "b"), webhook("b")]))
        try await run(service(outbox, notifier, routes)) {
            await outbox.wait { $0.notifications.count == 2 && DeliveryServiceTests.allDone($0) }
        }
        #expect(notifier.sent.map(\.destination) == ["a", "a", "b"])
        #expect(notifier.sent.map(\.notification.isMinimal) == [false, true, true])
        #expect(await outbox.notifications.map(\.state) == [.dead, .delivered])
    }

    @Test("a destination that is gone is broken, and what waits goes to its fallback")
    func gone() async throws {
        let outbox = MemoryOutbox((0..<4).map { sample($0) })
        let notifier = ScriptedNotifier { notification, _ in
            notification.destination == "a"
                ? Outcome(.destinationGone, .init(detail: "no_service")) : Outcome(.delivered, .init())
        }
        let routes = ActiveRoutes(routes([webhook("a", fallback: "b", concurrency: 1), webhook("b")]))
        let service = service(outbox, notifier, routes)
        try await run(service) {
            while await outbox.notifications.filter({ $0.destination == "b" && $0.state == .delivered }).count < 4 {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
            let status = await service.status()
            #expect(status.map(\.state) == [.broken, .open])
            #expect(status.first?.reason == "no_service")
        }
        // The first, and the probes of the seconds that have passed.
        #expect(1...3 ~= notifier.sent.count { $0.destination == "a" })
        #expect(await outbox.lanes.values.contains { $0.goneReason == "no_service" })
    }

    @Test("what waits for a destination that is gone goes to its fallback at once, and so does what comes later")
    func goneAtOnce() async throws {
        let outbox = MemoryOutbox((0..<20).map { sample($0, severity: $0 == 0 ? .critical : .high) })
        let notifier = ScriptedNotifier { notification, _ in
            notification.destination == "a"
                ? Outcome(.destinationGone, .init(detail: "no_service")) : Outcome(.delivered, .init())
        }
        let routes = ActiveRoutes(routes([webhook("a", fallback: "b", concurrency: 2), webhook("b")]))
        try await run(service(outbox, notifier, routes)) {
            // The clock does not move: nothing waits for it.
            await outbox.wait { seen in
                seen.notifications.count { $0.destination == "b" && $0.state == .delivered } == 20
            }
            for number in 20..<23 {
                await outbox.add([self.sample(number)])
                await self.advance(1) {
                    await outbox.notifications.count { $0.destination == "b" && $0.state == .delivered } == number + 1
                }
            }
        }
        // Two at first, and the probes of the seconds that have passed.
        #expect(notifier.sent.count { $0.destination == "a" } <= 4)
        #expect(notifier.sent.filter { $0.destination == "b" }.allSatisfy { $0.at.timeIntervalSince(.sample) <= 3 })
    }

    /// Lets so many seconds pass in small steps, until the condition holds.
    private func advance(_ seconds: Double, until condition: () async -> Bool) async {
        let end = time.now.addingTimeInterval(seconds)
        while await condition() == false {
            for _ in 0..<200 { await Task.yield() }
            guard time.now < end else { return }
            time.advance(by: 0.1)
        }
    }

    @Test("a destination that is gone is not asked for what can be handed on again and again")
    func nothingToDivert() async throws {
        var standIn = sample(1)
        standIn.fallbackFor = "another"
        let outbox = MemoryOutbox([standIn])
        let notifier = ScriptedNotifier { _, _ in Outcome(.destinationGone, .init(detail: "no_service")) }
        let routes = ActiveRoutes(routes([webhook("a", fallback: "b"), webhook("b")]))
        try await run(service(outbox, notifier, routes)) {
            await outbox.wait { $0.settlements.count == 1 }
            for _ in 0..<20 {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(await outbox.diversions <= 22)
        // It is not left either: at the start, and after about 1, 5 and 15 s.
        #expect(2...4 ~= notifier.sent.count)
    }

    @Test("what was claimed for a destination that has just moved to another resource holds nothing up")
    func strayClaim() async throws {
        let outbox = MemoryOutbox([sample(1), sample(2, to: "b")])
        let notifier = ScriptedNotifier()
        let active = ActiveRoutes(routes([webhook("a"), webhook("b")]))
        let service = service(outbox, notifier, active, sameResource: true)
        await outbox.holdClaims()
        try await run(service) {
            await outbox.claimWaits()
            // The lane of both is still the one of `b`; `a` is gone from the rules.
            active.replace(with: self.routes([self.webhook("b")], version: 2))
            _ = await service.status()
            await outbox.releaseClaims()
            // The clock does not move: nothing waits for a tick.
            await outbox.wait { $0.notifications[1].state == .delivered && $0.notifications[0].state == .pending }
        }
        #expect(notifier.sent.map(\.destination) == ["b"])
    }

    @Test("a paused destination keeps what waits until it is resumed")
    func pauseAndResume() async throws {
        let outbox = MemoryOutbox()
        let notifier = ScriptedNotifier()
        let service = service(outbox, notifier, ActiveRoutes(routes([webhook("a", fallback: "b"), webhook("b")])))
        try await run(service) {
            let answers = [
                try await service.pause(destination: "a", reason: "maintenance", author: "api:ana"),
                try await service.pause(destination: "nowhere", reason: "x", author: "api:ana"),
            ]
            #expect(answers == [true, false])
            await outbox.add([self.sample(1), self.sample(2, to: "b")])
            await outbox.wait { $0.settlements.count == 1 }
            #expect(notifier.sent.map(\.destination) == ["b"])
            let status = await service.status().first
            #expect(status?.reason == "maintenance" && status?.pause?.author == "api:ana")
            let isResumed = try await service.resume(destination: "a")
            #expect(isResumed)
            await outbox.wait(until: DeliveryServiceTests.allDone)
        }
        #expect(notifier.sent.map(\.destination) == ["b", "a"])
        #expect(await outbox.paused.isEmpty)
    }

    @Test("destinations of one resource share one lane")
    func sharedLane() async throws {
        let outbox = MemoryOutbox((0..<4).map { sample($0, to: $0.isMultiple(of: 2) ? "a" : "b") })
        let notifier = ScriptedNotifier()
        let rate = Rate(count: 1, per: .seconds(10))
        let routes = ActiveRoutes(routes([webhook("a", rate: rate), webhook("b", rate: rate)]))
        try await run(service(outbox, notifier, routes, sameResource: true)) {
            for count in 1...4 {
                await notifier.begun(count)
                await outbox.wait { $0.settlements.count == count }
                await self.alarm(within: 10)
                self.time.advance(by: 10)
            }
        }
        #expect(notifier.sent.map { $0.at.timeIntervalSince(.sample) } == [0, 10, 20, 30])
    }

    @Test("what an earlier process left under way is put back first and sent with a note")
    func recoveryAtStart() async throws {
        var left = sample(1)
        left.state = .sending
        let outbox = MemoryOutbox([left])
        await outbox.refuse(1)
        let notifier = ScriptedNotifier()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a")])))) {
            await self.alarm(within: 1)
            self.time.advance(by: 1)
            await outbox.wait(until: DeliveryServiceTests.allDone)
        }
        #expect(notifier.sent.map(\.notification.uncertain) == [1])
    }

    /// A notifier that asks, as each send begins, whether a crash would now tell that it may have begun.
    private final class Auditor: Notifier {
        let outbox: MemoryOutbox
        let missed = Mutex<[String]>([])
        let begun = Mutex(0)

        init(outbox: MemoryOutbox) { self.outbox = outbox }

        func deliver(_ notification: Notification, to destination: Destination, now: Date) async -> Outcome {
            if await outbox.mayHaveBegun.contains(notification.id) == false {
                missed.withLock { $0.append(notification.id) }
            }
            let count = begun.withLock { begun in
                begun += 1
                return begun
            }
            for _ in 0..<(count % 7) { await Task.yield() }
            if count % 20 == 0, notification.isMinimal == false { return Outcome(.messageRefused, .init()) }
            return Outcome(.delivered, .init())
        }
    }

    @Test("whatever has begun would be uncertain after a crash, and no more than the concurrency of each kind")
    func begunIsKnown() async throws {
        let outbox = MemoryOutbox((0..<60).map { sample($0) })
        let auditor = Auditor(outbox: outbox)
        let active = ActiveRoutes(routes([webhook("a", concurrency: 4), webhook("b", concurrency: 4)]))
        try await run(service(outbox, auditor, active, sameResource: true)) {
            for round in 1...12 {
                let first = 1_000 * round
                await outbox.add(
                    (first..<first + 20).map { number in
                        self.sample(
                            number,
                            to: number.isMultiple(of: 3) ? "b" : "a",
                            severity: number.isMultiple(of: 5) ? .critical : .high
                        )
                    }
                )
                let concurrency = [4, 2, 8, 1][round % 4]
                active.replace(
                    with: self.routes(
                        [self.webhook("a", concurrency: concurrency), self.webhook("b", concurrency: concurrency)],
                        version: round + 1
                    )
                )
                for _ in 0..<20 { await Task.yield() }
                #expect(await outbox.mayHaveBegun.count <= 16)
                self.time.advance(by: 1)
            }
            while await outbox.notifications.contains(where: { $0.state != .delivered }) {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(auditor.missed.withLock { $0 } == [])
    }

    @Test("what a crash finds claimed and not begun carries no note of a repeat")
    func reserveIsNotUncertain() async throws {
        let outbox = MemoryOutbox((0..<100).map { sample($0) })
        let notifier = ScriptedNotifier()
        notifier.hold()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a", concurrency: 3)])))) {
            await notifier.begun(2)
            #expect(await outbox.notifications.filter { $0.state == .sending }.count > 3)
            let begun = await outbox.mayHaveBegun
            #expect(begun.count == 3)
            #expect(begun.isSuperset(of: notifier.sent.map(\.notification.id)))
            notifier.release()
            await outbox.wait(until: DeliveryServiceTests.allDone)
        }
    }

    @Test("results that could not be written down are written down later, and nothing is sent twice")
    func storeFails() async throws {
        let outbox = MemoryOutbox([sample(1)])
        let notifier = ScriptedNotifier()
        notifier.hold()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a")])))) {
            await notifier.begun(1)
            await outbox.refuse(3)
            notifier.release()
            while await outbox.notifications.first?.state != .delivered {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(notifier.sent.count == 1)
    }

    @Test("while results cannot be written down, no more is sent than the concurrency")
    func boundedRepeats() async throws {
        let outbox = MemoryOutbox((0..<100).map { sample($0) })
        await outbox.setSettling(false)
        let notifier = ScriptedNotifier()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a", concurrency: 2)])))) {
            await notifier.begun(2)
            for _ in 0..<20 {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
            #expect(notifier.sent.count == 2)
            await outbox.setSettling(true)
            while await outbox.notifications.contains(where: { $0.state != .delivered }) {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(notifier.sent.count == 100)
    }

    @Test("what is CRITICAL does not wait behind slow sends", arguments: [nil, Rate(count: 100, per: .seconds(1))])
    func reservedPlace(rate: Rate?) async throws {
        let outbox = MemoryOutbox((0..<500).map { sample($0) })
        let notifier = ScriptedNotifier()
        notifier.hold()
        try await run(service(outbox, notifier, ActiveRoutes(routes([webhook("a", rate: rate, concurrency: 3)])))) {
            await notifier.begun(2)
            await outbox.add([self.sample(900, severity: .critical)])
            await notifier.begun(3)
            #expect(notifier.sent.last?.notification.content.finding.severity == .critical)
            notifier.release()
            while await outbox.notifications.contains(where: { $0.state != .delivered }) {
                self.time.advance(by: 1)
                for _ in 0..<50 { await Task.yield() }
            }
        }
        #expect(notifier.peak == 3)
        #expect(notifier.sent.count == 501)
    }

    @Test("a destination that the rules lost keeps its messages, and gets them when it is back")
    func missingDestination() async throws {
        let outbox = MemoryOutbox([sample(1, to: "a"), sample(2, to: "b")])
        let notifier = ScriptedNotifier()
        let active = ActiveRoutes(routes([webhook("b")]))
        try await run(service(outbox, notifier, active)) {
            await outbox.wait { $0.settlements.count == 1 }
            #expect(notifier.sent.map(\.destination) == ["b"])
            active.replace(with: self.routes([self.webhook("a"), self.webhook("b")], version: 2))
            await outbox.add([])
            await outbox.wait(until: DeliveryServiceTests.allDone)
        }
        #expect(notifier.sent.map(\.destination) == ["b", "a"])
    }

    @Test("a graceful shutdown claims nothing more and finishes what is under way")
    func drain() async throws {
        let outbox = MemoryOutbox((0..<100).map { sample($0) })
        let notifier = ScriptedNotifier()
        notifier.hold()
        // One of the three places is kept for what is CRITICAL.
        let service = service(outbox, notifier, ActiveRoutes(routes([webhook("a", concurrency: 3)])))
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await notifier.begun(2)
            await group.triggerGracefulShutdown()
            // What was claimed beyond the two under way goes back first.
            await outbox.wait { seen in seen.notifications.filter { $0.state == .sending }.count == 2 }
            notifier.release()
            try await tasks.waitForAll()
        }
        let states = await outbox.notifications.map(\.state)
        #expect(states.filter { $0 == .delivered }.count == 2)
        #expect(states.filter { $0 == .pending }.count == 98)
        #expect(notifier.sent.count == 2)
    }

    @Test("a send that outlives the drain limit is left for the next start")
    func drainLimit() async throws {
        let outbox = MemoryOutbox([sample(1)])
        let notifier = ScriptedNotifier()
        notifier.hold()
        let service = service(outbox, notifier, ActiveRoutes(routes([webhook("a")])))
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await notifier.begun(1)
            await group.triggerGracefulShutdown()
            await self.time.alarm { $0 == Date.sample.addingTimeInterval(10) }
            self.time.advance(by: 10)
            // A real notifier ends when it is cancelled; the scripted one is told to.
            notifier.release()
            try await tasks.waitForAll()
        }
        #expect(notifier.sent.count == 1)
    }
}
