import Dispatch
import Foundation
import Store
import Synchronization
import Testing

@Suite("Waiting for whom the last batch set free")
struct GatheringTests {
    /// Longer than any machine stops for.
    private static let long = DispatchTimeInterval.seconds(60)

    @Test("the wait ends when enough have come, and not before")
    func enough() {
        let gathering = Gathering()
        let count = Mutex(0)
        let done = Mutex(0)
        let waiting = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            gathering.wait(for: 3, atMost: Self.long) {
                waiting.signal()
                return count.withLock { $0 }
            }
            done.withLock { $0 = count.withLock { $0 } }
            waiting.signal()
        }
        waiting.wait()
        for number in 1...3 {
            count.withLock { $0 = number }
            gathering.arrived(number)
        }
        waiting.wait()
        #expect(done.withLock { $0 } == 3)
    }

    @Test("whoever is there already is not waited for, and nobody is waited for longer than allowed")
    func bounds() {
        let gathering = Gathering()
        gathering.wait(for: 2, atMost: Self.long) { 2 }
        gathering.wait(for: 2, atMost: .microseconds(100)) { 1 }
        // Nobody waits: this is no signal for the next.
        gathering.arrived(5)
        let begun = ContinuousClock.now
        gathering.wait(for: 2, atMost: .milliseconds(5)) { 0 }
        #expect(begun.duration(to: .now) >= .milliseconds(5))
    }

    @Test("a signal that nobody needed, since all were there when they were counted, does not end the next wait")
    func leftOver() {
        let gathering = Gathering()
        gathering.wait(for: 1, atMost: Self.long) {
            // Between the moment in which the number is known and the one in which it is compared.
            gathering.arrived(1)
            return 1
        }
        let begun = ContinuousClock.now
        gathering.wait(for: 1, atMost: .milliseconds(5)) { 0 }
        #expect(begun.duration(to: .now) >= .milliseconds(5))
    }

    @Test("one who comes as the time is up ends no later wait, whichever of both is first")
    func races() {
        let gathering = Gathering()
        let isOver = Atomic(false)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            while isOver.load(ordering: .relaxed) == false { gathering.arrived(1) }
            ended.signal()
        }
        for round in 0..<20_000 {
            gathering.wait(for: 1, atMost: .microseconds(round % 3)) { 0 }
        }
        isOver.store(true, ordering: .relaxed)
        ended.wait()
        let begun = ContinuousClock.now
        gathering.wait(for: 1, atMost: .milliseconds(5)) { 0 }
        #expect(begun.duration(to: .now) >= .milliseconds(5))
    }
}
