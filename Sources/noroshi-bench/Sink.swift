import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A local receiver that answers `ok` to every POST and remembers when the requests came.
final class Sink: Sendable {
    private let channel: any Channel
    let port: Int
    let record: Record

    /// What came in.
    final class Record: Sendable {
        private let state = Mutex(State())

        struct State {
            var count = 0
            /// When the first one came, in nanoseconds of the monotonic clock.
            var firstAt: UInt64?
            /// Arrival (nanoseconds of the monotonic clock) by the bench id in the body.
            var arrivals: [Int: UInt64] = [:]
        }

        let keepsArrivals: Bool

        init(keepsArrivals: Bool) { self.keepsArrivals = keepsArrivals }

        var count: Int { state.withLock { $0.count } }
        var arrivals: [Int: UInt64] { state.withLock { $0.arrivals } }
        var firstAt: UInt64? { state.withLock { $0.firstAt } }

        func add(_ body: ByteBuffer) {
            let id = keepsArrivals ? BenchEvents.id(in: body.readableBytesView) : nil
            let now = NIODeadline.now().uptimeNanoseconds
            state.withLock { state in
                state.count += 1
                if state.firstAt == nil { state.firstAt = now }
                if let id, state.arrivals[id] == nil { state.arrivals[id] = now }
            }
        }
    }

    init(keepsArrivals: Bool = false) async throws {
        let record = Record(keepsArrivals: keepsArrivals)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(SinkHandler(record: record))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw BenchFailure("the sink has no port") }
        self.channel = channel
        self.port = port
        self.record = record
    }

    func close() async throws { try await channel.close() }
}

private final class SinkHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let record: Sink.Record
    private var body = ByteBuffer()
    private var keepAlive = true

    init(record: Sink.Record) { self.record = record }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            body.clear()
            keepAlive = head.isKeepAlive
        case .body(var part): body.writeBuffer(&part)
        case .end:
            record.add(body)
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "2"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "ok")))), promise: nil)
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            let future = context.writeAndFlush(wrapOutboundOut(.end(nil)))
            if keepAlive == false { future.whenComplete { _ in bound.value.close(promise: nil) } }
        }
    }
}
