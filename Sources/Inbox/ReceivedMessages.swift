package import FoundationEssentials
import Synchronization

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

    /// Forgets every message; the numbers go on.
    package func removeAll() {
        state.withLock { state in
            state.messages = []
            state.weight = 0
        }
    }
}
