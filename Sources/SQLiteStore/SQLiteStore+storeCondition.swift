package import Store

extension SQLiteStore: StoreCondition {
    package var health: StoreHealth { writer.health }

    package var healthChanges: AsyncStream<Void> { healthSignal.stream() }

    package func examine() async { await writer.examine() }
}
