import Findings
package import FoundationEssentials
package import HTTPSurface
import HTTPTypes
package import Hummingbird
package import Routing
package import Store

/// `/api/v1/…`, `/livez`, `/readyz` and `/metrics`: what operators and their tools ask of a running server.
///
/// `deploy/openapi.json` describes every route; a test compares the two.
package struct APIRoutes: Sendable {
    let roles: Roles
    let credentials: Credentials
    let readiness: Readiness
    let metrics: PrometheusMetrics
    let build: Build
    let now: @Sendable () -> Date
    /// Filters and reasons are short; what is larger is not meant for these routes.
    let limit = BodyLimit(bytes: 65_536)

    /// The parts of a running service that the routes read and act on.
    package struct Roles: Sendable {
        package var evidence: any Evidence
        package var archive: any JournalArchive
        package var intake: any Intake
        package var quarantine: any QuarantineArchive
        package var outbox: any Outbox
        package var revisions: any RouteRevisions
        package var lanes: any Lanes
        package var activation: any RouteActivation
        package var routes: ActiveRoutes
        package var silences: any Silences
        package var activeSilences: ActiveSilences
        package var history: any History
        package var condition: any StoreCondition
        package var setAside: any SetAsideEntries
        package var reports: WorkReports
        package var clock: ClockSteps

        package init(
            evidence: any Evidence,
            archive: any JournalArchive,
            intake: any Intake,
            quarantine: any QuarantineArchive,
            outbox: any Outbox,
            revisions: any RouteRevisions,
            lanes: any Lanes,
            activation: any RouteActivation,
            routes: ActiveRoutes,
            silences: any Silences,
            activeSilences: ActiveSilences,
            history: any History,
            condition: any StoreCondition,
            setAside: any SetAsideEntries,
            reports: WorkReports,
            clock: ClockSteps
        ) {
            self.evidence = evidence
            self.archive = archive
            self.intake = intake
            self.quarantine = quarantine
            self.outbox = outbox
            self.revisions = revisions
            self.lanes = lanes
            self.activation = activation
            self.routes = routes
            self.silences = silences
            self.activeSilences = activeSilences
            self.history = history
            self.condition = condition
            self.setAside = setAside
            self.reports = reports
            self.clock = clock
        }
    }

    /// Which program answers, and since when.
    package struct Build: Sendable {
        package var version: String
        package var startedAt: Date

        package init(version: String, startedAt: Date) {
            self.version = version
            self.startedAt = startedAt
        }
    }

    /// - Parameters:
    ///   - roles: What the routes read and act on.
    ///   - credentials: The tokens that let a request in; `/livez` and `/readyz` ask for none.
    ///   - readiness: Whether the process is going down.
    ///   - metrics: What `/metrics` shows beside the figures of the store.
    ///   - build: Which program answers.
    ///   - now: The time, for ages and for what becomes due.
    package init(
        roles: Roles,
        credentials: Credentials,
        readiness: Readiness,
        metrics: PrometheusMetrics,
        build: Build,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.roles = roles
        self.credentials = credentials
        self.readiness = readiness
        self.metrics = metrics
        self.build = build
        self.now = now
    }

    package func add(to router: Router<SurfaceContext>) {
        router.get("livez") { request, _ in
            try QueryReader(request).finish()
            return JSONAnswer(["status": "ok"])
        }
        router.get("readyz") { request, _ in try await readyz(request) }

        let guarded = router.group().add(middleware: Authentication(credentials))
        guarded.get("metrics") { request, _ in try await scrape(request) }

        let api = router.group("api/v1").add(middleware: Authentication(credentials)).add(middleware: StoreErrors())
        api.get("openapi.json") { request, _ in try openAPI(request) }
        api.get("status") { request, _ in try await status(request) }
        api.get("quarantine") { request, _ in try await quarantine(request) }
        api.get("quarantine/:id") { request, context in try await quarantined(request, context) }
        api.post("quarantine/:id/retry") { request, context in try await retryQuarantined(request, context) }
        api.delete("quarantine/:id") { request, context in try await dropQuarantined(request, context) }
        api.get("set-aside") { request, _ in try await setAside(request) }
        api.post("set-aside/:position/retry") { request, context in try await retrySetAside(request, context) }
        api.get("findings") { request, _ in try await findings(request) }
        api.get("findings/:id") { request, context in try await finding(request, context) }
        api.post("explain") { request, _ in try await explain(request) }
        api.get("deliveries") { request, _ in try await deliveries(request) }
        api.get("deliveries/:id") { request, context in try await delivery(request, context) }
        api.post("deliveries/:id/retry") { request, context in try await retry(request, context) }
        api.post("deliveries/redrive") { request, context in try await redrive(request, context) }
        api.get("waiting") { request, _ in try await waiting(request) }
        api.get("destinations") { request, _ in try await destinations(request) }
        api.post("destinations/:name/pause") { request, context in try await pause(request, context) }
        api.post("destinations/:name/resume") { request, context in try await resume(request, context) }
        api.get("silences") { request, _ in try await silences(request) }
        api.post("silences") { request, context in try await addSilence(request, context) }
        api.get("silences/:id") { request, context in try await silence(request, context) }
        api.put("silences/:id") { request, context in try await editSilence(request, context) }
        api.delete("silences/:id") { request, context in try await expireSilence(request, context) }
        api.get("routes") { request, _ in try await activeRoutes(request) }
        api.post("routes/reload") { request, context in try await reload(request, context) }
        api.get("routes/versions") { request, _ in try await versions(request) }
        api.get("routes/versions/:version") { request, context in try await version(request, context) }
    }

    /// The parameter of the path, percent-encoding resolved.
    ///
    /// - Parameters:
    ///   - name: As in the route.
    ///   - context: Of the request.
    /// - Returns: Not empty.
    /// - Throws: The 404 answer when it is no UTF-8 text.
    func parameter(_ name: String, _ context: SurfaceContext) throws -> String {
        guard let text = PercentEncoding.decode(try context.parameters.require(name)), text.isEmpty == false,
            text.utf8.contains(0) == false
        else { throw Problem(.notFound, detail: "The \(name) in the path is no percent-encoded UTF-8 text.") }
        return text
    }

    /// The words under which an action of this caller is recorded: `api:token.siem`.
    func author(_ context: SurfaceContext) -> String { "api:\(context.caller?.name ?? Caller.loopback.name)" }
}
