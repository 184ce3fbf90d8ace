import NIOCore
import NIOPosix

/// A connection on which a test says every byte itself.
enum RawConnection {
    /// Sends the bytes, ends the sending side if asked to, and returns what came back until the server closed the connection.
    static func exchange(_ bytes: [UInt8], port: Int, endsSending: Bool = true) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: NIOAsyncChannel.Configuration(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var answer = ""
            do {
                try await outbound.write(ByteBuffer(bytes: bytes))
                if endsSending { outbound.finish() }
                for try await chunk in inbound { answer += String(buffer: chunk) }
            } catch is IOError {
                // The server may close before it has read all that it was sent.
            } catch is ChannelError {}
            return answer
        }
    }
}
