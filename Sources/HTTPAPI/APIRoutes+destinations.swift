import Findings
import HTTPSurface
import Hummingbird
import Operations

extension APIRoutes {
    func destinations(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await operations.destinations.list().map(\.json), next: nil)
    }

    func pause(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        var body = try await BodyReader(request, limit: limit)
        let text = body.text("reason")
        let reason = text.flatMap(PauseReason.init)
        if text != nil, reason == nil { body.refuse("reason", "expected one line without control characters") }
        try body.finish()
        guard let reason else {
            throw Problem(
                .badRequest,
                detail: "Say why, so that whoever finds the destination paused knows.",
                errors: [Problem.Item(detail: "expected a string, found nothing", pointer: "/reason")]
            )
        }
        let name = try parameter("name", context)
        return JSONAnswer(try await operations.destinations.pause(name, because: reason, by: author(context)).json)
    }

    func resume(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        let name = try parameter("name", context)
        return JSONAnswer(try await operations.destinations.resume(name, by: author(context)).json)
    }

    func preview(destination context: SurfaceContext, _ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        var body = try await BodyReader(request, limit: limit, isOptional: true)
        let word = body.text("form")
        let form = word.map { MessageForm(rawValue: $0) } ?? .one
        if form == nil {
            body.refuse("form", "expected \(MessageForm.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let finding = body.text("finding")
        try body.finish()
        let name = try parameter("name", context)
        return JSONAnswer(try await operations.destinations.preview(name, as: form ?? .one, of: finding).json)
    }

    func test(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        try await BodyReader(request, limit: limit, isOptional: true).finish()
        return JSONAnswer(
            try await operations.destinations.test(try parameter("name", context), by: author(context)).json
        )
    }
}
