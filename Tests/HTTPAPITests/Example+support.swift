import HTTPAPI
import HTTPSurface
import Hummingbird
import NoroshiTestSupport
import Operations

extension Example {
    /// The server over the roles, as it stands behind a port.
    static func app(
        _ roles: FakeRoles,
        credentials: Credentials = .none,
        readiness: Readiness = Readiness(),
        metrics: PrometheusMetrics = PrometheusMetrics()
    ) throws -> some ApplicationProtocol {
        Application(
            responder: SurfaceResponder(
                try router(roles, credentials: credentials, readiness: readiness, metrics: metrics)
            )
        )
    }

    /// The server over operations that a test holds as well.
    static func app(_ operations: Operations) -> some ApplicationProtocol {
        let router = SurfaceResponder.router()
        APIRoutes(operations: operations, credentials: .none, metrics: PrometheusMetrics()).add(to: router)
        return Application(responder: SurfaceResponder(router))
    }

    static func router(
        _ roles: FakeRoles,
        credentials: Credentials = .none,
        readiness: Readiness = Readiness(),
        metrics: PrometheusMetrics = PrometheusMetrics()
    ) throws -> Router<SurfaceContext> {
        let router = SurfaceResponder.router()
        APIRoutes(
            operations: try Example.operations(roles, readiness: readiness),
            credentials: credentials,
            metrics: metrics
        ).add(to: router)
        return router
    }
}
