import Findings
import HTTPSurface
import Hummingbird
import Operations
import Store

extension APIRoutes {
    func quarantine(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let page = query.page()
        try query.finish()
        let found = try await operations.quarantine.list(page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func quarantined(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await operations.quarantine.item(try item(context)).whole)
    }

    /// Decodes an item once more, with what is known by now, and accepts what can be read.
    func retryQuarantined(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let id = try item(context)
        let replay = try await operations.quarantine.retry(id, by: author(context))
        return JSONAnswer([
            "id": .integer(Int(id)), "accepted": .integer(replay.accepted),
            "quarantined": .integer(replay.quarantined), "position": .integer(Int(replay.position)),
        ])
    }

    func dropQuarantined(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let id = try item(context)
        try await operations.quarantine.drop(id, by: author(context))
        return JSONAnswer(["id": .integer(Int(id))])
    }

    /// The number in the path; what is not a number is not kept either.
    private func item(_ context: SurfaceContext) throws -> Int64 {
        guard let id = Int64(try parameter("id", context)) else { throw QuarantineRefusal.unknown }
        return id
    }
}
