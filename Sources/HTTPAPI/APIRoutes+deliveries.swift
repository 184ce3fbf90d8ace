import Findings
import HTTPSurface
import Hummingbird
import Operations
import Store
import Triage

extension APIRoutes {
    func deliveries(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        var filter = query.deliveryFilter()
        filter.states = query.words("state", of: Notification.State.allCases.map(\.rawValue)) {
            Notification.State(rawValue: $0)
        }
        let page = query.page()
        try query.finish()
        let found = try await operations.deliveries.list(filter, page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func delivery(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await operations.deliveries.delivery(try parameter("id", context)).json)
    }

    /// Makes one pending or dead notification due at once; answers what it is now.
    func retry(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let id = try parameter("id", context)
        return JSONAnswer(try await operations.deliveries.retry(id, by: author(context)).json)
    }

    /// Returns dead notifications to the queue, or counts them.
    func redrive(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let dryRun = query.flag("dryRun")
        try query.finish()
        var body = try await BodyReader(request, limit: limit)
        let filter = body.deliveryFilter()
        let expected = body.count("expect")
        try body.finish()
        let count = try await operations.deliveries.redrive(
            filter,
            dryRun: dryRun,
            expected: expected.map { ExpectedCount($0) },
            by: author(context)
        )
        let oldest = dryRun ? try await operations.deliveries.oldestDead(filter) : nil
        return JSONAnswer(
            JSONValue.compact([
                "count": .integer(count), "dryRun": .bool(dryRun), "oldest": oldest.map { .string($0.iso8601) },
            ])
        )
    }
}
