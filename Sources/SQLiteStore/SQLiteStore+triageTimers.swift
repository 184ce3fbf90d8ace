package import FoundationEssentials
import GRDB
package import Routing
import Store
import Synchronization
import Triage

extension SQLiteStore: TriageTimers {
    package func nextTimer() async throws -> Date? {
        let unreadable = unreadableGroups.withLock { $0 }
        return try await pipeline.read { db in
            try [GroupRows.nextAt(besides: unreadable, db), SilenceRows.nextEnd(db)].compactMap(\.self).min()
        }
    }

    package func fire(now: Date, table: RoutingTable, silences: SilenceTable) async throws -> Bool {
        while true {
            let unreadable = unreadableGroups.withLock { $0 }
            do {
                let fired = try await writer.write(.long) { [preloading] db, change in
                    let rows = StoredTriage(db: db, unreadableGroups: unreadable)
                    var transaction = try TriageTransaction(on: rows, preloading: preloading)
                    return try transaction.fire(now: now, table: table, silences: silences, change: &change)
                }
                if fired.notifications > 0 { queuedSignal.send() }
                return fired.isMoreDue
            } catch let error as UnreadableGroup where unreadable.contains(error.number) == false {
                // Nothing of the transaction is done. The others are told without it until the next start.
                unreadableGroups.withLock { _ = $0.insert(error.number) }
                writer.condition.note(damage: "\(error)")
            }
        }
    }

    package func rulesChanged() { timerSignal.send() }

    package var timersChanged: AsyncStream<Void> { timerSignal.stream() }
}
