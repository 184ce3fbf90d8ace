import FoundationEssentials
import Routing
package import Store
import Synchronization

/// What findings tell of accounts, Regions and the like, read now and then and not for every page.
package struct AccountOperations: Sendable {
    private let records: any Records
    private let routes: ActiveRoutes
    private let now: @Sendable () -> Date
    private let recent = RecentAnswer<SeenValues>(keptFor: 60)
    private let last = LastSeen()

    init(records: any Records, routes: ActiveRoutes, now: @escaping @Sendable () -> Date) {
        self.records = records
        self.routes = routes
        self.now = now
    }

    /// What is known of accounts, at most a minute old.
    package func book() async -> AccountBook {
        AccountBook(await seen(), groups: AccountGroups(routes.table.document.accounts))
    }

    /// What the newest findings hold, at most a minute old, with the names that earlier ones had.
    package func seen() async -> SeenValues {
        do {
            return try await recent.value(at: now()) { last.keep(try await records.seen()) }
        } catch {
            // It only adds to what is shown; the page itself says that the store does not answer.
            return last.value
        }
    }
}

/// What was seen last, for names that are not among the newest any more.
private final class LastSeen: Sendable {
    private let kept = Mutex(SeenValues())
    /// Names beyond these are forgotten together.
    private static let most = 20_000

    var value: SeenValues { kept.withLock { $0 } }

    func keep(_ seen: SeenValues) -> SeenValues {
        kept.withLock { last in
            var seen = seen
            if last.accountNames.count < LastSeen.most { seen.keep(namesOf: last) }
            last = seen
            return seen
        }
    }
}
