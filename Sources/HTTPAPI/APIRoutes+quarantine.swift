import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Logging
import Routing
import Operations
import Store

extension APIRoutes {
    func quarantine(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let page = query.page()
        try query.finish()
        let found = try await roles.evidence.quarantine(page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func quarantined(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await quarantined(context).whole)
    }

    /// Decodes an item once more, with what is known by now, and accepts what can be read.
    func retryQuarantined(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let record = try await quarantined(context)
        let (again, reasons) = read(record)
        guard again.observations > 0 else {
            throw Problem(
                .unprocessableContent,
                detail: "The item still cannot be read; it stays in quarantine.",
                errors: reasons.map { Problem.Item(detail: $0) }
            )
        }
        let position = try await accept(again)
        _ = try await roles.quarantine.release(quarantined: record.id)
        context.logger.notice(
            "a quarantined item was accepted",
            metadata: by(context, ["item": "\(record.id)", "position": "\(position)"])
        )
        return JSONAnswer([
            "id": .integer(Int(record.id)), "accepted": .integer(again.observations),
            "quarantined": .integer(again.quarantine.count), "position": .integer(Int(position)),
        ])
    }

    func dropQuarantined(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let record = try await quarantined(context)
        guard try await roles.quarantine.release(quarantined: record.id) else { throw notKept }
        context.logger.notice(
            "a quarantined item was dropped",
            metadata: by(context, ["item": "\(record.id)", "reason": .string(record.reason)])
        )
        return JSONAnswer(["id": .integer(Int(record.id))])
    }

    /// The item as a request of its own: its id tells that it is the same when it is retried once more, and what of it still
    /// cannot be read is kept in its place.
    private func read(_ record: QuarantineRecord) -> (request: IntakeRequest, reasons: [String]) {
        let requestID = "quarantine:\(record.id)"
        var request = IntakeRequest(
            receivedAt: now(),
            source: "quarantine",
            requestID: requestID,
            body: record.bytes,
            observations: 0
        )
        do throws(FindingDecodingError) {
            let decoder = FindingDecoder(defaults: roles.routes.table.document.severities)
            var reasons: [String] = []
            for item in try decoder.decode(ParsedBody(record.bytes), requestID: requestID).items {
                switch item {
                case .event(let event): request.observations += event.observations.count
                case .nothing(let reason): reasons.append(reason)
                case .unreadable(let unreadable):
                    reasons.append(unreadable.reason)
                    let key = "\(requestID)#\(request.quarantine.count)"
                    request.quarantine.append(
                        QuarantinedItem(reason: unreadable.reason, bytes: unreadable.bytes, key: key)
                    )
                }
            }
            return (request, reasons)
        } catch {
            return (request, [error.description])
        }
    }

    private func accept(_ request: IntakeRequest) async throws -> Int64 {
        do {
            return try await roles.intake.accept(request)
        } catch let error as IntakeError {
            throw Problem(
                .serviceUnavailable,
                detail: "The item was not accepted: \(error). It stays in quarantine; retry it later.",
                retryAfterSeconds: 5
            )
        }
    }

    private func quarantined(_ context: SurfaceContext) async throws -> QuarantineRecord {
        guard let id = Int64(try parameter("id", context)), let record = try await roles.quarantine.quarantined(id)
        else { throw notKept }
        return record
    }

    private var notKept: Problem {
        Problem(
            .notFound,
            detail: "Nothing is kept in quarantine under this number: it was accepted, dropped or too old."
        )
    }
}

extension QuarantineRecord {
    /// How many of its bytes are shown in a listing.
    private static let shown = 1_024

    /// Its size and its beginning.
    var json: JSONValue {
        [
            "id": .integer(Int(id)),
            "receivedAt": .string(receivedAt.iso8601),
            "reason": .string(reason),
            "size": .integer(bytes.count),
            "beginning": .string(String(decoding: bytes.prefix(QuarantineRecord.shown), as: UTF8.self)),
            "isTruncated": .bool(bytes.count > QuarantineRecord.shown),
        ]
    }

    /// The same, and every byte that is kept, in Base64.
    var whole: JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(members + [.init("base64", .string(Data(bytes).base64EncodedString()))])
    }
}
