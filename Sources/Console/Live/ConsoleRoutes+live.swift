import HTTPSurface
import Hummingbird
import Operations

/// Telling pages that what they show has changed.
extension ConsoleRoutes {
    /// The events that a page listens to, for as long as whoever looks at it is signed in.
    func stream(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        guard try await access.visitor(request, context, isUse: false) != nil else { throw ConsoleRoutes.signedOut }
        let topics: [Topic]
        do {
            topics = try Topic.list(ConsoleRoutes.query(request)["topics"] ?? "")
        } catch {
            throw Problem(
                .badRequest,
                detail: "topics: expected one or more of \(Topic.names.joined(separator: ", ")), separated by commas."
            )
        }
        do {
            let notices = try await operations.changes.listen(to: topics, since: EventStream.lastID(request)) {
                do {
                    return try await access.visitor(request, context, isUse: false) != nil
                } catch is Problem {
                    return false
                } catch {
                    // The store does not answer now; who is signed in is asked again soon.
                    return true
                }
            }
            return EventStream.answer(to: request, context, notices.map { StreamedEvent(name: $0.name, id: $0.id) }) {
                await notices.leave()
            }
        } catch let refusal as any Refusal {
            throw Problem(
                HTTPResponse.Status(code: refusal.answer.kind.statusCode),
                detail: refusal.answer.detail,
                retryAfterSeconds: refusal.answer.retryAfter
            )
        }
    }

    /// What keeps a page as it is now; to be asked before what it shows is read, so that no change falls in between.
    ///
    /// - Parameters:
    ///   - topics: What the page shows.
    ///   - request: For the page; an older page of a list is not kept, as it would move with each new row.
    /// - Returns: `nil` for a page that stays as it is.
    func live(_ topics: [Topic], _ request: Request) async -> Live? {
        guard ConsoleRoutes.query(request)["cursor"] == nil else { return nil }
        return Live(topics: topics, since: await operations.changes.mark(topics), path: request.uri.string)
    }
}
