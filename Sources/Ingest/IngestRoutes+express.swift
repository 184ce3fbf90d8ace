import Findings
import FoundationEssentials
package import HTTPSurface
package import HTTPTypes
import Store

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
        let reading = routes.read(arrival, from: caller)
        guard let request = reading.request else {
            deliver { try self.conclude(reading, .success(nil), log) }
            return true
        }
        routes.intake.accept(request) { written in
            deliver { try self.conclude(reading, written.map { $0 }, log) }
        }
        return true
    }

    private func conclude(
        _ reading: IngestRoutes.Reading,
        _ written: Result<Int64?, any Error>,
        _ log: RequestLog
    ) throws -> PlainAnswer {
        do {
            switch written {
            case .success(let position): return try routes.conclude(reading, position)
            case .failure(let error): throw routes.unwritten(error, log)
            }
        } catch {
            let problem = try routes.refusal(error, source: caller.name)
            return admission.firehose?.refused(problem, limit: routes.limit, at: routes.now()) ?? problem.answer
        }
    }
}
