package import FoundationEssentials
import Synchronization
import SlackReading

/// The messages of an inbox, newest kept: a bounded number in a bounded amount of memory.
package final class ReceivedMessages: Sendable {
    /// The most messages that are kept.
    static let maximumCount = 500
    /// The most bytes that they may hold together.
    static let maximumWeight = 64 << 20

    private struct State {
        var messages: [ReceivedMessage] = []
        var weight = 0
        var lastID = 0
        var lastTimestamp = 0
    }

    private let state = Mutex(State())
    private let onArrival: @Sendable (ReceivedMessage) -> Void

    /// Creates an empty inbox.
    ///
    /// - Parameter onArrival: Called with every message, on the thread of its connection, one at a time or not.
    package init(onArrival: @escaping @Sendable (ReceivedMessage) -> Void = { _ in }) {
        self.onArrival = onArrival
    }

    /// In order of arrival.
    package var all: [ReceivedMessage] { state.withLock { $0.messages } }

    /// How many messages arrived since the start, those no longer kept included.
    package var total: Int { state.withLock { $0.lastID } }

    package subscript(id: Int) -> ReceivedMessage? {
        state.withLock { state in state.messages.first { $0.id == id } }
    }

    /// Keeps a message under the next number.
    package func add(_ content: ReceivedMessage.Content, _ answer: ReceivedMessage.Answer, at date: Date = Date()) {
        let message = state.withLock { state in
            state.lastID += 1
            let message = ReceivedMessage(id: state.lastID, receivedAt: date, content: content, answer: answer)
            state.messages.append(message)
            state.weight += message.weight
            while state.messages.count > 1,
                state.messages.count > Self.maximumCount || state.weight > Self.maximumWeight
            {
                state.weight -= state.messages.removeFirst().weight
            }
            return message
        }
        onArrival(message)
    }

    /// Gives a call of Slack's Web API its place: a new timestamp, or the message that it changes or replies to.
    ///
    /// - Throws: What Slack answers when there is no such message.
    func place(_ call: inout SlackCall, at date: Date = Date()) throws(SlackRefusal) {
        guard call.channel.isEmpty == false else { throw SlackRefusal("channel_not_found", "there is no channel") }
        switch call.method {
        case .update:
            call.root = root(call.channel, call.timestamp)
            guard call.root != nil else {
                throw SlackRefusal(
                    "message_not_found",
                    "no message of that channel has this ts, or it is kept no longer"
                )
            }
        case .postMessage:
            if let thread = call.thread {
                call.root = root(call.channel, thread)
                guard call.root != nil else {
                    throw SlackRefusal("thread_not_found", "no message of that channel has this thread_ts")
                }
            }
            let number = state.withLock { state in
                state.lastTimestamp += 1
                return state.lastTimestamp
            }
            let digits = String(number % 1_000_000)
            let seconds = Int(date.timeIntervalSince1970)
            call.timestamp = "\(seconds)." + String(repeating: "0", count: 6 - digits.count) + digits
        }
    }

    /// The number of the message that was posted under a timestamp.
    private func root(_ channel: String, _ timestamp: String?) -> Int? {
        state.withLock { state in
            state.messages.first { message in
                guard case .slackCall(_, let call) = message.content, call.method == .postMessage else { return false }
                return call.channel == channel && call.timestamp != nil && call.timestamp == timestamp
            }?.id
        }
    }

    /// Forgets every message; the numbers go on.
    package func removeAll() {
        state.withLock { state in
            state.messages = []
            state.weight = 0
        }
    }
}
