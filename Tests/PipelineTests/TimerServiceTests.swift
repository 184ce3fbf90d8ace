@testable import Pipeline
import FoundationEssentials
import Logging
import NoroshiTestSupport
import Routing
import ServiceLifecycle
import Store
import Testing

@Suite("The timer service", .timeLimit(.minutes(15)))
struct TimerServiceTests {
    private let time = ManualTime()
    private let routes = ActiveRoutes(RoutingTable(RouteDocument(destinations: []), version: 3))

    private func after(_ seconds: Double) -> Date { Date.sample.addingTimeInterval(seconds) }

    /// Runs the service beside the body and shuts it down gracefully.
    private func run(_ timers: ScriptedTimers, _ body: () async throws -> Void) async throws {
        let service = TimerService(timers: timers, routes: routes, time: time, logger: Logger(label: "timers"))
        let group = ServiceGroup(services: [service], gracefulShutdownSignals: [], logger: Logger(label: "timers"))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Returns once the service sleeps until that moment.
    private func sleeps(until seconds: Double) async {
        let date = after(seconds)
        await time.alarm { $0 == date }
    }

    @Test("what is due at the start is fired at once, all of it, under the rules in force")
    func start() async throws {
        let timers = ScriptedTimers((0..<5).map { after(-Double($0)) })
        try await run(timers) { await sleeps(until: 60) }
        #expect(timers.fired == (0..<5).reversed().map { after(-Double($0)) })
        #expect(timers.looks == 3)
        #expect(Set(timers.versions) == [3])
    }

    @Test("a timer fires at its moment and not before")
    func moment() async throws {
        let timers = ScriptedTimers([after(30), after(45)])
        try await run(timers) {
            await sleeps(until: 30)
            #expect(timers.fired == [])
            time.advance(by: 30)
            await sleeps(until: 45)
            #expect(timers.fired == [after(30)])
            time.advance(by: 15)
            await sleeps(until: 105)
        }
        #expect(timers.firedAt == [after(30), after(45)])
    }

    @Test("a timer that is moved forward wakes the service")
    func moved() async throws {
        let timers = ScriptedTimers([after(50)])
        try await run(timers) {
            await sleeps(until: 50)
            timers.set([after(10)])
            await sleeps(until: 10)
            time.advance(by: 10)
            await sleeps(until: 70)
        }
        #expect(timers.firedAt == [after(10)])
    }

    @Test("a timer that is far off is looked at every minute, so that one that came without a word fires all the same")
    func everyMinute() async throws {
        let timers = ScriptedTimers([after(86_400)])
        try await run(timers) {
            await sleeps(until: 60)
            timers.setSilently([after(59)])
            time.advance(by: 60)
            await sleeps(until: 120)
        }
        #expect(timers.firedAt == [after(60)])
    }

    @Test("a wake-up that changes nothing leaves the alarm as it is")
    func unchanged() async throws {
        let timers = ScriptedTimers([after(20)])
        try await run(timers) {
            await sleeps(until: 20)
            for look in 2...6 {
                timers.wake()
                await timers.looked(look)
            }
            time.advance(by: 20)
            await sleeps(until: 80)
        }
        #expect(timers.firedAt == [after(20)])
    }

    @Test("a store that fails is asked again after a pause that grows, and nothing is lost")
    func failures() async throws {
        let timers = ScriptedTimers([after(0)])
        timers.refuse(3)
        try await run(timers) {
            for pause in [1.0, 2, 4] {
                let end = time.now.addingTimeInterval(pause)
                await time.alarm { $0 == end }
                time.advance(by: pause)
            }
            await sleeps(until: 67)
        }
        #expect(timers.firedAt == [after(7)])
    }

    @Test("a wake-up does not shorten the pause after a failure")
    func pause() async throws {
        let timers = ScriptedTimers([after(0)])
        timers.refuse(1)
        try await run(timers) {
            await sleeps(until: 1)
            timers.wake()
            time.advance(by: 1)
            await timers.looked(2)
            await sleeps(until: 61)
        }
        #expect(timers.firedAt == [after(1)])
    }

    @Test("a timer that is due and not fired does not keep the machine busy")
    func stuck() async throws {
        let timers = ScriptedTimers([after(-5)])
        timers.stick()
        try await run(timers) { await sleeps(until: 1) }
        #expect(timers.looks == 1)
    }

    @Test("the service ends while it sleeps, and while the store fails")
    func ends() async throws {
        try await run(ScriptedTimers()) { await sleeps(until: 60) }
        let failing = ScriptedTimers([after(0)])
        failing.refuse(.max)
        try await run(failing) { await failing.looked(1) }
    }
}
