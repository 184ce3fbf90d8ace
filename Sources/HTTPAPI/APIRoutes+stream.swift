import HTTPSurface
import Hummingbird
import Operations

/// Being told of changes.
extension APIRoutes {
    /// Server-sent events that say which topics have changed, never what.
    func stream(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        var query = QueryReader(request)
        let topics = query.word("topics", of: Topic.names) { text in
            do { return try Topic.list(text) } catch { return nil }
        }
        if topics == nil, request.uri.queryParameters["topics"] == nil {
            query.refuse("topics", "expected one or more of \(Topic.names.joined(separator: ", ")), found none")
        }
        _ = query.text("since")
        try query.finish()
        let (credentials, headers) = (credentials, request.headers)
        let notices = try await operations.changes.listen(to: topics ?? [], since: EventStream.lastID(request)) {
            credentials.caller(presenting: headers)?.may(.read) == true
        }
        return EventStream.answer(to: request, context, notices.map { StreamedEvent(name: $0.name, id: $0.id) }) {
            await notices.leave()
        }
    }
}
