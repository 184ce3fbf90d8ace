package import FoundationEssentials
import GRDB
package import Routing
import Store
import Triage

extension SQLiteStore: TriageTimers {
    package func nextTimer() async throws -> Date? {
        try await pipeline.read { db in
            try [GroupRows.nextAt(db), SilenceRows.nextEnd(db)].compactMap(\.self).min()
        }
    }

    package func fire(now: Date, table: RoutingTable, silences: SilenceTable) async throws -> Bool {
        let fired = try await writer.write(.long) { [preloading] db, change in
            var transaction = try TriageTransaction(on: StoredTriage(db: db), preloading: preloading)
            return try transaction.fire(now: now, table: table, silences: silences, change: &change)
        }
        if fired.notifications > 0 { queuedSignal.send() }
        return fired.isMoreDue
    }

    package var timersChanged: AsyncStream<Void> { timerSignal.stream() }
}
