package import FoundationEssentials
import Store
import Synchronization

/// Whom the proxy in front has named lately; kept in memory, as nothing depends on it.
package final class ProxyVisits: Sendable {
    struct Visit: Sendable, Hashable {
        var person: String
        var role: String?
        var since: Date
        var usedAt: Date
    }

    /// People that are remembered; beyond these whoever was here longest ago is forgotten.
    private static let most = 1_000

    private let visits = Mutex<[String: Visit]>([:])

    /// Notes that somebody was here.
    ///
    /// - Parameters:
    ///   - person: As their actions are recorded.
    ///   - role: What they may, as a word.
    ///   - now: The time.
    package func note(_ person: String, role: String?, now: Date) {
        visits.withLock { visits in
            if var visit = visits[person], ProxyVisits.isOpen(visit, at: now) {
                visit.usedAt = max(visit.usedAt, now)
                visit.role = role
                visits[person] = visit
                return
            }
            visits[person] = Visit(person: person, role: role, since: now, usedAt: now)
            guard visits.count > ProxyVisits.most else { return }
            visits = visits.filter { ProxyVisits.isOpen($0.value, at: now) }
            guard visits.count > ProxyVisits.most, let oldest = visits.values.min(by: { $0.usedAt < $1.usedAt })
            else { return }
            visits[oldest.person] = nil
        }
    }

    func open(at now: Date) -> [Visit] { visits.withLock { $0.values.filter { ProxyVisits.isOpen($0, at: now) } } }

    /// As long as a session is that is not used; the proxy alone says how long one lasts.
    private static func isOpen(_ visit: Visit, at now: Date) -> Bool {
        (-60...SessionRecord.idleTime).contains(now.timeIntervalSince(visit.usedAt))
    }
}
