package import Findings
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
    ///   - severity: As if they had this one; `nil` for their own.
    /// - Returns: An explanation of each, as many as fit into one answer.
    /// - Throws: ``ExplanationRefusal``, ``RuleRefusal``, or when the rules cannot be read.
    package func explain(
        body: [UInt8],
        under rules: RuleChoice,
        at moment: Date?,
        as severity: Severity? = nil
    ) async throws -> Explanations {
        let table = try await table(rules, then: nil)
        let decoded = try decoded(body, table)
        let unreadable = decoded.items.compactMap { item -> String? in
            guard case .unreadable(let item) = item else { return nil }
            return item.reason
        }
        let observations = decoded.observations.map { $0.supposing(severity) }
        return explain(observations, under: table, of: rules, at: moment, unreadable: unreadable, isEventKept: true)
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
    ///   - severity: As if it had this one; `nil` for its own.
    /// - Returns: One explanation.
    /// - Throws: ``ExplanationRefusal``, ``RuleRefusal``, or when the finding or the rules cannot be read.
    package func explain(
        stored id: String,
        under rules: RuleChoice,
        at moment: Date?,
        as severity: Severity? = nil
    ) async throws -> Explanations {
        let (observation, table, isKept) = try await stored(id, under: rules)
        return explain(
            [observation.supposing(severity)],
            under: table,
            of: rules,
            at: moment,
            unreadable: [],
            isEventKept: isKept
        )
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
        switch rules {
        case .active: routes.table
        case .version(let number): try await self.rules.table(.version(number))
        case .draft(let id): try await self.rules.table(.draft(id))
        case .atTheTime: try await self.rules.table(then.map { .version($0) } ?? .active)
        }
    }

    func explain(
        _ observations: [Observation],
        under table: RoutingTable,
        of rules: RuleChoice,
        at moment: Date?,
        unreadable: [String],
        isEventKept: Bool
    ) -> Explanations {
        // Silences are compiled for the rules in force; for others they are compiled here and not kept.
        let silences =
            table === routes.table
            ? activeSilences.table(for: table) : activeSilences.table(apartFrom: table)
        let readings = FindingOperations.mostReadings / max(1, table.document.rules.count)
        let most = min(max(1, readings), FindingOperations.mostFindings)
        let moment = moment ?? now()
        let explanations = observations.prefix(most).map { table.explain($0, at: moment, silences: silences) }
        let draft: String? = if case .draft(let id) = rules { id } else { nil }
        return Explanations(
            version: draft == nil ? table.version : nil,
            draft: draft,
            isEventKept: isEventKept,
            explanations: explanations,
            omitted: observations.count - explanations.count,
            unreadable: unreadable
        )
    }
}

extension Observation {
    /// The same with another severity; its event stays as it came.
    fileprivate func supposing(_ severity: Severity?) -> Observation {
        guard let severity else { return self }
        var other = self
        other.finding.severity = severity
        return other
    }
}
