import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension DecidedEntry {
    /// Decodes an entry and asks the rules about every finding in it.
    ///
    /// Decoding gives what it gave when the entry was accepted. Should that not be so, because another version wrote the
    /// entry, every finding that was promised and is missing is stood in for by one that says so, so that it is routed,
    /// counted and seen like any other.
    ///
    /// - Parameters:
    ///   - entry: As it is stored in the journal.
    ///   - handed: What was decoded when it was accepted, if that is still known.
    ///   - table: The rules to ask.
    ///   - silences: The silences to ask, compiled for these rules.
    ///   - shadow: The rules that decide beside them, if any do.
    /// - Returns: The decided entry, and what was wrong with it, if anything.
    /// - Throws: Never in practice: only if the stand-in that is written here were not JSON.
    static func decide(
        _ entry: JournalEntry,
        handed: HandOver.Decoded?,
        table: RoutingTable,
        silences: SilenceTable,
        shadow: ShadowQuestion? = nil
    ) throws -> (entry: DecidedEntry, problem: String?) {
        var events: [DecidedEvent] = []
        var problem: String?
        do {
            events = try decodedBody(entry, handed, table).items.compactMap { item in
                guard case .event(let event) = item else { return nil }
                return DecidedEvent(
                    redeliveryKey: event.redeliveryKey,
                    observations: event.observations.map { decide($0, table, silences, shadow) }
                )
            }
        } catch {
            problem = String(describing: error)
        }
        let found = events.reduce(0) { $0 + $1.observations.count }
        if found != entry.observations, problem == nil {
            problem = "\(entry.observations) findings were accepted, and \(found) are found now"
        }
        if found < entry.observations {
            let standIn = try standIn(for: entry, problem: problem ?? "")
            let decided = decide(standIn, table, silences, shadow)
            events.append(
                DecidedEvent(
                    redeliveryKey: nil,
                    observations: Array(repeating: decided, count: entry.observations - found)
                )
            )
        }
        let decided = DecidedEntry(
            position: entry.position,
            receivedAt: entry.receivedAt,
            events: events,
            observations: entry.observations
        )
        return (entry: decided, problem: problem)
    }

    private static func decide(
        _ observation: Observation,
        _ table: RoutingTable,
        _ silences: SilenceTable,
        _ shadow: ShadowQuestion?
    ) -> DecidedObservation {
        let (decision, matching) = table.decide(observation, silences: silences)
        var decided = DecidedObservation(
            finding: observation.finding,
            decision: decision,
            resolutions: observation.finding.status == .resolved ? table.resolutions : nil,
            silences: matching.map { SilenceMatch($0) },
            problem: table.document.mergeStandards ? observation.finding.controlKey : nil
        )
        decided.shadow = shadow?.verdict(of: observation, beside: decision)
        return decided
    }

    private static func decodedBody(
        _ entry: JournalEntry,
        _ handed: HandOver.Decoded?,
        _ table: RoutingTable
    ) throws(FindingDecodingError) -> DecodedBody {
        let defaults = table.document.severities
        if let handed, handed.defaults == defaults { return handed.body }
        return try FindingDecoder(defaults: defaults).decodeAgain(
            entry.body,
            requestID: entry.requestID,
            accepted: entry.observations
        )
    }

    private static func standIn(for entry: JournalEntry, problem: String) throws(JSONSyntaxError) -> Observation {
        let id = "journal/\(entry.position)"
        let title = "An accepted event can no longer be read"
        let description =
            "Journal entry \(entry.position), accepted through '\(entry.source)', is kept as received: \(problem)"
        let event = JSONValue.object([
            JSONValue.Member("version", "0"),
            JSONValue.Member("id", .string(id)),
            JSONValue.Member("detail-type", "Unreadable journal entry"),
            JSONValue.Member("source", "noroshi"),
            JSONValue.Member("time", .string(entry.receivedAt.formatted(.iso8601))),
            JSONValue.Member("resources", []),
            JSONValue.Member("detail", ["title": .string(title), "description": .string(description)]),
        ])
        return Observation(
            finding: Finding(
                key: FindingKey("noroshi:\(id)"),
                source: "noroshi",
                kind: .event,
                id: id,
                title: title,
                description: description,
                severity: .high,
                product: "Noroshi",
                createdAt: entry.receivedAt
            ),
            event: try JSONDocument.parse(event.bytes)
        )
    }
}
