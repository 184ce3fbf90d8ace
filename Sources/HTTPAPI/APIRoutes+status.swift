import Findings
import FoundationEssentials
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
        let process = await operations.status.process()
        let ledger = try await operations.status.ledger()
        return JSONAnswer(.object(process.members + ledger.members(lastReload: process.lastReload)))
    }

    /// Whether requests should come here.
    func readyz(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let checks = await operations.status.checks()
        let isReady = checks.allSatisfy { $0.problem == nil }
        let body: JSONValue = [
            "status": isReady ? "ok" : "unavailable",
            "checks": .object(checks.map { .init($0.name, .string($0.problem ?? "ok")) }),
            "node": .string(readiness(of: operations.nodes.standing)),
            "sources": .object(operations.status.sourceStates().map { .init($0.name, .string(readiness(of: $0))) }),
        ]
        return JSONAnswer(body, status: isReady ? .ok : .serviceUnavailable)
    }

    /// How a source is, for anybody: requests may come here although it fails. What AWS says of it names accounts and roles,
    /// and is told to those who may read.
    private func readiness(of source: SourceState) -> String {
        guard let failure = source.failure else { return source.phase == .held ? "held" : "ok" }
        let seconds = max(0, Int(operations.status.now().timeIntervalSince(failure.since)))
        return "failing for \(seconds) s: \(failure.kind.words)"
    }

    /// What the node does beside others. Requests may come here although it decides nothing.
    private func readiness(of node: ThisNode.Standing) -> String {
        let part = node.leads ? "leads" : "follows"
        guard node.isClockOff else { return part }
        let seconds = MetricFamily.number((abs(node.clockSkew) * 10).rounded() / 10)
        return """
            \(part); its clock is \(seconds) s \(node.clockSkew > 0 ? "behind" : "ahead of") the database's: it accepts, and \
            leaves leading and sending to nodes whose clocks are right
            """
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
