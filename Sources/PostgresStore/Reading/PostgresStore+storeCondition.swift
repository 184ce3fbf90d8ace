package import Store

extension PostgresStore: StoreCondition {
    package var health: StoreHealth { condition.health }

    package var healthChanges: AsyncStream<Void> { healthSignal.stream() }

    package func examine() async {
        do {
            if let trouble = condition.health.trouble, trouble.isOfDisk { try await lookForRoom() }
            let shard = TotalsRows.shard(node, .desk)
            try await desk.transaction { session in
                session.later(
                    """
                    INSERT INTO totals VALUES ('probes', $1, 1)
                    ON CONFLICT (name, shard) DO UPDATE SET value = totals.value + 1
                    """,
                    [shard]
                )
            }
            condition.leave()
            intake.forgetTrouble()
        } catch let doubt as CommitDoubt {
            condition.enter(StoreTrouble(.unreachable, doubt.reason))
        } catch let trouble as StoreTrouble {
            condition.enter(trouble)
        } catch {
            // The store is closed.
        }
    }

    /// Writes some pages that the disk has no room for when it is full, and takes them back.
    ///
    /// A row finds room in pages that are there already. The table is not logged, since a log that has no room stops the
    /// server.
    ///
    /// - Throws: ``StoreTrouble`` when there is no room.
    private func lookForRoom() async throws {
        let name = "room_\(node)"
        do {
            try await desk.transaction { session in
                session.later("CREATE UNLOGGED TABLE \(name)(bytes bytea)")
                session.later("ALTER TABLE \(name) ALTER COLUMN bytes SET STORAGE EXTERNAL")
                // What one answer of a queue may bring: with less, it would be received for nothing.
                try session.run(
                    """
                    INSERT INTO \(name) SELECT convert_to(repeat('x', 1048576), 'UTF8') FROM generate_series(1, 11)
                    """
                )
                throw ThereIsRoom()
            }
        } catch is ThereIsRoom {
            return
        } catch let error as PostgresError where error.state == "42501" {
            // Without the right to make tables the commit alone has to tell.
            return
        }
    }

    /// Takes the transaction back.
    private struct ThereIsRoom: Error {}
}
