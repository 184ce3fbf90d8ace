import Findings
import FoundationEssentials
package import HTTPSurface
package import HTTPTypes

extension IngestRoutes: ExpressRoute {
    package var path: String { "/v1/events" }

    package func admit(_ headers: HTTPFields) -> (any ExpressRequest)? {
        guard headers[.snsMessageType] == nil else { return nil }
        do {
            // Without a token there is a signature to be verified, which may take a request to SNS.
            guard let caller = try caller(headers) else { return nil }
            return ExpressIngest(routes: self, admission: try admit(headers, caller, at: .now) {}, caller: caller)
        } catch {
            // The router finds the same reason, counts it and says it.
            return nil
        }
    }
}

/// A request on its way to the journal without a task of its own.
private final class ExpressIngest: ExpressRequest {
    let routes: IngestRoutes
    let admission: IngestRoutes.Admission
    let caller: Caller

    init(routes: IngestRoutes, admission: IngestRoutes.Admission, caller: Caller) {
        self.routes = routes
        self.admission = admission
        self.caller = caller
    }

    func receives(_ bytes: Int) -> Bool {
        do {
            try admission.room.grow(to: bytes)
            return true
        } catch {
            // The router finds the same reason, counts it and says it.
            return false
        }
    }

    func answer(
        _ body: [UInt8],
        log: RequestLog,
        deliver: @escaping @Sendable (_ answer: @escaping @Sendable () throws -> PlainAnswer) -> Void
    ) -> Bool {
        let body = ParsedBody(admission.head?.applied(to: body) ?? body)
        guard body.snsEnvelope == nil else { return false }
        let arrival = IngestRoutes.Arrival(admission, body: body, receivedAt: routes.now(), log: log)
        routes.receiver.take(routes.submission(arrival, from: caller)) { [routes] taken in
            deliver { routes.answer(arrival, taken) }
        }
        return true
    }
}
