import Findings
import FoundationEssentials
import Replay
import Synchronization

/// Counts calls.
final class Counter: Sendable {
    private let state = Mutex(0)

    var value: Int { state.withLock { $0 } }

    func next() -> Int {
        state.withLock { count in
            count += 1
            return count
        }
    }
}

/// What a replay told of its progress.
final class Reports: Sendable {
    private let state = Mutex<[ReplayProgress]>([])

    var all: [ReplayProgress] { state.withLock { $0 } }

    func add(_ progress: ReplayProgress) { state.withLock { $0.append(progress) } }
}

extension Date {
    /// As replays write it: `Mon 2026-11-23 14:00 UTC`.
    var shown: String {
        let text = iso8601
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let name = names[Int(timeIntervalSince1970 / 86_400) % 7]
        return "\(name) \(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
