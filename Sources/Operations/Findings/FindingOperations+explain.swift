import Findings
package import FoundationEssentials
import Routing
import Store
import Triage

extension FindingOperations {
    /// How many findings one answer explains at most.
    private static let mostFindings = 500
    /// How many rule readings one answer holds at most, unless a single finding needs more.
    private static let mostReadings = 20_000

    /// Why the findings of a body would go where they would go; nothing is stored, sent or counted.
    ///
    /// - Parameters:
    ///   - body: In any shape that the intake takes.
    ///   - rules: Under which rules.
    ///   - moment: When the findings are taken to come; `nil` for now.
    /// - Returns: An explanation of each, as many as fit into one answer.
    /// - Throws: ``ExplanationRefusal``, or when the rules cannot be read.
    package func explain(body: [UInt8], under rules: RuleChoice, at moment: Date?) async throws -> Explanations {
        let table = try await table(rules, then: nil)
        let decoded = try decoded(body, table)
        let unreadable = decoded.items.compactMap { item -> String? in
            guard case .unreadable(let item) = item else { return nil }
            return item.reason
        }
        return explain(decoded.observations, under: table, at: moment, unreadable: unreadable, isEventKept: true)
    }

    func decoded(_ body: [UInt8], _ table: RoutingTable) throws -> DecodedBody {
        do {
            return try FindingDecoder(defaults: table.document.severities).decode(body)
        } catch {
            throw ExplanationRefusal.unreadable(error)
        }
    }

    /// Why a stored finding goes where it goes, with the event in which it last came.
    ///
    /// - Parameters:
    ///   - id: Its id or its key.
    ///   - rules: Under which rules.
    ///   - moment: When the finding is taken to come; `nil` for now.
    /// - Returns: One explanation.
    /// - Throws: ``ExplanationRefusal``, or when the finding or the rules cannot be read.
    package func explain(stored id: String, under rules: RuleChoice, at moment: Date?) async throws -> Explanations {
        let (observation, table, isKept) = try await stored(id, under: rules)
        return explain([observation], under: table, at: moment, unreadable: [], isEventKept: isKept)
    }

    /// A finding that came in, as it last came, and the rules that were chosen.
    func stored(
        _ id: String,
        under rules: RuleChoice
    ) async throws -> (observation: Observation, table: RoutingTable, isEventKept: Bool) {
        guard let story = try await records.finding(id) else { throw ExplanationRefusal.unknownFinding }
        let last = story.observations.last
        let table = try await table(rules, then: last?.version)
        let kept = try await observation(story.record.finding, last, table.document.severities)
        let observation = try kept ?? Observation(finding: story.record.finding, event: JSONDocument.parse("{}"))
        return (observation, table, kept != nil)
    }

    /// The finding as it stood in the last event that brought it; `nil` when that event is no longer kept.
    private func observation(
        _ finding: Finding,
        _ record: ObservationRecord?,
        _ severities: SeverityDefaults
    ) async throws -> Observation? {
        guard let record, let entry = try await archive.journalEntry(at: record.position) else { return nil }
        let decoded: DecodedBody
        do {
            decoded = try FindingDecoder(defaults: severities).decodeAgain(
                entry.body,
                requestID: entry.requestID,
                accepted: entry.observations
            )
        } catch {
            // Another version of the program accepted it; the stored finding is all that is left then.
            return nil
        }
        let same = decoded.observations.filter { $0.finding.key == finding.key }
        return same.last { $0.finding.updatedAt == finding.updatedAt } ?? same.last
    }

    func table(_ rules: RuleChoice, then: Int?) async throws -> RoutingTable {
        let active = routes.table
        let version =
            switch rules {
            case .active: active.version
            case .version(let number): number
            case .atTheTime: then ?? active.version
            }
        if version == active.version { return active }
        guard let (_, text) = try await revisions.revision(version) else {
            throw ExplanationRefusal.unknownVersion(version)
        }
        do throws(RouteDocumentError) {
            let document = try RouteDocument.parse(text, file: "version \(version) of the rules").document
            return RoutingTable(document, version: version)
        } catch {
            throw ExplanationRefusal.unusableVersion(version, error.diagnostics)
        }
    }

    func explain(
        _ observations: [Observation],
        under table: RoutingTable,
        at moment: Date?,
        unreadable: [String],
        isEventKept: Bool
    ) -> Explanations {
        // Silences are compiled for the rules in force; for others they are compiled here and not kept.
        let silences =
            table.version == routes.table.version
            ? activeSilences.table(for: table) : activeSilences.table(apartFrom: table)
        let readings = FindingOperations.mostReadings / max(1, table.document.rules.count)
        let most = min(max(1, readings), FindingOperations.mostFindings)
        let moment = moment ?? now()
        let explanations = observations.prefix(most).map { table.explain($0, at: moment, silences: silences) }
        return Explanations(
            version: table.version,
            isEventKept: isEventKept,
            explanations: explanations,
            omitted: observations.count - explanations.count,
            unreadable: unreadable
        )
    }
}
