import FoundationEssentials
import Logging
import Routing
import Store

/// Destinations as they are now, paused, resumed and tried by people.
package struct DestinationOperations: Sendable {
    let audit: Audit
    let outbox: any Outbox
    let lanes: any Lanes
    let routes: ActiveRoutes
    let findings: FindingOperations
    let trial: any MessageTrial
    let secrets: SecretSource
    let tests = TestTimes()
    let now: @Sendable () -> Date

    /// Every destination of the rules in force, and after them those of earlier rules that still have messages here.
    ///
    /// - Throws: When the backlog cannot be read.
    package func list() async throws -> [DestinationState] {
        let backlog = Dictionary(try await outbox.backlog().map { ($0.destination, $0) }) { first, _ in first }
        let lanes = await lanes.status()
        let document = routes.table.document
        let byName = Dictionary(document.destinations.map { ($0.name, $0) }) { first, _ in first }
        let used = document.usedDestinations
        let active = lanes.map { lane in
            DestinationState(
                name: lane.destination,
                destination: byName[lane.destination],
                lane: lane,
                backlog: backlog[lane.destination],
                secrets: (byName[lane.destination]?.secrets ?? []).map { SecretState($0, in: secrets) },
                isUsed: used.contains(lane.destination)
            )
        }
        let known = Set(lanes.map(\.destination))
        let left = backlog.values.filter { known.contains($0.destination) == false }
            .sorted { $0.destination < $1.destination }
            .map { DestinationState(name: $0.destination, destination: nil, lane: nil, backlog: $0) }
        return active + left
    }

    /// The names of the destinations of the rules in force, in their order.
    package var names: [String] { routes.table.document.destinations.map(\.name) }

    /// Stops sending to a destination until it is resumed; what waits stays.
    ///
    /// - Parameters:
    ///   - name: The destination.
    ///   - reason: Why.
    ///   - author: Who asks.
    /// - Returns: The destination as it is now.
    /// - Throws: ``DestinationRefusal``, or when the pause cannot be written.
    package func pause(
        _ name: String,
        because reason: PauseReason,
        by author: Author
    ) async throws -> DestinationState {
        let before = await standing(of: name)
        guard try await lanes.pause(destination: name, reason: reason.text, author: author.name) else { throw unknown }
        author.log("a destination was paused", ["destination": .string(name), "reason": .string(reason.text)])
        let entry = author.entry("destination.pause", name, before: before, after: "paused", note: reason.text)
        await audit.note(entry, by: author)
        return try await state(of: name)
    }

    /// Lets a paused or broken destination try again at once.
    ///
    /// - Parameters:
    ///   - name: The destination.
    ///   - author: Who asks.
    /// - Returns: The destination as it is now.
    /// - Throws: ``DestinationRefusal``, or when the end of the pause cannot be written.
    package func resume(_ name: String, by author: Author) async throws -> DestinationState {
        let before = await standing(of: name)
        guard try await lanes.resume(destination: name) else { throw unknown }
        author.log("a destination was resumed", ["destination": .string(name)])
        await audit.note(author.entry("destination.resume", name, before: before, after: "open"), by: author)
        return try await state(of: name)
    }

    /// One destination.
    ///
    /// - Parameter name: Of one in the rules in force, or of an earlier one that still has messages here.
    /// - Returns: The destination as it is now.
    /// - Throws: ``DestinationRefusal``, or when the backlog cannot be read.
    package func state(of name: String) async throws -> DestinationState {
        guard let state = try await list().first(where: { $0.name == name }) else { throw unknown }
        return state
    }

    /// Whether it is paused, and why, for the audit.
    private func standing(of name: String) async -> String? {
        await lanes.status().first { $0.destination == name }.map { lane in
            lane.reason.map { "\(lane.state.rawValue): \($0)" } ?? lane.state.rawValue
        }
    }

    var unknown: DestinationRefusal { .unknown(known: names) }
}

/// Why nothing was done with a destination.
package enum DestinationRefusal: Error, Hashable {
    /// The rules in force do not have it; they have these.
    case unknown(known: [String])
    /// Somebody paused it, for this reason.
    case paused(reason: String)
    /// The next test may be sent after so many seconds.
    case testedJustNow(seconds: Int)
}
