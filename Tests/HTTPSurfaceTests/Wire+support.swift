import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import HTTPSurface

/// A connection with an ``ExpressLane``, whose bytes, readings and time a test moves one by one.
///
/// Bytes arrive only when they were asked for, as from a socket, and the router hears of parts only at the end of a reading,
/// as from a task that waits for them.
final class Wire {
    let loop = EmbeddedEventLoop()
    let channel: EmbeddedChannel
    let router = StandInRouter()
    let connections: OpenConnections
    private let socket = Socket()

    /// - Parameters:
    ///   - route: Whose requests the lane answers; `nil` leaves all to the router.
    ///   - limits: What the connection may take.
    ///   - connections: Those of the server.
    /// - Throws: When the pipeline cannot be built.
    init(
        _ route: (any ExpressRoute)?,
        limits: ConnectionLimits = ConnectionLimits(connections: 100),
        connections: OpenConnections? = nil
    ) throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        self.connections = connections ?? OpenConnections(limit: limits.connections, logger: logger)
        channel = EmbeddedChannel(loop: loop)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(socket)
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        try pipeline.addHandler(
            ExpressLane(
                route,
                gate: nil,
                mailbox: LoopMailbox(loop),
                limits: limits,
                connections: self.connections,
                logger: logger
            )
        )
        try pipeline.addHandler(router)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.read()
    }

    /// Whether bytes would be taken from the socket.
    var wantsBytes: Bool { socket.wantsBytes }
    var isOpen: Bool { channel.isActive }

    /// Everything that was sent so far.
    func sent() throws -> String {
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { socket.sent.writeImmutableBuffer(bytes) }
        return String(buffer: socket.sent)
    }

    /// Gives bytes to the connection, which has asked for them.
    func receive(_ bytes: some Sequence<UInt8>) {
        socket.wantsBytes = false
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
        if isOpen { channel.read() }
    }

    /// The client ends its side.
    func endInput() {
        socket.wantsBytes = false
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        channel.pipeline.fireChannelReadComplete()
    }

    /// Runs what is due on the event loop.
    func run() { loop.run() }

    func advance(by seconds: Int64) { loop.advanceTime(by: .seconds(seconds)) }

    /// The client reads its answers, or no longer does.
    func setReads(_ reads: Bool) {
        channel.isWritable = reads
        channel.pipeline.fireChannelWritabilityChanged()
    }

    private final class Socket: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        var wantsBytes = false
        var sent = ByteBuffer()

        func read(context: ChannelHandlerContext) { wantsBytes = true }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            // An embedded channel knows no half closure.
            if mode == .all { return context.close(mode: mode, promise: promise) }
            promise?.succeed()
        }
    }
}

/// Answers requests in their order, one whenever a test says so, as Hummingbird's task of a connection would.
final class StandInRouter: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Arrival {
        case part(HTTPServerRequestPart)
        case inputClosed
        case failed
    }

    private var unread: [Arrival] = []
    private var arrivals: [Arrival] = []
    private var request: (head: HTTPRequestHead, body: ByteBuffer)?
    private var isOver = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { unread.append(.part(unwrapInboundIn(data))) }

    func channelReadComplete(context: ChannelHandlerContext) { deliver() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        deliver()
        arrivals.append(.failed)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return }
        deliver()
        arrivals.append(.inputClosed)
    }

    private func deliver() {
        arrivals += unread
        unread = []
    }

    /// Goes on until one request is answered or nothing more is here; returns whether anything happened.
    func step() -> Bool {
        guard isOver == false, arrivals.isEmpty == false else { return false }
        while isOver == false, arrivals.isEmpty == false {
            switch arrivals.removeFirst() {
            case .part(.head(let head)): request = (head, ByteBuffer())
            case .part(.body(var part)): request?.body.writeBuffer(&part)
            case .part(.end):
                guard let (head, body) = request else { break }
                request = nil
                answer(head, body)
                return true
            case .failed:
                write(.badRequest, "", isLast: true)
                finish()
            case .inputClosed:
                if request != nil { write(.badRequest, "cut short", isLast: false) }
                isOver = true
                context?.close(promise: nil)
            }
        }
        return true
    }

    private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer) {
        let isLast = head.headers["Connection"].contains("close")
        let text = String(buffer: body)
        switch (head.uri, text) {
        case ("/lane", "problem"): write(.conflict, "", isLast: isLast)
        case ("/lane", "trouble"): write(.internalServerError, "", isLast: isLast)
        case ("/lane", _), ("/other", _): write(.ok, text, isLast: isLast)
        default: write(.notFound, "", isLast: isLast)
        }
        if isLast { finish() }
    }

    private func write(_ status: HTTPResponseStatus, _ body: String, isLast: Bool) {
        guard let context else { return }
        var headers: HTTPHeaders = ["Content-Length": String(body.utf8.count)]
        if isLast { headers.add(name: "Connection", value: "close") }
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
            promise: nil
        )
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func finish() {
        isOver = true
        context?.close(mode: .output, promise: nil)
    }
}
