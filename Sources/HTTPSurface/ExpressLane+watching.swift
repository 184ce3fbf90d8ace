import NIOCore

/// When a connection ends although its client has not ended it.
extension ExpressLane {
    /// Whether the client waits for us, and not we for it.
    var isBeingAnswered: Bool {
        switch state {
        case .answering, .passing(unanswered: 1..., isReading: false): true
        case .idle, .reading, .passing, .ended: false
        }
    }

    /// Takes its place among the connections of the server.
    func enter(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let connection = OpenConnections.Connection(now: lastActive) {
            loop.execute {
                let (lane, context) = bound.value
                lane.giveWay(context)
            }
        }
        self.connection = connection
        guard connections.add(connection) == false else { return }
        // Everybody else is being answered. The channel cannot be closed before it is set up.
        loop.execute {
            let (lane, context) = bound.value
            lane.end(.room, context)
        }
    }

    func leave() {
        idleWatch?.cancel()
        idleWatch = nil
        bodyWatch?.cancel()
        bodyWatch = nil
        guard let connection else { return }
        self.connection = nil
        connections.remove(connection)
    }

    private func giveWay(_ context: ChannelHandlerContext) {
        guard let connection else { return }
        if isBeingAnswered { connections.stays(connection) } else { end(.room, context) }
    }

    // MARK: Silence

    func watchSilence(for time: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        idleWatch = context.eventLoop.scheduleTask(in: time) {
            let (lane, context) = bound.value
            lane.closeIfSilent(context)
        }
    }

    private func closeIfSilent(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        let silence = now - lastActive
        let unread = unreadSince.map { now - $0 }
        if let unread, unread >= limits.idle {
            end(.idle, context)
        } else if isBeingAnswered || unread != nil {
            watchSilence(for: limits.idle - (unread ?? .zero), context)
        } else if silence < limits.idle {
            watchSilence(for: limits.idle - silence, context)
        } else {
            end(.idle, context)
        }
    }

    // MARK: Bodies

    /// Looks again when the body that is being read should be there; for one that came with its head nothing is set up.
    func watchBody(_ context: ChannelHandlerContext) {
        guard bodyWatch == nil else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        bodyWatch = context.eventLoop.scheduleTask(deadline: bodyDeadline) {
            let (lane, context) = bound.value
            lane.bodyWatch = nil
            lane.closeIfSlow(context)
        }
    }

    private var bodyDeadline: NIODeadline { limits.bodyDeadline(body.begin, bytes: body.bytes) }

    private func closeIfSlow(_ context: ChannelHandlerContext) {
        switch state {
        case .idle, .answering, .ended, .passing(_, isReading: false): return
        // Behind a request that is being answered nothing is read, whatever the client sends.
        case .passing(unanswered: 2..., _):
            watchBodyAgain(after: limits.bodyGrace, context)
        case .reading, .passing:
            if context.eventLoop.now < bodyDeadline { watchBody(context) } else { end(.slow, context) }
        }
    }

    private func watchBodyAgain(after time: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        bodyWatch = context.eventLoop.scheduleTask(in: time) {
            let (lane, context) = bound.value
            lane.bodyWatch = nil
            lane.closeIfSlow(context)
        }
    }

    // MARK: Shutdown

    /// Bounds how long the connection keeps a server that shuts down: by little for what its client has not sent or read,
    /// by more for our own answer.
    func watchDrain(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: limits.drainForClients) {
            let (lane, context) = bound.value
            guard lane.connection != nil, lane.isBeingAnswered == false || lane.unreadSince != nil else { return }
            lane.end(.shutdown, context)
        }
        context.eventLoop.scheduleTask(in: limits.drainForAnswers) {
            let (lane, context) = bound.value
            if lane.connection != nil { lane.end(.shutdown, context) }
        }
    }
}
