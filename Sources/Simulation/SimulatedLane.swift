import Findings
import FoundationEssentials
import Routing

/// A destination that takes messages at its rate and never fails.
struct SimulatedLane {
    let destination: String
    /// Seconds from one claim to the next.
    let pause: Double
    /// Messages that are under way at once.
    let width: Int
    var freeAt = Date.distantPast
    /// When the first of what waits is due.
    var dueAt: Date?

    /// Without a rate, a mail relay with four connections that takes a quarter of a second for a message.
    init(_ destination: Destination) {
        self.destination = destination.name
        guard let rate = destination.effectiveRate else {
            (pause, width) = (0.25, destination.concurrency ?? 4)
            return
        }
        let each = rate.interval.seconds / Double(rate.count)
        (pause, width) = each >= 1 ? (each, 1) : (1, max(1, Int(1 / each)))
    }

    var nextAt: Date? { dueAt.map { max($0, freeAt) } }
}
