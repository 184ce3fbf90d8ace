import FoundationEssentials
import Synchronization

/// An answer that takes long to find, which is given again for a while.
final class RecentAnswer<Value: Sendable>: Sendable {
    private let kept = Mutex<(value: Value, at: Date)?>(nil)
    private let keptFor: TimeInterval

    /// - Parameter keptFor: For how many seconds it is given again.
    init(keptFor: TimeInterval) { self.keptFor = keptFor }

    /// The answer, which is no older than it may be.
    ///
    /// - Parameters:
    ///   - time: The time.
    ///   - read: Finds it.
    /// - Returns: What was found now or lately.
    /// - Throws: When it cannot be found.
    func value(at time: Date, read: () async throws -> Value) async throws -> Value {
        let last = kept.withLock { $0 }
        if let last, (0..<keptFor).contains(time.timeIntervalSince(last.at)) { return last.value }
        let value = try await read()
        kept.withLock { $0 = (value, time) }
        return value
    }
}
