import HTTPSurface
import Hummingbird
import Operations
import Store

/// The page of sessions, and ending them.
extension ConsoleRoutes {
    func addSessions(to router: Router<SurfaceContext>) {
        show("sessions", router) { _, visitor, _ in
            var sessions = try await operations.sessions.list { access.credentials.holds($0.token, seal: $0.seal) }
            for index in sessions.indices where sessions[index].kind == .token {
                sessions[index].role = access.credentials.caller(named: sessions[index].person)?.role?.rawValue
            }
            return SessionsPage(sessions: sessions, visitor: visitor).page
        }
        // Whoever may read ends their own sessions; the operation looks whose it is.
        submit("sessions/end", router, for: .read, limit: Form.short) { form, visitor, author, _ in
            let isEditor = visitor.may(.edit)
            if let handle = form["session"] {
                try await operations.sessions.end(handle, reach: isEditor ? .everybody : .own, by: author)
                return .done(handle == visitor.session ? "/sign-in" : "/sessions")
            }
            let isEverybody = form["of"] == "everybody"
            guard isEverybody == false || isEditor else { throw SessionRefusal.ofSomebodyElse }
            _ = try await operations.sessions.endAll(
                but: visitor.session,
                of: isEverybody ? .everybody : .own,
                by: author
            )
            return .done("/sessions")
        }
    }
}
