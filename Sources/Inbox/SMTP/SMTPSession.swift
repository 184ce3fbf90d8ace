import Logging
import NIOCore

/// One SMTP connection: gives bytes to the dialogue and does what it says, in order.
///
/// Runs on the connection's event loop only.
final class SMTPSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let receiver: SMTPReceiver
    private let isAdmitted: Bool
    private var dialogue: SMTPDialogue
    /// What is still to be done; more than nothing only while a delay runs.
    private var actions: ArraySlice<SMTPDialogue.Action> = []
    private var delay: Scheduled<Void>?

    init(_ receiver: SMTPReceiver, isAdmitted: Bool) {
        self.receiver = receiver
        self.isAdmitted = isAdmitted
        dialogue = SMTPDialogue(limits: receiver.limits) { [faults = receiver.faults] stage, recipient in
            faults.takeSMTP(at: stage, recipient: recipient)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        guard isAdmitted else {
            context.writeAndFlush(bytes(SMTPReply(421, "Too many sessions")), promise: nil)
            return context.close(promise: nil)
        }
        actions += dialogue.begin()
        perform(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        actions += dialogue.receive(unwrapInboundIn(data).readableBytesView)
        if delay == nil { perform(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        delay?.cancel()
        actions = []
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // A client that sends and never reads must not fill the memory with replies.
        setReading(context.channel.isWritable && delay == nil, context)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent, delay == nil { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Clients that vanish are what a receiver for trying things sees every day.
        receiver.logger.debug("SMTP session ended early", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    /// Does what is to be done, up to the next delay.
    private func perform(_ context: ChannelHandlerContext) {
        while let action = actions.popFirst() {
            switch action {
            case .reply(let reply): context.write(bytes(reply), promise: nil)
            case .wait(let duration):
                context.flush()
                return wait(duration, context)
            case .take(let envelope, let raw, let code, let reason):
                let text = code.map { $0 == 250 ? "250 Kept" : "\($0)" } ?? "no reply"
                receiver.messages.add(
                    .mail(envelope, MailMessage(raw)),
                    ReceivedMessage.Answer(code: code, text: text, reason: reason)
                )
            case .refused(let command, let code, let text):
                receiver.messages.add(
                    .refusedCommand(command),
                    ReceivedMessage.Answer(
                        code: code,
                        text: code.map { "\($0) \(text)" } ?? text,
                        reason: "told to fail"
                    )
                )
            case .close:
                context.flush()
                return context.close(promise: nil)
            case .reset:
                context.flush()
                return ConnectionReset.cut(context.channel)
            }
        }
        context.flush()
    }

    private func wait(_ duration: Duration, _ context: ChannelHandlerContext) {
        setReading(false, context)
        let session = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        delay = context.eventLoop.scheduleTask(in: TimeAmount(duration)) {
            let (handler, context) = session.value
            handler.delay = nil
            handler.setReading(true, context)
            handler.perform(context)
        }
    }

    private func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: isReading).whenFailure { [logger = receiver.logger] error in
            // Only a connection that is gone refuses this.
            logger.debug("SMTP session ended early", metadata: ["error": "\(error)"])
        }
    }

    private func bytes(_ reply: SMTPReply) -> NIOAny { wrapOutboundOut(ByteBuffer(bytes: reply.bytes)) }
}
