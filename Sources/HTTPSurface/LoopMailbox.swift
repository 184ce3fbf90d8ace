import NIOCore
import Synchronization

/// Carries work to one event loop, all that comes at about the same time in one go.
///
/// A commit ends the waiting of many requests; waking their event loop for each of them would cost more than the answers.
final class LoopMailbox: Sendable {
    private let loop: any EventLoop
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    init(_ loop: any EventLoop) { self.loop = loop }

    /// Runs the work on the event loop, in the order of these calls.
    func put(_ work: @escaping @Sendable () -> Void) {
        let isFirst = waiting.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
        guard isFirst else { return }
        loop.execute {
            let all = self.waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for work in all { work() }
        }
    }
}

/// The mailbox of every event loop.
final class LoopMailboxes: Sendable {
    private let mailboxes = Mutex<[ObjectIdentifier: LoopMailbox]>([:])

    subscript(loop: any EventLoop) -> LoopMailbox {
        mailboxes.withLock { mailboxes in
            if let mailbox = mailboxes[ObjectIdentifier(loop)] { return mailbox }
            let mailbox = LoopMailbox(loop)
            mailboxes[ObjectIdentifier(loop)] = mailbox
            return mailbox
        }
    }
}
