import HTTPSurface
import HTTPTypes
import Hummingbird

extension ConsoleRoutes {
    /// Keeps how the console is to look in this browser. Whoever can read pages can, as nothing of the service changes.
    func setLook(_ request: Request) async throws -> Response {
        if let refusal = FormOrigin.refusal(request.head) { throw refusal }
        let form = try await Form(request)
        return Answers.seeOther(ConsoleRoutes.safe(form["next"]), cookie: Look(form).cookie(request.head))
    }

    /// The page with the keys and the form that ``setLook(_:)`` takes.
    func keys(_ visitor: Visitor) -> Page { KeysPage(look: visitor.look, next: "/keys").page }
}
