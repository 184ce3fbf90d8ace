import Findings
import FoundationEssentials
import HTTPSurface
import Hummingbird
import Operations
import Routing
import Store
import Triage

extension ConsoleRoutes {
    /// Rows of a page.
    private static let rows = 50

    func overview(_ request: Request, _ visitor: Visitor) async throws -> Page {
        let period = ConsoleRoutes.query(request)["since"].flatMap(OverviewPeriod.init) ?? .day
        let live = await live([.overview], request)
        var page = OverviewPage(
            process: await operations.status.process(),
            ledger: try await operations.status.ledger(),
            revisions: try await operations.rules.versions(page: Store.Page(limit: 3)).items,
            statistics: try await operations.statistics.fates(by: .all, since: now() - period.seconds),
            open: try await operations.statistics.openAccounts(),
            sources: try await operations.statistics.fates(
                by: .source,
                since: now() - ConsoleRoutes.sourceHours * 3_600
            ),
            ending: try await endingSilences(),
            accounts: await operations.accounts.book(),
            period: period,
            visitor: visitor
        ).page
        page.live = live
        return page
    }

    /// Hours are counted by themselves up to two days, which tells what is usual for a source.
    private static let sourceHours = 47.0
    /// Silences that end within so many seconds are named, and so many of them.
    private static let (endingSoon, mostEnding) = (7_200.0, 5)

    private func endingSilences() async throws -> [Silence] {
        let end = now() + ConsoleRoutes.endingSoon
        let active = try await operations.silences.list([.active], page: Store.Page(limit: 500)).items
        return Array(
            active.map(\.silence).filter { $0.endsAt < end }.sorted { $0.endsAt < $1.endsAt }
                .prefix(ConsoleRoutes.mostEnding)
        )
    }

    func findings(_ request: Request) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let text = query["q"] ?? ""
        let live = await live([.findings], request)
        var read = FindingFilter.read(text, now: now())
        var accounts = await operations.accounts.book()
        read.resolve(accounts)
        var found = Paged<ListedFinding>(items: [], next: nil)
        do {
            found = try await operations.findings.listed(read.filter, page: listed(query))
        } catch let unknown as UnknownName {
            read.mistakes.append(unknown.answer.detail)
        }
        accounts.learn(from: found.items.map(\.record.finding))
        if found.items.isEmpty { read.doubt(accounts) }
        var page = FindingsPage.page(found, read, text: text, accounts)
        page.live = live
        return page
    }

    func waiting(_ request: Request) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let destination = query["to"].flatMap { $0.isEmpty ? nil : $0 }
        var found = Paged<WaitingNews>(items: [], next: nil)
        var mistake: String?
        do {
            found = try await operations.deliveries.waiting(
                WaitingFilter(destination: destination),
                page: listed(query)
            )
        } catch let unknown as UnknownName {
            mistake = unknown.answer.detail
        }
        let queued = try await operations.destinations.list().compactMap(\.backlog)
        return WaitingPage(
            found: found,
            destination: destination,
            queued: queued,
            accounts: await operations.accounts.book(),
            mistake: mistake
        ).page
    }

    func deliveries(_ request: Request, _ visitor: Visitor) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let text = query["q"] ?? ""
        let live = await live([.deliveries], request)
        var read = NotificationFilter.read(text, now: now())
        var found = Paged<Notification>(items: [], next: nil)
        do {
            found = try await operations.deliveries.list(read.filter, page: listed(query))
        } catch let unknown as UnknownName {
            read.mistakes.append(unknown.answer.detail)
        }
        var accounts = await operations.accounts.book()
        accounts.learn(from: found.items.map(\.content.finding))
        let isFollowing = live != nil && query["follow"] == "1"
        var page = DeliveriesPage.page(
            found,
            read,
            text: text,
            isFollowing: isFollowing,
            accounts: accounts,
            serving: try await operations.nodes.serving(),
            visitor: visitor
        )
        page.live = live
        if isFollowing { page.refreshSeconds = 5 }
        return page
    }

    func delivery(_ request: Request, _ visitor: Visitor, _ context: SurfaceContext) async throws -> Page {
        let record = try await operations.deliveries.delivery(try parameter("id", context))
        return DeliveryPage(
            record: record,
            finding: record.notification.content.finding.key.rawValue,
            serving: try await operations.nodes.serving()[record.notification.destination],
            accounts: await operations.accounts.book(),
            visitor: visitor
        ).page
    }

    func audit(_ request: Request) async throws -> Page {
        let query = ConsoleRoutes.query(request)
        let text = query["q"] ?? ""
        let read = AuditFilter.read(text, now: now())
        return AuditPage.page(try await operations.audit.list(read.filter, page: listed(query)), read, text: text)
    }

    private func listed(_ query: [String: String]) -> Store.Page {
        Store.Page(limit: ConsoleRoutes.rows, cursor: query["cursor"])
    }
}
