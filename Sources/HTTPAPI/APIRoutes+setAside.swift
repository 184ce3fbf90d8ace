import Findings
import HTTPSurface
import Hummingbird
import Operations
import Store

extension APIRoutes {
    func setAside(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let page = query.page()
        try query.finish()
        let found = try await operations.setAside.list(page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    /// Asks for another try of one entry, or of `all`.
    func retrySetAside(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let name = try parameter("position", context)
        if name == "all" {
            return answer(retrying: try await operations.setAside.retryAll(by: author(context)))
        }
        guard let position = Int64(name) else { throw SetAsideRefusal.unknown }
        try await operations.setAside.retry(position, by: author(context))
        return answer(retrying: 1)
    }

    private func answer(retrying count: Int) -> JSONAnswer {
        JSONAnswer(["retrying": .integer(count)], status: .accepted)
    }
}
