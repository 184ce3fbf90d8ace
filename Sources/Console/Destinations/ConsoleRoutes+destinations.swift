import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Store
import Triage

extension ConsoleRoutes {
    func addDestinations(to router: Router<SurfaceContext>) {
        show("destinations", router) { request, visitor, _ in
            let query = ConsoleRoutes.query(request)
            return DestinationsPage(
                states: try await operations.destinations.list(),
                text: String((query["q"] ?? "").prefix(200)),
                number: min(max(query["page"].flatMap(Int.init) ?? 1, 1), 100_000),
                sources: operations.status.sourceStates(),
                serving: try await operations.nodes.serving(),
                fates: try await operations.statistics.fates(by: .destination, since: now() - 82_800),
                visitor: visitor,
                now: now()
            ).page
        }
        show("destinations/:name", router) { request, visitor, context in
            let query = ConsoleRoutes.query(request)
            return try await destination(try parameter("name", context), query, visitor)
        }
        router.get("destinations/:name/mail") { request, context in try await mail(request, context) }
        change("destinations/:name/pause", router) { form, author, context in
            guard let reason = form["reason"].flatMap(PauseReason.init) else {
                throw Problem(.badRequest, detail: "Say in one line why, so that whoever finds it paused knows.")
            }
            let name = try parameter("name", context)
            return ConsolePath.destination(
                try await operations.destinations.pause(name, because: reason, by: author).name
            )
        }
        change("destinations/:name/resume", router) { _, author, context in
            let name = try parameter("name", context)
            return ConsolePath.destination(try await operations.destinations.resume(name, by: author).name)
        }
        submit("destinations/:name/test", router, for: .respond, limit: Form.short) { _, visitor, author, context in
            let name = try parameter("name", context)
            let test: DestinationPage.TestResult
            do {
                test = .sent(try await operations.destinations.test(name, by: author))
            } catch let refusal as DestinationRefusal {
                if case .unknown = refusal { throw refusal }
                test = .refused(refusal.answer.detail)
            }
            return .shown(try await destination(name, [:], visitor, test: test), .ok)
        }
    }

    private func destination(
        _ name: String,
        _ query: [String: String],
        _ visitor: Visitor,
        test: DestinationPage.TestResult? = nil
    ) async throws -> Page {
        let state = try await operations.destinations.state(of: name)
        let form = query["form"].flatMap(MessageForm.init) ?? .one
        let typed = String((query["finding"] ?? "").prefix(2_048))
        var preview: MessagePreview?
        var mistake: String?
        if state.destination != nil {
            do {
                preview = try await operations.destinations.preview(name, as: form, of: typed.isEmpty ? nil : typed)
            } catch let refusal as FindingRefusal {
                mistake = refusal.answer.detail
                preview = try await operations.destinations.preview(name, as: form, of: nil)
            }
        }
        return DestinationPage(
            state: state,
            serving: try await operations.nodes.serving()[name],
            preview: preview,
            typed: typed,
            mistake: mistake,
            test: test,
            visitor: visitor,
            now: now()
        ).page
    }

    /// The HTML part of a mail by itself, for the frame that shows it.
    private func mail(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        guard try await access.visitor(request, context) != nil else { return Answers.seeOther("/sign-in") }
        let query = ConsoleRoutes.query(request)
        let finding = query["finding"].flatMap { $0.isEmpty ? nil : $0 }
        do {
            let preview = try await operations.destinations.preview(
                try parameter("name", context),
                as: query["form"].flatMap(MessageForm.init) ?? .one,
                of: finding
            )
            guard case .mail(let mail) = preview.message, let html = mail.html else {
                throw Problem(.notFound, detail: "This destination gets no mail with an HTML part.")
            }
            return Answers.foreign(html)
        } catch let refusal as any Refusal {
            throw Problem(HTTPResponse.Status(code: refusal.answer.kind.statusCode), detail: refusal.answer.detail)
        }
    }
}
