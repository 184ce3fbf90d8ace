import Findings
package import HTTPSurface
import HTTPTypes
package import Hummingbird
package import Operations

/// `/api/v1/…`, `/livez`, `/readyz` and `/metrics`: what operators and their tools ask of a running server.
///
/// `deploy/openapi.json` describes every route; a test compares the two.
package struct APIRoutes: Sendable {
    let operations: Operations
    let credentials: Credentials
    let metrics: PrometheusMetrics
    /// Filters and reasons are short; what is larger is not meant for these routes.
    let limit = BodyLimit(bytes: 65_536)

    /// - Parameters:
    ///   - operations: What the routes ask and do.
    ///   - credentials: The tokens that let a request in; `/livez` and `/readyz` ask for none.
    ///   - metrics: What `/metrics` shows beside the figures of the store.
    package init(operations: Operations, credentials: Credentials, metrics: PrometheusMetrics) {
        self.operations = operations
        self.credentials = credentials
        self.metrics = metrics
    }

    package func add(to router: Router<SurfaceContext>) {
        router.get("livez") { request, _ in
            try QueryReader(request).finish()
            return JSONAnswer(["status": "ok"])
        }
        router.get("readyz") { request, _ in try await readyz(request) }

        let guarded = router.group().add(middleware: Authentication(credentials, for: .read))
        guarded.get("metrics") { request, _ in try await scrape(request) }

        let (reads, edits) = (group(of: .read, router), group(of: .edit, router))
        addReads(to: reads)
        addResponses(to: group(of: .respond, router))
        edits.post("routes/reload") { request, context in try await reload(request, context) }
        addDrafts(reads: reads, edits: edits)
        addPublishing(reads: reads, edits: edits)
        addShadow(reads: reads, edits: edits)
    }

    private func group(of deed: Deed, _ router: Router<SurfaceContext>) -> RouterGroup<SurfaceContext> {
        router.group("api/v1").add(middleware: Authentication(credentials, for: deed)).add(middleware: Refusals())
    }

    private func addReads(to api: RouterGroup<SurfaceContext>) {
        api.get("openapi.json") { request, _ in try openAPI(request) }
        api.get("status") { request, _ in try await status(request) }
        api.get("quarantine") { request, _ in try await quarantine(request) }
        api.get("quarantine/:id") { request, context in try await quarantined(request, context) }
        api.get("set-aside") { request, _ in try await setAside(request) }
        api.get("findings") { request, _ in try await findings(request) }
        api.get("findings/:id") { request, context in try await finding(request, context) }
        api.get("findings/:id/why-not") { request, context in try await whyNot(request, context) }
        api.post("explain") { request, _ in try await explain(request) }
        api.get("deliveries") { request, _ in try await deliveries(request) }
        api.get("deliveries/:id") { request, context in try await delivery(request, context) }
        api.get("waiting") { request, _ in try await waiting(request) }
        api.get("destinations") { request, _ in try await destinations(request) }
        // A preview sends nothing.
        api.post("destinations/:name/preview") { request, context in
            try await preview(destination: context, request)
        }
        api.get("silences") { request, _ in try await silences(request) }
        api.get("silences/:id") { request, context in try await silence(request, context) }
        // A replay only reads, and whoever may read may ask.
        api.post("replays") { request, context in try await addReplay(request, context) }
        api.get("replays") { request, _ in try await replays(request) }
        api.get("replays/:id") { request, context in try await replay(request, context) }
        api.delete("replays/:id") { request, context in try await cancelReplay(request, context) }
        api.get("replays/:id/findings") { request, context in try await replayFindings(request, context) }
        api.get("coverage") { request, context in try await coverage(request, context) }
        api.get("routes/lint") { request, context in try await lint(request, context) }
        api.get("stream") { request, context in try await stream(request, context) }
        // Whoever may read ends their own sessions; the operation looks whose it is.
        api.get("sessions") { request, _ in try await sessions(request) }
        api.delete("sessions") { request, context in try await endSessions(request, context) }
        api.delete("sessions/:id") { request, context in try await endSession(request, context) }
        api.get("nodes") { request, _ in try await nodes(request) }
        api.get("sources") { request, _ in try sources(request) }
        api.get("stats") { request, _ in try await stats(request) }
        api.get("stats/open") { request, _ in try await openAccounts(request) }
        api.get("rules/counts") { request, _ in try await ruleCounts(request) }
        api.get("routes") { request, _ in try await activeRoutes(request) }
        api.get("routes/versions") { request, _ in try await versions(request) }
        api.get("routes/versions/:version") { request, context in try await version(request, context) }
        api.get("routes/versions/:version/text") { request, context in
            try await text(ofVersion: request, context)
        }
    }

    private func addResponses(to api: RouterGroup<SurfaceContext>) {
        api.post("quarantine/:id/retry") { request, context in try await retryQuarantined(request, context) }
        api.delete("quarantine/:id") { request, context in try await dropQuarantined(request, context) }
        api.post("set-aside/:position/retry") { request, context in try await retrySetAside(request, context) }
        api.post("deliveries/:id/retry") { request, context in try await retry(request, context) }
        api.post("deliveries/redrive") { request, context in try await redrive(request, context) }
        api.post("destinations/:name/pause") { request, context in try await pause(request, context) }
        api.post("destinations/:name/resume") { request, context in try await resume(request, context) }
        api.post("destinations/:name/test") { request, context in try await test(request, context) }
        api.post("silences") { request, context in try await addSilence(request, context) }
        api.put("silences/:id") { request, context in try await editSilence(request, context) }
        api.delete("silences/:id") { request, context in try await expireSilence(request, context) }
    }

    /// The parameter of the path, percent-encoding resolved.
    ///
    /// - Parameters:
    ///   - name: As in the route.
    ///   - context: Of the request.
    /// - Returns: Not empty.
    /// - Throws: The 404 answer when it is no UTF-8 text.
    func parameter(_ name: String, _ context: SurfaceContext) throws -> String {
        guard let text = try context.parameters.require(name).percentDecoded(), text.isEmpty == false,
            text.utf8.contains(0) == false
        else { throw Problem(.notFound, detail: "The \(name) in the path is not percent-encoded UTF-8 text.") }
        return text
    }

    /// The caller, as its actions are recorded and logged.
    func author(_ context: SurfaceContext) -> Author {
        Author(
            .api,
            context.caller?.name ?? Caller.loopback.name,
            requestID: context.requestID,
            logger: context.logger
        )
    }
}
