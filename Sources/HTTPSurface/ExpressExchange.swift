import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// One request and its answer in an ``ExpressLane``.
final class ExpressExchange {
    /// Larger bodies are worth a task, and would keep other connections of the event loop waiting.
    static let bodyLimit = 65_536

    let head: HTTPRequestHead
    let request: any ExpressRequest
    let log: RequestLog
    private let requestID: String
    private let begin: AnswerLog?

    /// `nil` for whatever has more than one reading: only a declared length will do, and nothing asked of the connection.
    init?(_ head: HTTPRequestHead, _ route: any ExpressRoute, _ gate: LoopbackGate?, _ logger: Logger) {
        guard head.method == .POST, head.uri == route.path, head.version == .http1_1 else { return nil }
        // As the codec before the router makes them.
        let fields = HTTPFields(head.headers, splitCookie: false)
        guard let length = fields[.contentLength].flatMap({ Int($0) }),
            (0...ExpressExchange.bodyLimit).contains(length),
            fields[.transferEncoding] == nil, fields[.expect] == nil, fields[.upgrade] == nil,
            fields[.connection] == nil || fields[.connection]?.lowercased() == "keep-alive",
            gate?.refusal(host: head.headers.first(name: "Host"), headers: fields) == nil,
            let admitted = route.admit(fields)
        else { return nil }
        self.head = head
        request = admitted
        requestID = RequestIdentity.of(fields)
        log = RequestLog(logger, requestID: requestID)
        begin = AnswerLog.begin(logger)
    }

    /// Writes the answer as ``SurfaceResponder`` and the server's encoder would.
    ///
    /// - Returns: Whether it is the last of the connection.
    func write(_ make: () throws -> PlainAnswer, _ context: ChannelHandlerContext) -> Bool {
        let answer: PlainAnswer
        do {
            answer = try make()
        } catch let problem as Problem {
            answer = problem.answer
        } catch {
            answer = SurfaceResponder.failure(error, path: head.uri, requestID: requestID, log.logger).answer
        }
        let isLast = ExpressWriter.write(answer, requestID: requestID, context)
        begin?.write(.post, path: head.uri, answer.status, peer: context.remoteAddress?.ipAddress, log.logger)
        return isLast
    }
}
