import NIOCore
import NIOPosix

/// A connection on which a test says every byte itself.
enum RawConnection {
    /// Sends the bytes, ends the sending side if asked to, and returns what came back until the server closed the connection.
    ///
    /// - Parameters:
    ///   - bytes: What is sent.
    ///   - port: Of the server, on loopback.
    ///   - endsSending: Whether to end the sending side at once.
    ///   - word: What has to have come back before the sending side is ended instead.
    /// - Returns: Everything that came back.
    /// - Throws: When nobody listens there.
    static func exchange(
        _ bytes: [UInt8],
        port: Int,
        endsSending: Bool = true,
        endsAfter word: String? = nil
    ) async throws -> String {
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
                if endsSending, word == nil { outbound.finish() }
                for try await chunk in inbound {
                    answer += String(buffer: chunk)
                    if let word, answer.contains(word) { outbound.finish() }
                }
            } catch is IOError {
                // The server may close before it has read all that it was sent.
            } catch is ChannelError {}
            return answer
        }
    }
}
