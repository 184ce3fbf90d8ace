import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Sees to the requests of one connection: takes those of an ``ExpressRoute`` out and answers them in order, passes all
/// others on, and ends the connection when nothing has come for long, or when the server shuts down.
///
/// It stands where Hummingbird's HTTPConnectionStateHandler would, which could not count what is answered here.
final class ExpressLane: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// No request is under way.
        case idle
        /// Requests are with the router, the last of them perhaps still being read.
        case passing(unanswered: Int, isReading: Bool)
        case reading(ExpressTurn, body: ByteBuffer)
        /// What comes meanwhile is held back, for answers go out in the order of the requests.
        case answering(ExpressTurn)
    }

    /// What came in, in order.
    private enum Inbound {
        case part(HTTPServerRequestPart)
        case event(ChannelEvent)
        case error(any Error)
    }

    private let route: (any ExpressRoute)?
    private let gate: LoopbackGate?
    private let mailbox: LoopMailbox
    private let idleTimeout: TimeAmount
    private let logger: Logger
    private var state = State.idle
    private var held: [Inbound] = []
    private var owesRead = false
    private var closesWhenIdle = false
    private var lastActive = NIODeadline.now()
    private var idleWatch: Scheduled<Void>?

    /// - Parameters:
    ///   - route: Whose requests are answered here; `nil` passes all.
    ///   - gate: Whom it does not let in is left to the router, which refuses it.
    ///   - mailbox: Of the connection's event loop.
    ///   - idleTimeout: How long a connection may say nothing, in the middle of a request or between two.
    ///   - logger: Every request's log is made from it.
    init(
        _ route: (any ExpressRoute)?,
        gate: LoopbackGate?,
        mailbox: LoopMailbox,
        idleTimeout: TimeAmount,
        logger: Logger
    ) {
        self.route = route
        self.gate = gate
        self.mailbox = mailbox
        self.idleTimeout = idleTimeout
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) { watch(for: idleTimeout, context) }

    func handlerRemoved(context: ChannelHandlerContext) {
        idleWatch?.cancel()
        idleWatch = nil
        state = .idle
        held = []
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastActive = .now()
        var part = unwrapInboundIn(data)
        // HTTP/1.0 ends the connection unless told otherwise (RFC 9112 §9.3); whoever is further in looks for the word.
        if case .head(var head) = part, head.isKeepAlive == false {
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            part = .head(head)
        }
        take(.part(part), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { take(.error(error), context) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            closesWhenIdle = true
            closeIfDone(context)
        case let event as ChannelEvent: take(.event(event), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        guard held.isEmpty else { return owesRead = true }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .passing(let unanswered, let isReading) = state, case .end = unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        lastActive = .now()
        state =
            unanswered == 1 && isReading == false
            ? .idle : .passing(unanswered: unanswered - 1, isReading: isReading)
        if unanswered == 1, closesWhenIdle {
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        } else {
            context.write(data, promise: promise)
        }
    }

    private func take(_ inbound: Inbound, _ context: ChannelHandlerContext) {
        switch (state, inbound) {
        case (.answering, _): held.append(inbound)
        case (.idle, .part(.head(let head))):
            guard let route, let turn = ExpressTurn(head, route, gate, logger) else {
                state = .passing(unanswered: 1, isReading: true)
                return pass(inbound, context)
            }
            state = .reading(turn, body: ByteBuffer())
        case (.passing(let unanswered, _), .part(.head)):
            state = .passing(unanswered: unanswered + 1, isReading: true)
            pass(inbound, context)
        case (.passing(let unanswered, _), .part(.end)):
            state = unanswered == 0 ? .idle : .passing(unanswered: unanswered, isReading: false)
            pass(inbound, context)
        case (.reading(let turn, var body), .part(.body(var part))):
            // Let go of the body before it grows, or it would be copied.
            state = .idle
            if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
            state = .reading(turn, body: body)
        case (.reading(let turn, let body), .part(.end(nil))): answer(turn, body, context)
        case (.reading(let turn, let body), _): giveUp(turn, body, then: inbound, context)
        case (.idle, _), (.passing, _): pass(inbound, context)
        }
    }

    private func answer(_ turn: ExpressTurn, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        state = .answering(turn)
        let isTaken = turn.request.answer(Array(body.readableBytesView), log: turn.log) { [mailbox] answer in
            mailbox.put {
                let (lane, context) = bound.value
                lane.finish(answer, context)
            }
        }
        if isTaken == false { giveUp(turn, body, then: .part(.end(nil)), context) }
    }

    private func finish(_ answer: () throws -> PlainAnswer, _ context: ChannelHandlerContext) {
        // The connection may have ended meanwhile.
        guard case .answering(let turn) = state else { return }
        state = .idle
        lastActive = .now()
        turn.write(answer, context)
        while held.isEmpty == false {
            if case .answering = state { return }
            take(held.removeFirst(), context)
        }
        closeIfDone(context)
        guard owesRead else { return }
        owesRead = false
        context.read()
    }

    /// Leaves a request to the router that had been taken.
    private func giveUp(_ turn: ExpressTurn, _ body: ByteBuffer, then last: Inbound, _ context: ChannelHandlerContext) {
        state = .passing(unanswered: 1, isReading: true)
        pass(.part(.head(turn.head)), context)
        if body.readableBytes > 0 { pass(.part(.body(body)), context) }
        take(last, context)
        context.fireChannelReadComplete()
    }

    private func pass(_ inbound: Inbound, _ context: ChannelHandlerContext) {
        switch inbound {
        case .part(let part): context.fireChannelRead(wrapInboundOut(part))
        case .event(let event): context.fireUserInboundEventTriggered(event)
        case .error(let error): context.fireErrorCaught(error)
        }
    }

    /// Ends the connection of a server that shuts down, once every request has its answer.
    private func closeIfDone(_ context: ChannelHandlerContext) {
        switch state {
        case .idle, .passing(unanswered: 0, _): if closesWhenIdle { context.close(promise: nil) }
        default: break
        }
    }

    private func watch(for time: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        idleWatch = context.eventLoop.scheduleTask(in: time) {
            let (lane, context) = bound.value
            lane.closeIfSilent(context)
        }
    }

    private func closeIfSilent(_ context: ChannelHandlerContext) {
        let isBeingAnswered =
            switch state {
            case .answering, .passing(unanswered: 1..., isReading: false): true
            case .idle, .reading, .passing: false
            }
        let silence = NIODeadline.now() - lastActive
        if isBeingAnswered {
            watch(for: idleTimeout, context)
        } else if silence < idleTimeout {
            watch(for: idleTimeout - silence, context)
        } else {
            context.close(promise: nil)
        }
    }
}
