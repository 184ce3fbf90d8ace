import HTTPSurface
import Hummingbird
import Operations

extension ConsoleRoutes {
    func addShadow(to router: Router<SurfaceContext>) {
        show("shadow", router) { request, visitor, _ in
            let live = await live([.shadow, .rules], request)
            var page = ShadowPage(
                status: try await operations.shadow.status(),
                bench: try await bench(visitor),
                accounts: await operations.accounts.book()
            ).page
            page.live = live
            return page
        }
        submit("shadow", router, for: .edit, limit: Form.short) { form, visitor, author, _ in
            switch form["do"] {
            case "start":
                let draft = try await bench(visitor).draft
                guard let draft, form["tag"] == draft.tag else { throw DraftRefusal.changed }
                _ = try await operations.shadow.start(draft.id, by: author) { _ in true }
            case "stop": try await operations.shadow.stop(by: author) { $0 == form["shadow"] }
            default: throw Problem(.badRequest, detail: "The form does not say what to do.")
            }
            return .done("/shadow")
        }
    }
}
