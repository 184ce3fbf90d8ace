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

/// Who has to rest for whose fault, and for how long.
@Suite("Trouble at a destination", .serialized, .timeLimit(.minutes(15)))
struct TroubleTests {
    private let time = ManualTime()

    private func mail(_ name: String, to addresses: [String], fallback: String? = nil) -> Destination {
        let settings = EmailSettings(
            host: "smtp.example.com",
            port: 587,
            tls: .starttls,
            from: "noroshi@example.com",
            to: addresses
        )
        return Destination(name: name, transport: .email(settings), fallback: fallback, retryFor: .seconds(86_400))
    }

    private func webhook(_ name: String, fallback: String? = nil) -> Destination {
        Destination(
            name: name,
            transport: .webhook(WebhookSettings(url: .environment(name), secret: .environment("\(name)_KEY"))),
            fallback: fallback,
            concurrency: 2,
            retryFor: .seconds(86_400)
        )
    }

    private func table(_ destinations: [Destination], version: Int = 1) -> RoutingTable {
        RoutingTable(RouteDocument(destinations: destinations), version: version)
    }

    private func sample(
        _ number: Int,
        to destination: String,
        recipient: String? = nil,
        severity: Severity = .high
    ) -> Notification {
        let digits = String(number)
        var notification = Notification.sample(
            id: String(repeating: "0", count: 32 - digits.count) + digits,
            destination: destination
        ) {
            $0.key = FindingKey(digits)
            $0.severity = severity
        }
        notification.recipient = recipient
        notification.attempts = 0
        return notification
    }

    private func run(
        _ outbox: MemoryOutbox,
        _ notifier: ScriptedNotifier,
        _ active: ActiveRoutes,
        variables: [String: String] = [:],
        _ body: @escaping @Sendable (DeliveryService) async throws -> Void
    ) async throws {
        var all = ["a": "https://example.com/a", "b": "https://example.com/b"]
        all.merge(variables) { $1 }
        let service = DeliveryService(
            outbox: outbox,
            routes: active,
            notifier: notifier,
            secrets: SecretSource(variables: all),
            time: time,
            generator: SeededGenerator(seed: 1),
            drainLimit: .seconds(10),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(service)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Lets time pass in steps until the condition holds, for so many seconds at most. Each step waits until the service has
    /// looked at what is due and sleeps again.
    @discardableResult
    private func pass(_ seconds: Double, step: Double = 5, until condition: () async -> Bool = { false }) async -> Bool
    {
        let end = time.steady.addingTimeInterval(seconds)
        while true {
            // The service works on other threads, which yielding alone does not wait for: each step of its clock gives it a
            // moment of the real one.
            let moment = ContinuousClock.now.advanced(by: .milliseconds(4))
            repeat {
                for _ in 0..<10 { await Task.yield() }
                if await condition() { return true }
            } while ContinuousClock.now < moment
            let now = time.steady
            guard now < end else { return false }
            await time.alarm { $0 > now && $0 <= now.addingTimeInterval(5) }
            time.advance(by: step)
        }
    }

    private static func deferred() -> Outcome {
        Outcome(
            .recipientFailed(retryAfter: nil),
            .init(status: 451, errorClass: .recipientDeferred, detail: "the mail server answered 451 to the recipient")
        )
    }

    @Test("a recipient whom the relay does not take now holds nobody else up, whatever destination they belong to")
    func oneRecipient() async throws {
        let waiting = (0..<30).map { sample($0, to: "sec", recipient: "bad@example.com") }
        let others = [
            sample(40, to: "sec", recipient: "good@example.com"),
            sample(41, to: "platform", recipient: "other@example.com", severity: .critical),
        ]
        let outbox = MemoryOutbox(waiting + others)
        let notifier = ScriptedNotifier { notification, _ in
            notification.recipient == "bad@example.com" ? TroubleTests.deferred() : Outcome(.delivered, .init())
        }
        let active = ActiveRoutes(
            table([
                mail("sec", to: ["bad@example.com", "good@example.com"]), mail("platform", to: ["other@example.com"]),
            ])
        )
        try await run(outbox, notifier, active) { service in
            let isDone = await self.pass(10, step: 1) {
                await outbox.notifications.filter { $0.recipient != "bad@example.com" }
                    .allSatisfy { $0.state == .delivered }
            }
            #expect(isDone)
            await outbox.add([self.sample(50, to: "platform", recipient: "other@example.com")])
            #expect(await self.pass(10, step: 1) { await outbox.notifications.last?.state == .delivered })
            let status = await service.status()
            #expect(status.map(\.state) == [.open, .open])
            #expect(status[0].reason?.contains("bad@example.com") == true && status[1].reason == nil)
            await self.pass(60)
        }
        // It rested: about 0, 1, 5, 15 and 45 s, with two under way at a time.
        #expect(notifier.sent.count { $0.notification.recipient == "bad@example.com" } <= 12)
    }

    @Test("a message that a mailbox never takes holds up no other message to it")
    func oneMessageOfMailbox() async throws {
        @Sendable func mine(_ number: Int, _ severity: Severity = .high) -> Notification {
            sample(number, to: "sec", recipient: "a@example.com", severity: severity)
        }
        let outbox = MemoryOutbox([mine(1, .critical)])
        let notifier = ScriptedNotifier { notification, _ in
            notification.id.hasSuffix("01") ? TroubleTests.deferred() : Outcome(.delivered, .init())
        }
        let active = ActiveRoutes(table([mail("sec", to: ["a@example.com"])]))
        try await run(outbox, notifier, active) { _ in
            await outbox.wait { $0.settlements.count == 1 }
            for number in 2..<30 {
                await outbox.add([mine(number)])
                #expect(await self.pass(30, step: 1) { await outbox.notifications.last?.state == .delivered })
            }
            #expect(await outbox.notifications[0].state == .pending)
            await self.pass(60)
        }
        #expect(notifier.sent.count { $0.notification.isCritical } <= 10)
    }

    private static let fault = Outcome(
        .destinationFailed(retryAfter: nil),
        .init(status: 500, errorClass: .serverError)
    )

    @Test("a message that always fails holds nobody else up, rests ever longer, and dies when its time is over")
    func oneMessage() async throws {
        let outbox = MemoryOutbox([sample(1, to: "a", severity: .critical)])
        let notifier = ScriptedNotifier { notification, _ in
            notification.id.hasSuffix("01") ? TroubleTests.fault : Outcome(.delivered, .init())
        }
        try await run(outbox, notifier, ActiveRoutes(table([webhook("a")]))) { service in
            await outbox.wait { $0.settlements.count == 1 }
            for number in 2..<40 {
                await outbox.add([self.sample(number, to: "a")])
                #expect(await self.pass(15, step: 1) { await outbox.notifications.last?.state == .delivered })
                await self.pass(4, step: 1)
            }
            #expect(await service.status().map(\.state) == [.open])
            let tries = notifier.sent.count { $0.notification.isCritical }
            // About 0, 1, 2, 7, 22, 67 and 187 s.
            #expect(4...9 ~= tries)
            await self.pass(3600, step: 300)
            #expect(notifier.sent.count { $0.notification.isCritical } - tries <= 10)
            await self.pass(90_000, step: 1000) { await outbox.notifications[0].state == .dead }
            #expect(await outbox.notifications[0].state == .dead)
        }
    }

    @Test("what comes while a lane rests for long on one message's word is tried at once, and only the first of it")
    func anotherWord() async throws {
        let outbox = MemoryOutbox([sample(1, to: "a", severity: .critical)])
        let notifier = ScriptedNotifier { notification, _ in
            notification.id.hasSuffix("09") ? Outcome(.delivered, .init()) : TroubleTests.fault
        }
        try await run(outbox, notifier, ActiveRoutes(table([webhook("a")]))) { service in
            await self.pass(2000) { notifier.sent.count >= 7 }
            let alone = notifier.sent.count
            await outbox.add([self.sample(2, to: "a")])
            await self.pass(10, step: 1) { notifier.sent.last?.notification.id.hasSuffix("02") == true }
            #expect(notifier.sent.count == alone + 1)
            await outbox.add([self.sample(3, to: "a"), self.sample(4, to: "a")])
            await self.pass(300)
            // The destination may well be down: one more word is enough, and then it rests.
            #expect(notifier.sent.count == alone + 1)
            #expect(await service.status().map(\.state) == [.broken])
            // Those that were not tried go before those that were.
            await outbox.add([self.sample(9, to: "a")])
            await self.pass(4000) { await outbox.notifications.last?.state == .delivered }
            let tried = notifier.sent.dropFirst(alone + 1).prefix(3).map(\.notification.id.last)
            #expect(tried == ["3", "4", "9"])
        }
    }

    @Test("what a relay is at fault for stops all its mailboxes, and says so of each")
    func relay() async throws {
        let outbox = MemoryOutbox([
            sample(1, to: "sec", recipient: "a@example.com"), sample(2, to: "platform", recipient: "b@example.com"),
        ])
        let notifier = ScriptedNotifier { _, _ in
            Outcome(.destinationGone, .init(status: 535, errorClass: .authentication, detail: "535 to the login"))
        }
        let active = ActiveRoutes(table([mail("sec", to: ["a@example.com"]), mail("platform", to: ["b@example.com"])]))
        try await run(outbox, notifier, active) { service in
            await outbox.wait { $0.settlements.isEmpty == false }
            let status = await service.status()
            #expect(status.map(\.state) == [.broken, .broken])
            #expect(status[0].reason == "535 to the login (the same resource as that of platform)")
        }
    }

    @Test("a person pauses and resumes one destination, not those that share its resource")
    func pauseByName() async throws {
        let outbox = MemoryOutbox()
        let notifier = ScriptedNotifier()
        let active = ActiveRoutes(table([mail("sec", to: ["a@example.com"]), mail("platform", to: ["b@example.com"])]))
        try await run(outbox, notifier, active) { service in
            _ = try await service.pause(destination: "sec", reason: "migration", author: "api:ana")
            await outbox.add([
                self.sample(1, to: "sec", recipient: "a@example.com"),
                self.sample(2, to: "platform", recipient: "b@example.com"),
            ])
            #expect(await self.pass(10, step: 1) { await outbox.notifications[1].state == .delivered })
            let status = await service.status()
            #expect(status.map(\.state) == [.paused, .open])
            #expect(status.map(\.reason) == ["migration", nil])
            await self.pass(200_000, step: 10_000)
            #expect(await outbox.notifications[0].state == .pending)
            _ = try await service.resume(destination: "sec")
            #expect(await self.pass(10, step: 1) { await outbox.notifications[0].state == .delivered })
        }
        #expect(await outbox.paused.isEmpty)
    }

    @Test(
        "an earlier version's pause of a lane is one of its destinations if a person made it, and else over",
        arguments: [0, 3]
    )
    func formerPauses(failures: Int) async throws {
        let destinations = [mail("sec", to: ["a@example.com"]), mail("platform", to: ["b@example.com"])]
        let key = LaneKey.of(destinations[0], secrets: SecretSource(variables: [:]))
        let record = LaneRecord(
            lane: key,
            goneReason: "moving",
            failures: failures,
            notBefore: time.now.addingTimeInterval(1e6)
        )
        let outbox = MemoryOutbox([sample(1, to: "sec", recipient: "a@example.com")], lanes: [record])
        let notifier = ScriptedNotifier()
        try await run(outbox, notifier, ActiveRoutes(table(destinations))) { service in
            let isSent = await self.pass(30) { await outbox.notifications[0].state == .delivered }
            #expect(isSent == (failures > 0))
            #expect(await service.status().map(\.state) == (failures > 0 ? [.open, .open] : [.paused, .paused]))
        }
        #expect(await Set(outbox.paused.keys) == (failures > 0 ? [] : ["sec", "platform"]))
    }

    @Test(
        "a destination that rests says what was wrong",
        arguments: [Outcome.Verdict.uncertain, .destinationFailed(retryAfter: nil)]
    )
    func lastFault(verdict: Outcome.Verdict) async throws {
        let outbox = MemoryOutbox([sample(1, to: "a")])
        let isBack = Mutex(false)
        let notifier = ScriptedNotifier { _, _ in
            isBack.withLock { $0 }
                ? Outcome(.delivered, .init()) : Outcome(verdict, .init(detail: "the answer is no HTTP"))
        }
        try await run(outbox, notifier, ActiveRoutes(table([webhook("a")]))) { service in
            #expect(await self.pass(5) { await service.status().first?.reason == "the answer is no HTTP" })
            isBack.withLock { $0 = true }
            #expect(await self.pass(100) { await service.status().first?.state == .open })
            #expect(await service.status().first?.reason == nil)
        }
    }

    @Test("a wrong reply is not for ever: one message tries again, and what waits follows when it is taken")
    func wrongReply() async throws {
        let outbox = MemoryOutbox((0..<20).map { sample($0, to: "a") })
        let isBack = Mutex(false)
        let notifier = ScriptedNotifier { _, _ in
            isBack.withLock { $0 }
                ? Outcome(.delivered, .init()) : Outcome(.destinationGone, .init(detail: "404"))
        }
        try await run(outbox, notifier, ActiveRoutes(table([webhook("a")]))) { _ in
            await self.pass(3_000, step: 20)
            let tries = notifier.sent.count
            #expect(8...16 ~= tries)
            isBack.withLock { $0 = true }
            let isDone = await self.pass(700, step: 20) {
                await outbox.notifications.allSatisfy { $0.state == .delivered }
            }
            #expect(isDone)
        }
    }

    @Test("new rules let what looks gone try at once")
    func newRules() async throws {
        let outbox = MemoryOutbox([sample(1, to: "a")])
        let isBack = Mutex(false)
        let notifier = ScriptedNotifier { _, _ in
            isBack.withLock { $0 }
                ? Outcome(.delivered, .init()) : Outcome(.destinationGone, .init(detail: "404"))
        }
        let active = ActiveRoutes(table([webhook("a")]))
        try await run(outbox, notifier, active) { _ in
            await self.pass(3_000, step: 20)
            isBack.withLock { $0 = true }
            active.replace(with: self.table([self.webhook("a")], version: 2))
            #expect(await self.pass(20) { await outbox.notifications[0].state == .delivered })
        }
    }

    @Test(
        "what only one destination is at fault for leaves the others of its resource alone, and its fallback takes over"
    )
    func ownFault() async throws {
        let outbox = MemoryOutbox([
            sample(1, to: "sec", recipient: "a@example.com"), sample(2, to: "sec", recipient: "a@example.com"),
            sample(3, to: "platform", recipient: "b@example.com"),
        ])
        let notifier = ScriptedNotifier { notification, _ in
            notification.destination == "sec"
                ? Outcome(.destinationGone, .init(errorClass: .configuration, detail: "the secret is missing"))
                : Outcome(.delivered, .init())
        }
        let active = ActiveRoutes(
            table([
                mail("sec", to: ["a@example.com"], fallback: "b"), mail("platform", to: ["b@example.com"]),
                webhook("b"),
            ])
        )
        try await run(outbox, notifier, active) { service in
            let isDone = await self.pass(10, step: 1) {
                await outbox.notifications.count { $0.state == .delivered } == 3
            }
            #expect(isDone)
            #expect(await service.status().map(\.state) == [.broken, .open, .open])
        }
    }

    @Test("after a day what waits for a destination that is gone is a dead letter, all of it")
    func expires() async throws {
        let outbox = MemoryOutbox((0..<50).map { sample($0, to: "a") })
        let notifier = ScriptedNotifier { _, _ in Outcome(.destinationGone, .init(detail: "410")) }
        try await run(outbox, notifier, ActiveRoutes(table([webhook("a")]))) { _ in
            await self.pass(86_000, step: 1_000)
            #expect(await outbox.notifications.allSatisfy { $0.state != .dead })
            #expect(await self.pass(3_000, step: 50) { await outbox.notifications.allSatisfy { $0.state == .dead } })
        }
    }

    @Test(
        "a wall clock that is set does not stretch a rest, nor age what waits",
        arguments: [31_536_000.0, -31_536_000.0, 420.0]
    )
    func clockSet(step: Double) async throws {
        let outbox = MemoryOutbox([sample(1, to: "a")])
        let isBack = Mutex(false)
        let notifier = ScriptedNotifier { _, _ in
            isBack.withLock { $0 }
                ? Outcome(.delivered, .init()) : Outcome(.destinationFailed(retryAfter: nil), .init())
        }
        try await run(outbox, notifier, ActiveRoutes(table([webhook("a")]))) { _ in
            await self.pass(10)
            self.time.set(by: step)
            await outbox.shift(by: step)
            await self.pass(60)
            #expect(await outbox.notifications[0].state != .dead)
            isBack.withLock { $0 = true }
            #expect(await self.pass(700, step: 20) { await outbox.notifications[0].state == .delivered })
        }
    }
}
