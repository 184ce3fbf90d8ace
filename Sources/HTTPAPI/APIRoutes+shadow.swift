import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Store
import Triage

/// Rules that decide beside those in force.
extension APIRoutes {
    func addShadow(reads: RouterGroup<SurfaceContext>, edits: RouterGroup<SurfaceContext>) {
        reads.get("shadow") { request, _ in try await shadow(request) }
        edits.put("shadow") { request, context in try await startShadow(request, context) }
        edits.delete("shadow") { request, context in try await stopShadow(request, context) }
    }

    private func shadow(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let limit = query.word("samples", of: ["0 to 1000"]) { text in
            Int(text).flatMap { (0...ShadowTally.mostSamples).contains($0) ? $0 : nil }
        }
        try query.finish()
        return answer(try await operations.shadow.status(samples: limit ?? ShadowOperations.usualSamples))
    }

    private func startShadow(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let isExpected = try EntityTag.expected(request)
        var body = try await BodyReader(request, limit: limit)
        let draft = body.text("draft")
        if draft == nil { body.refuse("draft", "expected the id of a draft") }
        try body.finish()
        let status = try await operations.shadow.start(draft ?? "", by: author(context)) { isExpected("\"\($0)\"") }
        return answer(status)
    }

    private func stopShadow(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        let isExpected = try EntityTag.expected(request)
        try await operations.shadow.stop(by: author(context)) { isExpected("\"\($0)\"") }
        return Response(status: .noContent)
    }

    private func answer(_ status: ShadowStatus) -> JSONAnswer {
        JSONAnswer(status.json, headers: [.eTag: "\"\(status.tag)\"", .cacheControl: "no-cache"])
    }
}
