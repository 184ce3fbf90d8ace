import NIOCore
import NIOHTTP1
import NIOPosix

/// Posts bodies over a fixed number of keep-alive connections on one event loop, each connection one request at a time.
struct LoadClient {
    let host: String
    let port: Int
    let path: String
    var method = HTTPMethod.POST
    var headers: [(String, String)] = [("content-type", "application/json")]

    /// What a load did. Times are in nanoseconds of a monotonic clock.
    struct Result: Sendable {
        var seconds: Double
        /// How many answers had each status.
        var statuses: [Int: Int]
        /// From the first byte written to the last byte of the answer, sorted.
        var latencies: [Int64]
        /// The body of the answer that came last.
        var lastBody: String

        var perSecond: Double { Double(latencies.count) / seconds }

        /// The latency in milliseconds that this share (0...1) of the requests did not exceed.
        func milliseconds(at share: Double) -> Double {
            guard latencies.isEmpty == false else { return 0 }
            let index = min(latencies.count - 1, Int(share * Double(latencies.count)))
            return Double(latencies[index]) / 1_000_000
        }
    }

    /// Posts every body once and returns when all are answered.
    ///
    /// - Parameters:
    ///   - bodies: Taken in order by whichever connection is free.
    ///   - connections: 1 or more.
    ///   - pace: The moment (nanoseconds after the start) at which the body of this index may be sent at the earliest.
    /// - Returns: How long it took and what was answered.
    /// - Throws: When a connection cannot be made.
    func post(
        _ bodies: [ByteBuffer],
        connections: Int,
        pace: (@Sendable (Int) -> Int64)? = nil
    ) async throws -> Result {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let work = LoadWork(bodies: bodies, pace: pace)
        var channels: [any Channel] = []
        for _ in 0..<connections {
            let channel = try await ClientBootstrap(group: loop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(LoadHandler(client: self, work: work))
                    }
                }
                .connect(host: host, port: port).get()
            channels.append(channel)
        }
        let started = NIODeadline.now()
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(LoadStart(started: started))
        }
        for channel in channels { try await channel.closeFuture.get() }
        let ended = NIODeadline.now()
        let (statuses, latencies, lastBody) = try await loop.submit {
            (work.statuses, work.latencies.sorted(), String(buffer: work.lastBody))
        }.get()
        return Result(
            seconds: Double((ended - started).nanoseconds) / 1_000_000_000,
            statuses: statuses,
            latencies: latencies,
            lastBody: lastBody
        )
    }
}

/// Tells the connections to begin.
struct LoadStart: Sendable {
    let started: NIODeadline
}

/// What is left to post and what was answered.
///
/// `@unchecked` because every access after `init` happens on the one event loop of the load.
final class LoadWork: @unchecked Sendable {
    let bodies: [ByteBuffer]
    let pace: (@Sendable (Int) -> Int64)?
    var next = 0
    var statuses: [Int: Int] = [:]
    var latencies: [Int64] = []
    var lastBody = ByteBuffer()

    init(bodies: [ByteBuffer], pace: (@Sendable (Int) -> Int64)?) {
        self.bodies = bodies
        self.pace = pace
        latencies.reserveCapacity(bodies.count)
    }
}

/// One connection of a load.
private final class LoadHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let client: LoadClient
    private let work: LoadWork
    private var sentAt = NIODeadline.now()
    private var started = NIODeadline.now()

    init(client: LoadClient, work: LoadWork) {
        self.client = client
        self.work = work
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let start = event as? LoadStart else { return context.fireUserInboundEventTriggered(event) }
        started = start.started
        sendNext(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            work.statuses[Int(head.status.code), default: 0] += 1
            work.lastBody.clear()
        case .body(var part): work.lastBody.writeBuffer(&part)
        case .end:
            work.latencies.append((NIODeadline.now() - sentAt).nanoseconds)
            sendNext(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        work.statuses[0, default: 0] += 1
        context.close(promise: nil)
    }

    private func sendNext(_ context: ChannelHandlerContext) {
        guard work.next < work.bodies.count else { return context.close(promise: nil) }
        let index = work.next
        work.next += 1
        guard let pace = work.pace else { return send(index, context) }
        let due = started + .nanoseconds(pace(index))
        guard due > NIODeadline.now() else { return send(index, context) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: due) { handler.value.send(index, bound.value) }
    }

    private func send(_ index: Int, _ context: ChannelHandlerContext) {
        let body = work.bodies[index]
        var head = HTTPRequestHead(version: .http1_1, method: client.method, uri: client.path)
        head.headers.add(name: "host", value: "\(client.host):\(client.port)")
        head.headers.add(name: "content-length", value: String(body.readableBytes))
        for (name, value) in client.headers { head.headers.add(name: name, value: value) }
        sentAt = NIODeadline.now()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
