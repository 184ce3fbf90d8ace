import FoundationEssentials
import Routing
import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Store

extension APIRoutes {
    /// Everything about the running service on one page.
    func status(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let health = roles.condition.health
        let totals = try await roles.evidence.totals()
        let active = try await roles.revisions.activeRevision()
        let lastReload = await roles.activation.lastReload()
        let destinations = try await operations.destinations.list()
        let silences = try await roles.silences.silenceCounts(now: now())
        return JSONAnswer([
            "version": .string(build.version),
            "startedAt": .string(build.startedAt.iso8601),
            "uptimeSeconds": .integer(max(0, Int(now().timeIntervalSince(build.startedAt)))),
            "draining": .bool(readiness.isDraining),
            "diskFull": .bool(health.trouble?.kind == .diskFull),
            "store": health.json,
            "work": roles.reports.json,
            "clock": [
                "steps": .integer(roles.clock.count),
                "lastStepSeconds": roles.clock.last.map { .integer(Int($0.seconds.rounded())) } ?? .null,
                "lastStepAt": JSONValue(roles.clock.last?.at.iso8601),
            ],
            "rules": ["active": active?.json ?? .null, "lastReload": lastReload?.json ?? .null],
            "totals": totals.json,
            "journal": [
                "appliedPosition": .integer(Int(totals.appliedPosition)),
                "lastPosition": .integer(Int(totals.lastPosition)),
            ],
            "quarantined": .integer(totals.quarantined),
            "quarantine": [
                "items": .integer(totals.quarantine.items), "bytes": .integer(totals.quarantine.bytes),
                "limitBytes": .integer(roles.quarantine.quarantineLimit),
                "dropped": .integer(totals.quarantine.dropped),
            ],
            "silences": .object(
                Silence.State.allCases.map { .init($0.rawValue, .integer(silences[$0] ?? 0)) }
            ),
            "destinations": .array(destinations.map(\.json)),
        ])
    }

    /// Whether requests should come here: the store takes what it is given, what was accepted goes its way, rules are in
    /// force, and the process is not going down.
    func readyz(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let checks: [(name: String, problem: String?)] = [
            ("store", await storeProblem()), ("applier", roles.reports.problem(of: .applier)),
            ("timers", roles.reports.problem(of: .timers)), ("outbox", roles.reports.problem(of: .outbox)),
            ("rules", roles.routes.table.version > 0 ? nil : "failed"),
            ("serving", readiness.isDraining ? "failed" : nil),
        ]
        let isReady = checks.allSatisfy { $0.problem == nil }
        let body: JSONValue = [
            "status": isReady ? "ok" : "unavailable",
            "checks": .object(checks.map { .init($0.name, .string($0.problem ?? "ok")) }),
        ]
        return JSONAnswer(body, status: isReady ? .ok : .serviceUnavailable)
    }

    private func storeProblem() async -> String? {
        if let problem = roles.condition.health.problem { return problem }
        do {
            _ = try await roles.revisions.activeRevision()
            return nil
        } catch let trouble as StoreTrouble {
            return "\(trouble)"
        } catch {
            return "failed"
        }
    }

    /// Prometheus text of what the process counted and of what the store holds.
    func scrape(_ request: Request) async throws -> Response {
        try QueryReader(request).finish()
        let told = await storeFamilies() + ProcessMetrics.families()
        // What the store says now is truer than what was counted on the way; a name may stand there only once.
        let names = Set(told.map(\.name))
        let families = told + metrics.families().filter { names.contains($0.name) == false }
        var headers = HTTPFields()
        headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
        let text = MetricFamily.text(families)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    func openAPI(_ request: Request) throws -> Response {
        try QueryReader(request).finish()
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: OpenAPIDocument.text))
        )
    }
}
