package import Store

extension PostgresStore: StoreCondition {
    package var health: StoreHealth { condition.health }

    package var healthChanges: AsyncStream<Void> { healthSignal.stream() }

    package func examine() async {
        do {
            _ = try await desk.transaction { session in try session.run("SELECT 1") }
            intake.forgetTrouble()
        } catch let doubt as CommitDoubt {
            condition.enter(StoreTrouble(.unreachable, doubt.reason))
        } catch {
            // The connection has told the condition what is wrong, or the store is closed.
        }
    }
}
