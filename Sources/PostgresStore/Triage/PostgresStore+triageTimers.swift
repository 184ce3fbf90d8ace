package import FoundationEssentials
package import Routing
import Store
import Synchronization
import Triage

extension PostgresStore: TriageTimers {
    package func nextTimer() async throws -> Date? {
        let unreadable = unreadableGroups.withLock { $0 }
        return try await pipeline.transaction { session in
            try [GroupRows.nextAt(besides: unreadable, session), SilenceRows.nextEnd(session)].compactMap(\.self).min()
        }
    }

    package func fire(now: Date, table: RoutingTable, silences: SilenceTable) async throws -> Bool {
        while true {
            let unreadable = unreadableGroups.withLock { $0 }
            do {
                let fired = try await write(on: triage) {
                    [preloading = options.preloading, fence = membership.triageFence] session, change in
                    let rows = StoredTriage(
                        session: session,
                        unreadableGroups: unreadable,
                        fence: fence,
                        version: table.version
                    )
                    var transaction = try TriageTransaction(on: rows, preloading: preloading)
                    return try transaction.fire(now: now, table: table, silences: silences, change: &change)
                }
                if fired.notifications > 0 { signals.queued.send() }
                return fired.isMoreDue
            } catch let error as UnreadableGroup where unreadable.contains(error.number) == false {
                // Nothing of the transaction is done. The others are told without it until the next start.
                unreadableGroups.withLock { _ = $0.insert(error.number) }
                condition.note(damage: "\(error)")
            } catch let doubt as CommitDoubt {
                signals.queued.send()
                throw StoreTrouble(.unreachable, doubt.reason)
            }
        }
    }

    package func rulesChanged() { signals.timers.send() }

    package var timersChanged: AsyncStream<Void> { signals.timers.stream() }
}
