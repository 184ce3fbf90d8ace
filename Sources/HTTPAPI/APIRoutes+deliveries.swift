import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Logging
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
        let found = try await reading { try await roles.evidence.notifications(filter, page: page) }
        if found.items.isEmpty { try requireKnown(rule: filter.rule, destination: filter.destination) }
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func delivery(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await record(try await deliveryID(context)).json)
    }

    /// Makes one pending or dead notification due at once; answers what it is now.
    func retry(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let id = try await deliveryID(context)
        guard try await roles.outbox.retry(id, now: now()) else {
            let state = try await record(id).notification.state
            throw Problem(
                .conflict,
                detail: "The delivery is \(state.rawValue); only pending and dead ones can be sent again."
            )
        }
        context.logger.notice("a delivery was made due at once", metadata: by(context, ["delivery_id": .string(id)]))
        return JSONAnswer(try await record(id).json)
    }

    /// Returns dead notifications to the queue, or counts them.
    func redrive(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let dryRun = query.flag("dryRun")
        try query.finish()
        var body = try await BodyReader(request, limit: limit)
        let filter = body.deliveryFilter()
        try body.finish()
        let count = try await roles.outbox.redrive(filter, dryRun: dryRun, now: now())
        if dryRun == false {
            context.logger.notice("dead deliveries were redriven", metadata: by(context, ["count": "\(count)"]))
        }
        return JSONAnswer(["count": .integer(count), "dryRun": .bool(dryRun)])
    }

    /// The metadata of an action that somebody asked for.
    func by(_ context: SurfaceContext, _ metadata: Logger.Metadata) -> Logger.Metadata {
        metadata.merging(["author": .string(author(context).name)]) { _, author in author }
    }

    /// The id in the path; the beginning or the end of one will do.
    private func deliveryID(_ context: SurfaceContext) async throws -> String {
        let text = try parameter("id", context)
        if try await roles.evidence.notification(text) != nil { return text }
        return try await resolved(text, "deliveries") { try await roles.evidence.notificationIDs(like: $0, limit: $1) }
    }

    private func record(_ id: String) async throws -> NotificationRecord {
        guard let record = try await roles.evidence.notification(id) else {
            throw Problem(.notFound, detail: "There is no delivery with this id.")
        }
        return record
    }
}
