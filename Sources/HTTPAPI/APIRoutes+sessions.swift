import Findings
import HTTPSurface
import Hummingbird
import Operations
import Store

/// Who is signed in to the console.
extension APIRoutes {
    func sessions(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let credentials = credentials
        var sessions = try await operations.sessions.list { credentials.holds($0.token, seal: $0.seal) }
        for index in sessions.indices where sessions[index].kind == .token {
            sessions[index].role = credentials.caller(named: sessions[index].person)?.role?.rawValue
        }
        return JSONAnswer(["items": .array(sessions.map(\.json))])
    }

    /// Ends one session; one's own always, that of somebody else as an editor.
    func endSession(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        try QueryReader(request).finish()
        let author = author(context)
        let reach: SessionOperations.Reach = context.caller?.may(.edit) == true ? .everybody : .own
        try await operations.sessions.end(try parameter("id", context), reach: reach, by: author)
        return Response(status: .noContent)
    }

    /// Ends all sessions of whoever asks, or of everybody.
    func endSessions(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let reach = query.word("of", of: ["own", "everybody"]) { word -> SessionOperations.Reach? in
            switch word {
            case "own": .own
            case "everybody": .everybody
            default: nil
            }
        }
        try query.finish()
        if reach == .everybody, context.caller?.may(.edit) != true {
            throw Problem(SessionRefusal.ofSomebodyElse.answer)
        }
        let count = try await operations.sessions.endAll(but: nil, of: reach ?? .own, by: author(context))
        return JSONAnswer(["count": .integer(count)])
    }
}

extension OpenSession {
    var json: JSONValue {
        [
            "id": .string(handle), "person": .string(person), "kind": .string(kind.rawValue), "role": JSONValue(role),
            "since": .string(since.iso8601), "usedAt": .string(usedAt.iso8601),
        ]
    }
}
