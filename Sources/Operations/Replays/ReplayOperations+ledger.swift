import FoundationEssentials
import Replay
import Routing
import Store
import Triage

extension ReplayOperations {
    /// How many notifications are counted for one destination; beyond that the real figure is left out.
    private static let mostCounted = 5_000

    /// Puts beside simulated messages how many there really were, where the rules that are compared with are in force.
    nonisolated func countSent(_ result: inout ReplayResult, _ question: ReplayQuestion) async throws {
        guard let messages = result.messages, question.before.version == rules.routes.table.version else { return }
        for index in messages.destinations.indices {
            result.messages?.destinations[index].sent = try await sent(
                to: messages.destinations[index].destination,
                from: messages.since,
                until: messages.until
            )
        }
    }

    private nonisolated func sent(to destination: String, from start: Date, until end: Date) async throws -> Int? {
        let filter = NotificationFilter(destination: destination, createdAfter: start, createdBefore: end)
        var count = 0
        var looked = 0
        var cursor: String?
        repeat {
            try Task.checkCancellation()
            let page = try await records.notifications(filter, page: Page(limit: 500, cursor: cursor))
            looked += page.items.count
            // What a summary told in the place of a message was no message.
            count += page.items.count { $0.state != .folded }
            cursor = page.next
            if looked > ReplayOperations.mostCounted { return nil }
        } while cursor != nil
        return count
    }
}
