import FoundationEssentials
import Routing
import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Logging
import Operations
import Store

extension APIRoutes {
    func destinations(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await destinationList().map(\.json), next: nil)
    }

    /// Every destination of the rules in force, and after them those of earlier rules that still have messages here.
    func destinationList() async throws -> [DestinationState] {
        let backlog = Dictionary(try await roles.outbox.backlog().map { ($0.destination, $0) }) { first, _ in first }
        let lanes = await roles.lanes.status()
        let document = roles.routes.table.document
        let active = lanes.map { lane in
            DestinationState(
                name: lane.destination,
                destination: document.destination(named: lane.destination),
                lane: lane,
                backlog: backlog[lane.destination]
            )
        }
        let known = Set(lanes.map(\.destination))
        let left = backlog.values.filter { known.contains($0.destination) == false }
            .sorted { $0.destination < $1.destination }
            .map { DestinationState(name: $0.destination, destination: nil, lane: nil, backlog: $0) }
        return active + left
    }

    func pause(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        var body = try await BodyReader(request, limit: limit)
        let reason = body.text("reason")
        if let reason, reason.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            body.refuse("reason", "expected one line without control characters")
        }
        try body.finish()
        guard let reason else {
            throw Problem(
                .badRequest,
                detail: "Say why, so that whoever finds the destination paused knows.",
                errors: [Problem.Item(detail: "expected a string, found nothing", pointer: "/reason")]
            )
        }
        let name = try parameter("name", context)
        guard try await roles.lanes.pause(destination: name, reason: reason) else { throw unknown(name) }
        context.logger.notice(
            "a destination was paused",
            metadata: by(context, ["destination": .string(name), "reason": .string(reason)])
        )
        return try await state(of: name)
    }

    func resume(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let name = try parameter("name", context)
        guard try await roles.lanes.resume(destination: name) else { throw unknown(name) }
        context.logger.notice("a destination was resumed", metadata: by(context, ["destination": .string(name)]))
        return try await state(of: name)
    }

    private func state(of name: String) async throws -> JSONAnswer {
        guard let state = try await destinationList().first(where: { $0.name == name }) else { throw unknown(name) }
        return JSONAnswer(state.json)
    }

    private func unknown(_ name: String) -> Problem {
        let names = roles.routes.table.document.destinations.map(\.name).joined(separator: ", ")
        return Problem(
            .notFound,
            detail: "There is no such destination in the rules in force; there are \(names.isEmpty ? "none" : names)."
        )
    }
}
