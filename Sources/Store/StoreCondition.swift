/// How the store is, for whoever is asked whether requests should come here.
package protocol StoreCondition: Sendable {
    /// As far as is known now; asking costs nothing.
    var health: StoreHealth { get }

    /// An element whenever ``health`` may have changed, and one at the beginning.
    var healthChanges: AsyncStream<Void> { get }

    /// Finds out how the store is although nobody writes: whether a commit works, and whether the files are still there.
    func examine() async
}

/// What is wrong with a store.
package struct StoreHealth: Sendable, Hashable {
    /// Why new requests are refused; `nil` when they are taken.
    package var trouble: StoreTrouble?
    /// What was found damaged since the start; it does not heal, and what lies elsewhere goes on.
    package var damage: String?
    /// Why the log is not moved into the database; `nil` when that works.
    package var checkpointTrouble: StoreTrouble?
    /// How often moving it has failed since the start.
    package var checkpointFailures: Int
    /// How much of the log has not been moved into the database yet, in bytes.
    package var logBytes: Int

    package init(
        trouble: StoreTrouble? = nil,
        damage: String? = nil,
        checkpointTrouble: StoreTrouble? = nil,
        checkpointFailures: Int = 0,
        logBytes: Int = 0
    ) {
        self.trouble = trouble
        self.damage = damage
        self.checkpointTrouble = checkpointTrouble
        self.checkpointFailures = checkpointFailures
        self.logBytes = logBytes
    }

    /// Why the store is not ready for requests, in one sentence; `nil` when it is.
    package var problem: String? {
        if let trouble { return trouble.description }
        return damage.map { "the database is damaged (\($0)); \(StoreTrouble.damageAdvice)" }
    }
}
