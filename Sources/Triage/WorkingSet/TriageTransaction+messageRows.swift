import Findings
import FoundationEssentials
import Routing

/// Messages in the queue.
extension TriageTransaction {
    /// Queues one message, due now.
    ///
    /// - Returns: Its id.
    mutating func queue(_ message: QueuedMessage, about subject: Subject, now: Date) -> String {
        working.queue(message, about: subject, now: now)
    }

    /// How many messages wait at the destination; not counted beyond the limit.
    mutating func pending(at destination: String, upTo limit: Int) throws -> Int {
        guard let rows else { return min(limit, working.pendingCount(at: destination)) }
        if let known = working.pending[destination] { return min(known, limit) }
        try send(.messages)
        let count = try rows.pending(at: destination, upTo: limit)
        working.pending[destination] = count
        return count
    }

    /// What the messages say that wait at a destination, oldest first: once for each recipient, and once for each problem
    /// of a bundle.
    mutating func queuedNews(at destination: String, limit: Int) throws -> [QueuedNews] {
        guard let rows else { return working.queuedNews(at: destination, limit: limit) }
        try send([.findings, .items, .groups, .messages])
        return try rows.queuedNews(at: destination, limit: limit)
    }

    /// Takes these messages out of the queue, since a summary tells what they say.
    mutating func fold(_ notifications: [String]) { working.fold(notifications) }
}
