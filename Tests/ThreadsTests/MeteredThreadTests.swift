import Foundation
import Glibc
import Synchronization
import Testing

@testable import Threads

@Suite("A thread whose processor time is known")
struct MeteredThreadTests {
    /// The name of the calling thread.
    private static func name() -> String {
        do { return try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8) } catch { return "\(error)" }
    }

    @Test("what runs there runs on a thread of its name")
    func named() async throws {
        let seen = try await MeteredThread(name: "a name that is long").run { MeteredThreadTests.name() }
        #expect(seen == "a name that is \n")
    }

    @Test("a task that prefers it runs there before and after whatever it waits for")
    func task() async throws {
        let thread = MeteredThread(name: "mine")
        let other = MeteredThread(name: "another")
        let seen = try await Task(executorPreference: thread) {
            var seen = [MeteredThreadTests.name()]
            await Task.yield()
            seen.append(MeteredThreadTests.name())
            seen.append(try await thread.run { MeteredThreadTests.name() })
            seen.append(try await other.run { MeteredThreadTests.name() })
            seen.append(MeteredThreadTests.name())
            return seen
        }.value
        #expect(seen == ["mine\n", "mine\n", "mine\n", "another\n", "mine\n"])
    }

    @Test("bodies run one after another, in the order in which they came, whoever asks")
    func inOrder() async throws {
        let thread = MeteredThread(name: "replay")
        let order = Mutex<[Int]>([])
        for number in 0..<200 { thread.enqueue { order.withLock { $0.append(number) } } }
        try await thread.run {}
        #expect(order.withLock { $0 } == Array(0..<200))
    }

    @Test("what a body throws reaches whoever asked")
    func throwing() async {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await MeteredThread(name: "replay").run { throw Failure() } }
    }

    @Test("what it works is counted, also after it has ended")
    func counted() async throws {
        let thread = MeteredThread(name: "replay")
        let before = MeteredThread.processorTime
        let during = try await thread.run {
            var used = timespec()
            while used.tv_nsec < 5_000_000 { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) }
            return MeteredThread.processorTime
        }
        // Whatever runs beside it adds to this, and takes nothing away.
        #expect(during - before >= .milliseconds(5))
        try await thread.run {}
        #expect(MeteredThread.processorTime - before >= .milliseconds(5))
    }
}
