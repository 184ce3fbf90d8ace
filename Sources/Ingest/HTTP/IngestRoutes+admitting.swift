import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes

extension IngestRoutes {
    /// A request that was let in by its head.
    struct Admission: Sendable {
        /// `nil` when only the signature in the body can vouch for it.
        let caller: Caller?
        let limit: BodyLimit
        /// What the head says of itself.
        let firehose: FirehoseRequest?
        let requestID: String?
        /// What of the head is part of the content; nothing without a token, since no signature covers it.
        let head: CarriedHead?
        let room: BodyBudget.Room
        let begin: ContinuousClock.Instant
    }

    /// One request that has been read.
    struct Arrival: Sendable {
        let admission: Admission
        let body: ParsedBody
        var requestID: String?
        let receivedAt: Date
        let log: RequestLog

        init(_ admission: Admission, body: ParsedBody, receivedAt: Date, log: RequestLog) {
            self.admission = admission
            self.body = body
            self.receivedAt = receivedAt
            self.log = log
            requestID = admission.requestID
        }
    }

    /// A request without a token that nothing else can vouch for.
    struct Unauthenticated: Error {
        /// The token that it presents, when that is for something else than sending.
        var misused: Caller?
    }

    /// Whose token the request presents; `nil` when only the signature in its body can vouch for it.
    func caller(_ headers: HTTPFields) throws -> Caller? {
        try IngestRoutes.requireReadable(headers)
        let caller = credentials.caller(presenting: headers)
        if let caller, caller.may(.send) == false { throw Unauthenticated(misused: caller) }
        guard caller != nil || IngestRoutes.mayBeSigned(headers) else { throw Unauthenticated() }
        return caller
    }

    /// Lets a request in by its head.
    ///
    /// - Parameters:
    ///   - headers: Its head.
    ///   - caller: Whose token it presents; whoever presents none has a small share of the memory, in which a body that is
    ///     complete goes before one that is not.
    ///   - begin: When it came.
    ///   - displace: Ends the request when it has no token and its room is needed for another.
    /// - Returns: What is known of it, with room for its body.
    /// - Throws: ``Problem`` when it declares too much.
    func admit(
        _ headers: HTTPFields,
        _ caller: Caller?,
        at begin: ContinuousClock.Instant,
        displace: @escaping @Sendable () -> Void
    ) throws -> Admission {
        let limit = caller == nil ? BodyLimit(bytes: min(limit.bytes, IngestRoutes.strangersLimit)) : limit
        _ = try limit.declaredLength(headers)
        return Admission(
            caller: caller,
            limit: limit,
            firehose: FirehoseRequest(headers),
            requestID: IngestRoutes.requestID(headers, caller),
            head: caller == nil ? nil : CarriedHead(headers),
            room: caller == nil ? strangersBudget.room(displace: displace) : budget.room(),
            begin: begin
        )
    }

    /// Counts why a request was refused, and says it.
    ///
    /// - Throws: The error itself when it is none of those that a request can cause.
    func refusal(_ error: any Error, source: String) throws -> Problem {
        switch error {
        case let problem as Problem:
            switch problem.status {
            case .contentTooLarge: metrics.rejected(.tooLarge, source: source)
            case .serviceUnavailable: metrics.rejected(.unavailable, source: source)
            default: break
            }
            return problem
        case let refused as Unauthenticated:
            metrics.rejected(.unauthenticated, source: source)
            // Not 403, which EventBridge takes for final: what it brings would be lost to a wrong setting.
            return credentials.unauthorized(
                because: refused.misused.map { caller in
                    "'\(caller.name)' has the role \(caller.role?.rawValue ?? "") and may not \(Deed.send.words)"
                }
            )
        case is BodyBudget.Exhausted:
            metrics.rejected(.overloaded, source: source)
            // The rest of the body is not waited for.
            return Problem(
                .serviceUnavailable,
                detail: BodyBudget.Exhausted.detail,
                retryAfterSeconds: 1,
                headers: [.connection: "close"]
            )
        default: throw error
        }
    }
}
