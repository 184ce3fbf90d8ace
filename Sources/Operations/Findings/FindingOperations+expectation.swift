import Findings
import Routing

extension FindingOperations {
    /// What an expectation about a finding may begin with: as little of it as makes the rules in force decide the same.
    ///
    /// - Parameters:
    ///   - subject: Where the finding is.
    ///   - index: Which one of several, from 0.
    /// - Returns: The suggestion.
    /// - Throws: ``ExplanationRefusal``, or when the finding cannot be read.
    package func suggestion(for subject: ExpectedFinding, at index: Int = 0) async throws -> ExpectationSuggestion {
        let table = routes.table
        let observations: [Observation]
        switch subject {
        case .stored(let key): observations = [try await stored(key, under: .active).observation]
        case .body(let body): observations = try decoded(body, table).observations
        case .fields(let fields): observations = [try FindingOperations.observation(fields: fields)]
        }
        guard observations.indices.contains(index) else { throw ExplanationRefusal.unknownFinding }
        return table.suggestion(for: observations[index])
    }
}

extension RoutingTable {
    fileprivate func suggestion(for observation: Observation) -> ExpectationSuggestion {
        let decision = decide(observation)
        var fields = observation.finding.fields(askedFields)
        var isAlike = isDecided(.fields(fields.bytes), decision)
        let event = observation.eventAlone
        if isAlike == false, event.members.isEmpty == false {
            let whole = JSONValue.object(fields.members + [.init("event", event)])
            if isDecided(.fields(whole.bytes), decision) { (fields, isAlike) = (whole, true) }
        }
        let isWholeAlike = isDecided(.event(event.bytes), decision)
        return ExpectationSuggestion(
            finding: observation.finding,
            fields: fields,
            event: isWholeAlike ? event : nil,
            isDecidedAlike: isAlike,
            decision: decision
        )
    }

    /// Whether a finding of an expectation is decided as another one was.
    private func isDecided(_ subject: Expectation.Subject, _ decision: Decision) -> Bool {
        switch subject {
        case .fields(let bytes), .event(let bytes):
            guard bytes.count <= Expectation.largestSubject else { return false }
        case .example: return false
        }
        return decisions(subject, document.severities).map { decisions in
            decisions.isEmpty == false
                && decisions.allSatisfy { $0.matched == decision.matched && $0.destinations == decision.destinations }
        } ?? false
    }

    /// `nil` when it holds no finding.
    private func decisions(_ subject: Expectation.Subject, _ severities: SeverityDefaults) -> [Decision]? {
        do {
            switch subject {
            case .fields(let bytes): return [decide(try Observation(fields: JSONDocument.parse(bytes)))]
            case .event(let bytes):
                return try FindingDecoder(defaults: severities).decode(bytes).observations.map(decide)
            case .example: return nil
            }
        } catch {
            // What makes no finding cannot stand in for one.
            return nil
        }
    }
}

extension Observation {
    /// The event with this finding alone, where it came with others.
    fileprivate var eventAlone: JSONValue {
        let whole = event
        let findings = whole["detail"]?["findings"]?.elements ?? []
        guard let findingIndex, findings.count > 1, findings.indices.contains(findingIndex) else { return whole.value }
        func replacing(_ key: String, in json: JSON, with value: JSONValue) -> JSONValue {
            .object(json.members.map { JSONValue.Member($0.key, $0.key == key ? value : $0.value.value) })
        }
        guard let detail = whole["detail"] else { return whole.value }
        let alone = replacing("findings", in: detail, with: .array([findings[findingIndex].value]))
        return replacing("detail", in: whole, with: alone)
    }
}
