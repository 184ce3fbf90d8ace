import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Routing
import Operations
import Store
import Triage

extension APIRoutes {
    /// How many findings one answer explains at most.
    private static let mostFindings = 500
    /// How many rule readings one answer holds at most, unless a single finding needs more.
    private static let mostReadings = 20_000

    /// Why findings go where they go: those of a posted body, or a stored one with the event it came in.
    ///
    /// Nothing is stored, sent or counted.
    func explain(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let finding = query.text("finding")
        let rules = query.word("version", of: ["a version's number", "then"]) { RulesInQuestion($0) }
        let moment = query.date("at") ?? now()
        if finding == nil, rules == .then { query.refuse("version", "then goes with a stored finding only") }
        try query.finish()
        let body = try await BodyLimit.standard.collect(request)
        guard let finding else { return try await explain(body: body, under: rules, at: moment) }
        guard body.isEmpty else {
            throw Problem(
                .badRequest,
                detail: "Name a stored finding or post an event, not both: with ?finding= the body must be empty."
            )
        }
        return try await explain(stored: finding, under: rules, at: moment)
    }

    /// The rules under which a finding is looked at; those in force when nothing is said.
    private enum RulesInQuestion: Equatable {
        case version(Int)
        /// Those that decided when the finding was last observed.
        case then

        init?(_ text: String) {
            if text == "then" {
                self = .then
            } else if let version = Int(text), version > 0 {
                self = .version(version)
            } else {
                return nil
            }
        }
    }

    private func explain(body: [UInt8], under rules: RulesInQuestion?, at moment: Date) async throws -> JSONAnswer {
        let table = try await table(rules, then: nil)
        let decoded: DecodedBody
        do {
            decoded = try FindingDecoder(defaults: table.document.severities).decode(body)
        } catch {
            throw Problem(unreadable: error)
        }
        let unreadable = decoded.items.compactMap { item -> JSONValue? in
            guard case .unreadable(let item) = item else { return nil }
            return .string(item.reason)
        }
        return answer(table, decoded.observations, unreadable: unreadable, isEventKept: true, at: moment)
    }

    private func explain(stored id: String, under rules: RulesInQuestion?, at moment: Date) async throws -> JSONAnswer {
        guard let story = try await roles.evidence.finding(id) else {
            throw Problem(.notFound, detail: "There is no finding with this id or key.")
        }
        let last = story.observations.last
        let table = try await table(rules, then: last?.version)
        let kept = try await observation(story.record.finding, last, table.document.severities)
        let observation = try kept ?? Observation(finding: story.record.finding, event: JSONDocument.parse("{}"))
        return answer(table, [observation], unreadable: [], isEventKept: kept != nil, at: moment)
    }

    /// The finding as it stood in the last event that brought it; `nil` when that event is no longer kept.
    private func observation(
        _ finding: Finding,
        _ record: ObservationRecord?,
        _ severities: SeverityDefaults
    ) async throws -> Observation? {
        guard let record, let entry = try await roles.archive.journalEntry(at: record.position) else { return nil }
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

    private func table(_ rules: RulesInQuestion?, then: Int?) async throws -> RoutingTable {
        let active = roles.routes.table
        let version: Int
        switch rules {
        case .version(let number): version = number
        case .then where then != nil: version = then ?? active.version
        case .then, nil: return active
        }
        if version == active.version { return active }
        guard let (_, text) = try await roles.revisions.revision(version) else {
            throw Problem(.notFound, detail: "There is no version \(version) of the rules.")
        }
        do throws(RouteDocumentError) {
            let document = try RouteDocument.parse(text, file: "version \(version) of the rules").document
            return RoutingTable(document, version: version)
        } catch {
            throw Problem(
                .unprocessableContent,
                detail: "Version \(version) of the rules cannot be used by this version of Noroshi.",
                errors: error.diagnostics.map { Problem.Item(detail: $0.description) }
            )
        }
    }

    private func answer(
        _ table: RoutingTable,
        _ observations: [Observation],
        unreadable: [JSONValue],
        isEventKept: Bool,
        at moment: Date
    ) -> JSONAnswer {
        // Silences are compiled for the rules in force; for others they are compiled here and not kept.
        let silences =
            table.version == roles.routes.table.version
            ? roles.activeSilences.table(for: table) : roles.activeSilences.table(apartFrom: table)
        let readings = APIRoutes.mostReadings / max(1, table.document.rules.count)
        let most = min(max(1, readings), APIRoutes.mostFindings)
        let explanations = observations.prefix(most).map { observation -> JSONValue in
            let explanation = table.explain(observation, at: moment, silences: silences)
            guard case .object(let members) = explanation.json else { return explanation.json }
            return .object(members + [.init("text", .string(explanation.text))])
        }
        return JSONAnswer([
            "version": .integer(table.version),
            "isEventKept": .bool(isEventKept),
            "explanations": .array(explanations),
            "omittedCount": .integer(observations.count - explanations.count),
            "unreadable": .array(unreadable),
        ])
    }
}

extension Problem {
    /// Why nothing of a posted body could be read; a syntax error with its line and column.
    fileprivate init(unreadable error: FindingDecodingError) {
        var items: [Item] = []
        if case .syntax(let syntax) = error {
            items = [Item(detail: syntax.reason, line: syntax.position.line, column: syntax.position.column)]
        }
        if case .tooMany(let limit, _) = error {
            self.init(
                .contentTooLarge,
                detail: "The body holds more than the \(limit) findings that are read. Send fewer in one request."
            )
        } else {
            self.init(.badRequest, detail: "The body could not be read: \(error).", errors: items)
        }
    }
}
