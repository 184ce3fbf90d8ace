import Store
import Triage

extension PostgresStore {
    /// Makes a change that a person asked for, and finds out whether it was made when the connection is lost in its commit.
    ///
    /// - Parameters:
    ///   - found: Looks whether the change was made, in a transaction of its own, and returns what the body would have; has
    ///     to wait for whatever the body locks, since the server may still be at it.
    ///   - body: The statements; run again when they were not done.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, with nothing of it done; ``StoreTrouble``; ``CommitDoubt`` when the server does not come
    ///   back within two seconds.
    func change<Value: Sendable>(
        unless found: @escaping @Sendable (Session) throws -> Value?,
        _ body: @escaping @Sendable (Session, inout TotalsChange) throws -> Value
    ) async throws -> Value {
        var last: CommitDoubt
        do {
            return try await write(on: desk, body)
        } catch let doubt as CommitDoubt {
            last = doubt
        }
        for pause in [100, 400, 1_500] {
            do {
                return try await write(on: desk) { session, change in
                    if let value = try found(session) { return value }
                    return try body(session, &change)
                }
            } catch let doubt as CommitDoubt {
                last = doubt
            } catch let trouble as StoreTrouble where trouble.isOfServer {
                try await Task.sleep(for: .milliseconds(pause))
            }
        }
        throw last
    }

    /// The same for a change that is the same when it is made twice.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (Session, inout TotalsChange) throws -> Value
    ) async throws -> Value {
        try await change(unless: { _ in nil }, body)
    }
}
