import Foundation
import NIOCore
import NIOPosix

/// Stands between a client and a PostgreSQL server on this machine, and has each answer arrive later, as a network does.
final class DelayingProxy: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel

    /// - Parameters:
    ///   - socket: The path of the server's socket.
    ///   - delay: What an answer takes on its way.
    /// - Throws: What listening throws.
    init(to socket: String, delay: TimeAmount) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        channel = try await ServerBootstrap(group: group)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { server in
                        server.eventLoop.makeCompletedFuture {
                            try server.pipeline.syncOperations.addHandler(Passing(to: client, after: delay))
                        }
                    }
                    .connect(unixDomainSocketPath: socket)
                    .flatMap { server in
                        client.eventLoop.makeCompletedFuture {
                            try client.pipeline.syncOperations.addHandler(Passing(to: server, after: .zero))
                        }
                    }
                    .flatMap { client.setOption(.autoRead, value: true) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }

    /// As libpq takes it.
    var address: String {
        "host=127.0.0.1 port=\(channel.localAddress?.port ?? 0) user=noroshi dbname=postgres sslmode=disable gssencmode=disable"
    }

    func close() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }
}

private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let partner: any Channel
    private let delay: TimeAmount

    init(to partner: any Channel, after delay: TimeAmount) {
        (self.partner, self.delay) = (partner, delay)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if delay == .zero { return partner.writeAndFlush(bytes, promise: nil) }
        context.eventLoop.scheduleTask(in: delay) { [partner] in partner.writeAndFlush(bytes, promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { partner.close(promise: nil) }
}
