import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection of the server: Hummingbird's own HTTP/1.1, with an ``ExpressLane`` before its requests become tasks.
struct SurfaceChannel: ServerChildChannel, HTTPChannelHandler {
    let responder: HTTPChannelHandler.Responder
    let express: (any ExpressRoute)?
    private let gate: LoopbackGate?
    private let limits: ConnectionLimits
    private let connections: OpenConnections
    private let mailboxes = LoopMailboxes()

    init(
        responder: @escaping HTTPChannelHandler.Responder,
        express: (any ExpressRoute)?,
        gate: LoopbackGate?,
        limits: ConnectionLimits,
        connections: OpenConnections
    ) {
        self.responder = responder
        self.express = express
        self.gate = gate
        self.limits = limits
        self.connections = connections
    }

    func setup(
        channel: any Channel,
        logger: Logger
    ) -> EventLoopFuture<NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>> {
        channel.eventLoop.makeCompletedFuture {
            var decoderLimits = NIOHTTPDecoderLimitConfiguration()
            decoderLimits.maxHeaderFieldSize = SurfaceServer.headerBytes
            decoderLimits.maxHeaderListSize = SurfaceServer.headerBytes
            decoderLimits.maxHeaderFieldCount = SurfaceServer.headerFields
            let pipeline = channel.pipeline.syncOperations
            // Order, errors and headers are seen to further in, as in Hummingbird's HTTP1Channel.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: HTTPResponseEncoder.Configuration(),
                withDecoderLimitConfiguration: decoderLimits
            )
            try pipeline.addHandler(
                ExpressLane(
                    express,
                    gate: gate,
                    mailbox: mailboxes[channel.eventLoop],
                    limits: limits,
                    connections: connections,
                    logger: logger
                )
            )
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: NIOAsyncChannel.Configuration(isOutboundHalfClosureEnabled: true)
            )
        }
    }

    func handle(value: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
