import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Sees to the requests of one connection: takes those of an ``ExpressRoute`` out and answers them in order, passes all
/// others on, and ends the connection when its client takes too long for anything, or when the server shuts down.
///
/// It stands where Hummingbird's HTTPConnectionStateHandler would, which could not count what is answered here.
final class ExpressLane: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    enum State {
        /// No request is under way.
        case idle
        /// Requests are with the router, the last of them perhaps still being read.
        case passing(unanswered: Int, isReading: Bool)
        case reading(ExpressExchange, body: ByteBuffer)
        /// What comes meanwhile is held back, for answers go out in the order of the requests.
        case answering(ExpressExchange)
        /// The last answer is out; whatever still comes is dropped until the connection is closed.
        case ended
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
    let limits: ConnectionLimits
    let connections: OpenConnections
    private let logger: Logger
    private(set) var state = State.idle {
        didSet { connection?.setBusy(isBeingAnswered) }
    }
    private var held = CircularBuffer<Inbound>()
    private var owesRead = false
    /// Whether something was passed on whose reader has not been told that it is all for now.
    private var owesReadComplete = false
    /// Whether the head of an answer of the router is out, and its end is not.
    private var isWriting = false
    /// Whether the answer that is being written says that it is the last.
    private var isLast = false
    private(set) var closesWhenIdle = false
    private(set) var lastActive = NIODeadline.uptimeNanoseconds(0)
    /// Since when the client has left so much unread that nothing more is written.
    private(set) var unreadSince: NIODeadline?
    /// When the body that is being read began, and how much of it is here.
    private(set) var body = (begin: NIODeadline.uptimeNanoseconds(0), bytes: 0)
    var connection: OpenConnections.Connection?
    var idleWatch: Scheduled<Void>?
    var bodyWatch: Scheduled<Void>?

    /// - Parameters:
    ///   - route: Whose requests are answered here; `nil` passes all.
    ///   - gate: Whom it does not let in is left to the router, which refuses it.
    ///   - mailbox: Of the connection's event loop.
    ///   - limits: What the connection may take.
    ///   - connections: Those of the server.
    ///   - logger: Every request's log is made from it.
    init(
        _ route: (any ExpressRoute)?,
        gate: LoopbackGate?,
        mailbox: LoopMailbox,
        limits: ConnectionLimits,
        connections: OpenConnections,
        logger: Logger
    ) {
        self.route = route
        self.gate = gate
        self.mailbox = mailbox
        self.limits = limits
        self.connections = connections
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        lastActive = context.eventLoop.now
        enter(context)
        watchSilence(for: limits.idle, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
        state = .idle
        held.removeAll()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isEnded { return }
        lastActive = context.eventLoop.now
        connection?.touch(lastActive)
        var part = unwrapInboundIn(data)
        if case .head(var head) = part {
            RequestHost.unite(&head)
            // HTTP/1.0 ends the connection unless told otherwise (RFC 9112 §9.3); whoever is further in looks for the word.
            if head.isKeepAlive == false { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            part = .head(head)
        }
        take(.part(part), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        owesReadComplete = false
        context.fireChannelReadComplete()
        switch state {
        case .reading, .passing(_, isReading: true): watchBody(context)
        // Nobody further in asks for more.
        case .ended: context.read()
        case .idle, .passing, .answering: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { take(.error(error), context) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            closesWhenIdle = true
            closeIfDone(context)
            watchDrain(context)
        case let event as ChannelEvent: take(.event(event), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        // A client that reads no answers sends no more requests.
        guard held.isEmpty, context.channel.isWritable else { return owesRead = true }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unreadSince = context.channel.isWritable ? nil : context.eventLoop.now
        payRead(context)
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isEnded {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        guard case .passing(let unanswered, let isReading) = state else { return context.write(data, promise: promise) }
        switch unwrapOutboundIn(data) {
        // An interim answer, such as 100 Continue, has no end (RFC 9110 §15.2).
        case .head(let head):
            isWriting = head.status.code >= 200
            isLast = head.headers["Connection"].contains { $0.lowercased() == "close" }
        case .body: break
        case .end: return writeEnd(data, unanswered, isReading, promise, context)
        }
        context.write(data, promise: promise)
    }

    private func writeEnd(
        _ data: NIOAny,
        _ unanswered: Int,
        _ isReading: Bool,
        _ promise: EventLoopPromise<Void>?,
        _ context: ChannelHandlerContext
    ) {
        lastActive = context.eventLoop.now
        connection?.touch(lastActive)
        isWriting = false
        // Until now the sender of the next request may have waited for us.
        if isReading { body.begin = lastActive }
        state =
            unanswered == 1 && isReading == false
            ? .idle : .passing(unanswered: unanswered - 1, isReading: isReading)
        if isLast {
            context.writeAndFlush(data, promise: promise)
            return endOutput(context, nil)
        }
        guard unanswered == 1, closesWhenIdle else { return context.write(data, promise: promise) }
        let sent = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        context.writeAndFlush(data, promise: sent)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output, isEnded == false {
            endOutput(context, promise)
        } else {
            context.close(mode: mode, promise: promise)
        }
    }

    /// Ends a connection whose client takes too long, with an answer where one is still due and can be understood.
    func end(_ ending: OpenConnections.Ending, _ context: ChannelHandlerContext) {
        connections.countEnding(ending)
        let isDue =
            switch state {
            case .reading: true
            case .passing(unanswered: 1, isReading: true): isWriting == false
            case .idle, .passing, .answering, .ended: false
            }
        guard ending == .slow, isDue else { return context.close(promise: nil) }
        let problem = Problem(
            .requestTimeout,
            detail: """
                The body came too slowly: it may take \(limits.bodyGrace.nanoseconds / 1_000_000_000) s, and longer only while \
                it brings \(limits.bodyRate) bytes a second. Send the request again.
                """,
            headers: [.connection: "close"]
        )
        ExpressWriter.write(problem.answer, requestID: RequestIdentity.of([:]), context)
        endOutput(context, nil)
    }

    private func take(_ inbound: Inbound, _ context: ChannelHandlerContext) {
        switch (state, inbound) {
        case (.ended, .part): break
        case (.answering, _): held.append(inbound)
        case (.idle, .part(.head(let head))):
            beginBody(context)
            guard let route, let exchange = ExpressExchange(head, route, gate, logger) else {
                state = .passing(unanswered: 1, isReading: true)
                return pass(inbound, context)
            }
            state = .reading(exchange, body: ByteBuffer())
        case (.passing(let unanswered, _), .part(.head)):
            beginBody(context)
            state = .passing(unanswered: unanswered + 1, isReading: true)
            pass(inbound, context)
        case (.passing(let unanswered, _), .part(.end)):
            state = unanswered == 0 ? .idle : .passing(unanswered: unanswered, isReading: false)
            pass(inbound, context)
        case (.reading(let exchange, var body), .part(.body(var part))):
            self.body.bytes += part.readableBytes
            // Let go of the body before it grows, or it would be copied.
            state = .idle
            if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
            state = .reading(exchange, body: body)
            if exchange.request.receives(body.readableBytes) == false { giveUp(exchange, body, then: nil, context) }
        case (.reading(let exchange, let body), .part(.end(nil))): answer(exchange, body, context)
        case (.reading(let exchange, let body), _): giveUp(exchange, body, then: inbound, context)
        case (.passing, .part(.body(let part))):
            body.bytes += part.readableBytes
            pass(inbound, context)
        case (.idle, _), (.passing, _), (.ended, _): pass(inbound, context)
        }
    }

    private var isEnded: Bool {
        if case .ended = state { true } else { false }
    }

    private func beginBody(_ context: ChannelHandlerContext) { body = (begin: context.eventLoop.now, bytes: 0) }

    private func answer(_ exchange: ExpressExchange, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        state = .answering(exchange)
        let isTaken = exchange.request.answer(Array(body.readableBytesView), log: exchange.log) { [mailbox] answer in
            mailbox.put {
                let (lane, context) = bound.value
                lane.finish(answer, context)
            }
        }
        if isTaken == false { giveUp(exchange, body, then: .part(.end(nil)), context) }
    }

    private func finish(_ answer: () throws -> PlainAnswer, _ context: ChannelHandlerContext) {
        // The connection may have ended meanwhile.
        guard case .answering(let exchange) = state else { return }
        state = .idle
        lastActive = context.eventLoop.now
        connection?.touch(lastActive)
        if exchange.write(answer, context) { endOutput(context, nil) }
        while held.isEmpty == false {
            if case .answering = state { break }
            take(held.removeFirst(), context)
        }
        // What was held back came in another reading, whose end has long been told.
        if owesReadComplete { channelReadComplete(context: context) }
        if case .reading = state { watchBody(context) }
        closeIfDone(context)
        payRead(context)
    }

    private func payRead(_ context: ChannelHandlerContext) {
        guard owesRead, held.isEmpty, context.channel.isWritable else { return }
        owesRead = false
        context.read()
    }

    /// Leaves a request to the router that had been taken.
    private func giveUp(
        _ exchange: ExpressExchange,
        _ body: ByteBuffer,
        then last: Inbound?,
        _ context: ChannelHandlerContext
    ) {
        state = .passing(unanswered: 1, isReading: true)
        pass(.part(.head(exchange.head)), context)
        if body.readableBytes > 0 { pass(.part(.body(body)), context) }
        if let last { take(last, context) }
    }

    private func pass(_ inbound: Inbound, _ context: ChannelHandlerContext) {
        owesReadComplete = true
        switch inbound {
        case .part(let part): context.fireChannelRead(wrapInboundOut(part))
        case .event(let event): context.fireUserInboundEventTriggered(event)
        case .error(let error): context.fireErrorCaught(error)
        }
    }

    /// Ends our side once everything is written, and the connection soon after, when its client has had time to read: whether
    /// the client ever ends its own side must not matter.
    private func endOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        state = .ended
        held.removeAll()
        let closed = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        closed.futureResult.whenComplete { [limits] _ in
            let context = bound.value
            context.eventLoop.scheduleTask(in: limits.linger) { bound.value.close(promise: nil) }
        }
        context.close(mode: .output, promise: closed)
        context.read()
    }

    /// Ends the connection of a server that shuts down, once every request has its answer.
    private func closeIfDone(_ context: ChannelHandlerContext) {
        switch state {
        case .idle, .passing(unanswered: 0, _): if closesWhenIdle { context.close(promise: nil) }
        case .passing, .reading, .answering, .ended: break
        }
    }
}
