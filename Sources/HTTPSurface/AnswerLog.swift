import HTTPTypes
import Logging

/// The one line per request at debug level, without query values, headers or bodies.
struct AnswerLog: Sendable {
    private let started: ContinuousClock.Instant

    /// `nil` when nobody would read the line.
    static func begin(_ logger: Logger) -> AnswerLog? {
        logger.logLevel <= .debug ? AnswerLog(started: .now) : nil
    }

    func write(
        _ method: HTTPRequest.Method,
        path: String,
        _ status: HTTPResponse.Status,
        peer: String?,
        _ logger: Logger
    ) {
        let microseconds = (ContinuousClock.now - started) / .microseconds(1)
        logger.debug(
            "request answered",
            metadata: [
                "method": .string(method.rawValue),
                "path": .string(RequestIdentity.printable(path, limit: 256)),
                "status": .stringConvertible(status.code),
                "microseconds": .stringConvertible(Int(microseconds)),
                "peer": .string(peer ?? ""),
            ]
        )
    }
}
