import Findings
import Ingest
import Logging
import Routing
import Store

extension QueuePoller {
    /// What is to be done with a message that was looked at.
    private enum Step {
        case take(Receiver.Reading)
        case quarantine(String)
        /// Reading it ended the process before.
        case unread
    }

    /// Hands the messages over, and keeps them from others while that takes long.
    func keep(_ messages: [QueueMessage], _ isStopping: StopFlag) async -> [Fate] {
        await withTaskGroup(of: [Fate]?.self) { group in
            group.addTask {
                source.queue.isFIFO
                    ? await takeInOrder(messages, isStopping) : await takeTogether(messages, isStopping)
            }
            group.addTask {
                await extendWhileNeeded(messages.filter(\.isWhole))
                return nil
            }
            for await fates in group {
                guard let fates else { continue }
                group.cancelAll()
                return fates
            }
            return []
        }
    }

    /// All at once, so that they share one commit; read before that one by one, so that none is blamed for another.
    private func takeTogether(_ messages: [QueueMessage], _ isStopping: StopFlag) async -> [Fate] {
        var steps: [(place: Int, step: Step)] = []
        for (place, message) in messages.enumerated() {
            if let step = await read(message) { steps.append((place, step)) }
        }
        return await withTaskGroup(of: (Int, Fate).self) { [steps] group in
            for (place, step) in steps {
                group.addTask { (place, await finish(messages[place], step, isStopping)) }
            }
            var fates = [Fate](repeating: .left, count: messages.count)
            for await (place, fate) in group { fates[place] = fate }
            return fates
        }
    }

    /// One after the other. Nothing is taken behind what is not on disk of its group, or the order there would be another.
    private func takeInOrder(_ messages: [QueueMessage], _ isStopping: StopFlag) async -> [Fate] {
        var fates: [Fate] = []
        var blocked: Set<String> = []
        for message in messages {
            let group = message.group ?? ""
            var fate = Fate.left
            if blocked.contains(group) == false, let step = await read(message) {
                fate = await finish(message, step, isStopping)
            }
            if fate.isOnDisk == false { blocked.insert(group) }
            fates.append(fate)
        }
        return fates
    }

    /// Reads a message, under a mark if it came several times; `nil` when it is not whole.
    private func read(_ message: QueueMessage) async -> Step? {
        guard message.isWhole else {
            logger.error(
                "a message is not what its digest says and is left in the queue",
                metadata: ["source": "\(source.name)", "message": "\(message.id)"]
            )
            return nil
        }
        if await marks.wasLeft(message.id) { return .unread }
        guard message.receiveCount >= DecodingMarks.firstCount else { return decode(message) }
        return await marks.marked(message.id) { decode(message) }
    }

    private func decode(_ message: QueueMessage) -> Step {
        let body = ParsedBody(message.body)
        if let reason = refusal(of: body) { return .quarantine(reason) }
        return .take(
            receiver.read(
                Submission(
                    body: body,
                    source: source.credential,
                    requestID: message.requestID,
                    receivedAt: now(),
                    largestUnreadable: 1 << 20
                )
            )
        )
    }

    /// Has what was read written.
    private func finish(_ message: QueueMessage, _ step: Step, _ isStopping: StopFlag) async -> Fate {
        do {
            switch step {
            case .take(let reading):
                let receipt = try await patiently(isStopping) { try await receiver.take(reading) }
                return try await fate(of: message, receipt, isStopping)
            case .quarantine(let reason): try await quarantine(message, because: reason, isStopping)
            case .unread:
                try await quarantine(message, because: "the process ended while it read this message", isStopping)
                await marks.end(message.id)
            }
            return .quarantined
        } catch {
            logger.debug(
                "a message is left in the queue",
                metadata: ["source": "\(source.name)", "message": "\(message.id)", "problem": "\(error)"]
            )
            return .refused
        }
    }

    private func fate(of message: QueueMessage, _ receipt: Receipt, _ isStopping: StopFlag) async throws -> Fate {
        switch receipt.outcome {
        case .unreadable(let error):
            if case .tooMany = error { try await quarantine(message, because: error.description, isStopping) }
            return .quarantined
        case .items(let items):
            let isQuarantined = items.contains { if case .quarantined = $0 { true } else { false } }
            return isQuarantined ? .quarantined : .kept
        }
    }

    /// Why a message of SNS is not read: behind a queue its signature is not asked for, as the queue's policy says who may
    /// send, but a list of topics is meant for every door.
    private func refusal(of body: ParsedBody) -> String? {
        guard let envelope = body.snsEnvelope else { return nil }
        if envelope.type == .subscriptionConfirmation {
            return
                "the SNS topic \(envelope.topicARN) asks whether the queue is to be subscribed: open the SubscribeURL in "
                + "it, or subscribe the queue from its own account, which needs no confirmation"
        }
        let listed = topics()
        guard listed.isEmpty == false, listed.contains(envelope.topicARN) == false else { return nil }
        return "the SNS topic \(envelope.topicARN) is not listed in 'snsTopics' of routes.json"
    }

    private func quarantine(_ message: QueueMessage, because reason: String, _ isStopping: StopFlag) async throws {
        try await patiently(isStopping) {
            try await receiver.quarantine(
                message.body,
                because: reason,
                source: source.credential,
                requestID: message.requestID,
                receivedAt: now()
            )
        }
    }

    /// Writes, and again while the intake is only full: the store is healthy then, and to receive on would raise receive
    /// counts for nothing.
    private func patiently<Value>(_ isStopping: StopFlag, _ write: () async throws -> Value) async throws -> Value {
        while true {
            do {
                return try await write()
            } catch IntakeError.overloaded where isStopping.isSet == false && condition.health.trouble == nil {
                await sleep(timing.look)
            }
        }
    }
}
