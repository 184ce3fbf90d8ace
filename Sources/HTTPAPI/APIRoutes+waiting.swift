import HTTPSurface
import Hummingbird
import Operations
import Store

extension APIRoutes {
    /// What waits to be told, until when, and how much of it.
    func waiting(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let filter = WaitingFilter(
            kind: query.word("kind", of: WaitingNews.Kind.allCases.map(\.rawValue)) { WaitingNews.Kind(rawValue: $0) },
            destination: query.text("destination"),
            rule: query.text("rule")
        )
        let page = query.page()
        try query.finish()
        let found = try await operations.deliveries.waiting(filter, page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }
}
