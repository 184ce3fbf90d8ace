import Findings
package import FoundationEssentials
package import HTTPSurface
import HTTPTypes
package import Hummingbird
import NIOCore
package import Operations
import Routing
package import Store
import Triage

/// The pages at `/`: what happens to findings, for people with a browser.
///
/// A page never knows more than the API, and every change is a form that answers 303. No page needs a script.
package struct ConsoleRoutes: Sendable {
    /// What the console is there for.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        case on
        /// Shows everything and changes nothing, whatever the role.
        case readOnly = "read-only"
        case off
    }

    let operations: Operations
    let access: Access
    let mode: Mode
    let version: String
    let now: @Sendable () -> Date

    /// - Parameters:
    ///   - operations: What the pages ask and do.
    ///   - credentials: The tokens to sign in with; without any nobody signs in.
    ///   - sessions: Where sign-ins are kept.
    ///   - formSecret: The store's, for forms of people without a session.
    ///   - proxy: Who is signed in by a proxy in front; `nil` when there is none.
    ///   - mode: Whether anything can be changed.
    ///   - version: Of the program.
    ///   - now: The wall clock.
    package init(
        operations: Operations,
        credentials: Credentials,
        sessions: any Sessions,
        formSecret: FormSecret,
        proxy: ProxySignIn? = nil,
        mode: Mode = .on,
        version: String,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.operations = operations
        access = Access(
            credentials: credentials,
            sessions: sessions,
            formSecret: formSecret,
            proxy: proxy,
            visits: operations.sessions.visits,
            now: now
        )
        self.mode = mode
        self.version = version
        self.now = now
    }

    package func add(to router: Router<SurfaceContext>) {
        guard mode != .off else { return }
        router.get("assets/:name") { request, context in try asset(request, context) }
        for path in ["favicon.svg", "favicon.ico"] {
            router.get(RouterPath(path)) { _, _ in Answers.file(Assets.mark, type: "image/svg+xml", isForEver: false) }
        }
        router.get("sign-in") { request, context in try await showSignIn(request, context) }
        router.post("sign-in") { request, context in try await signIn(request, context) }
        router.post("sign-out") { request, context in try await signOut(request, context) }

        router.get("stream") { request, context in try await stream(request, context) }

        show("", router) { request, visitor, _ in try await overview(request, visitor) }
        show("findings", router) { request, _, _ in try await findings(request) }
        router.get("findings/export") { request, context in try await exportFindings(request, context) }
        show("findings/:id", router) { request, visitor, context in try await finding(request, visitor, context) }
        show("deliveries", router) { request, visitor, _ in try await deliveries(request, visitor) }
        show("deliveries/waiting", router) { request, _, _ in try await waiting(request) }
        addRedriving(to: router)
        show("deliveries/:id", router) { request, visitor, context in try await delivery(request, visitor, context) }
        addDestinations(to: router)
        addRules(to: router)
        addRuleEditor(to: router)
        addFileEditor(to: router)
        addSettings(to: router)
        addExpectations(to: router)
        addDrafts(to: router)
        addVersions(to: router)
        addShadow(to: router)
        addTry(to: router)
        addCoverage(to: router)
        addSilences(to: router)
        addSessions(to: router)
        router.get("audit/export") { request, context in try await exportAudit(request, context) }
        show("audit", router) { request, _, _ in try await audit(request) }
        show("keys", router) { _, visitor, _ in keys(visitor) }
        router.post("theme") { request, _ in try await setLook(request) }
        lead("go", router) { request, _ in try await go(request) }

        change("deliveries/:id/retry", router) { form, author, context in
            let id = try parameter("id", context)
            let record = try await operations.deliveries.retry(id, by: author)
            // From the page of a finding the way leads back there.
            if let finding = form["finding"] { return ConsolePath.finding(finding) }
            return ConsolePath.delivery(record.notification.id)
        }
    }

    func parameter(_ name: String, _ context: SurfaceContext) throws -> String {
        guard let text = try context.parameters.require(name).percentDecoded(), text.isEmpty == false,
            text.utf8.contains(0) == false
        else { throw Problem(.notFound, detail: "The \(name) in the address is not percent-encoded UTF-8 text.") }
        return text
    }
}
