import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Logging
import Operations
import Store

extension APIRoutes {
    func setAside(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let page = query.page()
        try query.finish()
        let found = try await roles.setAside.setAside(page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    /// Asks for another try of one entry, or of `all`.
    func retrySetAside(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let name = try parameter("position", context)
        let position = name == "all" ? nil : Int64(name)
        guard name == "all" || position != nil else { throw noEntry }
        let count = try await roles.setAside.requestRetry(position)
        guard count > 0 || position == nil else { throw noEntry }
        context.logger.notice(
            "what stands aside is tried again",
            metadata: by(context, ["position": .string(name), "entries": .stringConvertible(count)])
        )
        return JSONAnswer(["retrying": .integer(count)], status: .accepted)
    }

    private var noEntry: Problem {
        Problem(.notFound, detail: "No entry at this position stands aside; GET /api/v1/set-aside lists those that do.")
    }
}

extension SetAsideEntry {
    var json: JSONValue {
        [
            "position": .integer(Int(position)),
            "receivedAt": .string(receivedAt.iso8601),
            "findings": .integer(observations),
            "setAsideAt": .string(setAsideAt.iso8601),
            "reason": .string(reason),
            "retries": .integer(retries),
            "retrying": .bool(isWanted),
        ]
    }
}
