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
