import Synchronization

/// What an HTTP request gets instead of its true answer.
package struct HTTPFault: Sendable, Hashable {
    package var effect: Effect
    /// Waited before the effect.
    package var delay: Duration?
    /// Only requests whose path begins with this; every request when `nil`.
    package var path: String?
    package var times: Times

    package init(_ effect: Effect, delay: Duration? = nil, path: String? = nil, times: Times = .count(1)) {
        self.effect = effect
        self.delay = delay
        self.path = path
        self.times = times
    }

    /// What `Retry-After` may say: a day is longer than any sender waits.
    static let retryAfterSeconds = 0...86_400

    package enum Effect: Sendable, Hashable {
        /// This status (400...599), with `Retry-After` in seconds when given. The message is not taken.
        case status(Int, retryAfter: Int?)
        /// The connection is cut before an answer. The message is not taken.
        case reset
        /// The message is taken, and the connection is cut before the answer: the sender cannot know.
        case replyLost
        /// The true answer, after the delay.
        case none
    }
}

/// What an SMTP client gets instead of the true reply.
package struct SMTPFault: Sendable, Hashable {
    package var stage: SMTPStage
    package var effect: Effect
    /// Waited before the effect.
    package var delay: Duration?
    /// Only for this recipient, at `rcpt`.
    package var recipient: String?
    package var times: Times

    package init(
        at stage: SMTPStage,
        _ effect: Effect,
        delay: Duration? = nil,
        recipient: String? = nil,
        times: Times = .count(1)
    ) {
        self.stage = stage
        self.effect = effect
        self.delay = delay
        self.recipient = recipient
        self.times = times
    }

    package enum Effect: Sendable, Hashable {
        /// This code (400...599).
        case reply(Int, String)
        /// The connection is cut before the reply; what the command asked for is not done.
        case reset
        /// The mail is taken, and the connection is cut before the reply; only at `message`.
        case replyLost
        case none
    }
}

/// Where in an SMTP session a reply can be made to fail.
package enum SMTPStage: String, Sendable, Hashable, CaseIterable {
    /// The greeting.
    case connect
    /// EHLO or HELO.
    case helo
    case auth
    case mail
    case rcpt
    case data
    /// The end of the message, after the final dot.
    case message
}

/// How often a fault happens.
package enum Times: Sendable, Hashable {
    /// 1 or more.
    case count(Int)
    case forever
}

/// The failures still to come, in order; each is used up by the first request or command that it fits.
package final class FaultPlan: Sendable {
    /// The most faults that can wait at a time.
    static let maximumCount = 1_000

    private struct State {
        var http: [HTTPFault] = []
        var smtp: [SMTPFault] = []
    }

    private let state = Mutex(State())

    package init(http: [HTTPFault] = [], smtp: [SMTPFault] = []) { add(http: http, smtp: smtp) }

    /// Adds failures after those that wait already; what is over the limit is left out.
    package func add(http: [HTTPFault] = [], smtp: [SMTPFault] = []) {
        state.withLock { state in
            state.http.append(contentsOf: http.prefix(Self.maximumCount - state.http.count))
            state.smtp.append(contentsOf: smtp.prefix(Self.maximumCount - state.smtp.count))
        }
    }

    package func removeAll() {
        state.withLock { $0 = State() }
    }

    package var pending: (http: [HTTPFault], smtp: [SMTPFault]) { state.withLock { ($0.http, $0.smtp) } }

    /// The failure for a request to this path, used up by asking.
    func takeHTTP(path: String) -> HTTPFault? {
        state.withLock { state in
            guard let index = state.http.firstIndex(where: { $0.path.map(path.hasPrefix) ?? true }) else { return nil }
            let fault = state.http[index]
            if let left = fault.times.less { state.http[index].times = left } else { state.http.remove(at: index) }
            return fault
        }
    }

    /// The failure for this stage of a session, used up by asking.
    func takeSMTP(at stage: SMTPStage, recipient: String? = nil) -> SMTPFault? {
        state.withLock { state in
            let index = state.smtp.firstIndex { fault in
                fault.stage == stage && (fault.recipient == nil || fault.recipient == recipient)
            }
            guard let index else { return nil }
            let fault = state.smtp[index]
            if let left = fault.times.less { state.smtp[index].times = left } else { state.smtp.remove(at: index) }
            return fault
        }
    }
}

extension Times {
    /// What is left after one use, `nil` when nothing is.
    fileprivate var less: Times? {
        switch self {
        case .forever: .forever
        case .count(let count): count > 1 ? .count(count - 1) : nil
        }
    }
}
