import Findings

extension RoutingTable {
    /// For so many expectations that do not hold it is worked out rule by rule why.
    private static let mostExplained = 100
    /// How many bytes of examples are read for one report.
    private static let mostExampleBytes = 16 << 20

    /// Asks about everything that the document expects of its rules, by the code that decides.
    ///
    /// - Parameter examples: Where the examples are.
    /// - Returns: The same for the same arguments; who is told depends on no window, silence or moment.
    package func expectationReport(_ examples: ExpectationExamples) -> ExpectationReport {
        let decoder = FindingDecoder(defaults: document.severities)
        var reading = ExampleReading(examples: examples, room: RoutingTable.mostExampleBytes)
        var explained = 0
        let results = document.expectations.enumerated().map { place, expectation in
            var outcome: ExpectationReport.Outcome
            do throws(ExpectationExamples.Unavailable) {
                let observations = try expectation.observations(decoder, &reading)
                let isExplained = explained < RoutingTable.mostExplained
                outcome = self.outcome(expectation, observations, isExplained: isExplained)
                if outcome != .held { explained += 1 }
            } catch {
                outcome = .notRun(EscapedText.visible(error.reason, limit: 600))
            }
            return ExpectationReport.Result(expectation: expectation, place: place, outcome: outcome)
        }
        return ExpectationReport(results: results)
    }

    private func outcome(
        _ expectation: Expectation,
        _ observations: [Observation],
        isExplained: Bool
    ) -> ExpectationReport.Outcome {
        for (index, observation) in observations.enumerated() {
            let decision = decide(observation)
            let failures = expectation.failures(decision)
            guard failures.isEmpty == false else { continue }
            let explanation = isExplained ? explain(observation) : nil
            let clauses = failures.prefix(3).map { $0.clause(decision, explanation) }
            let more = failures.count > 3 ? "; and \(failures.count - 3) more" : ""
            let title = EscapedText.quoted(observation.finding.title, limit: 100)
            let which = observations.count == 1 ? "" : "finding \(index + 1) of \(observations.count), \(title): "
            return .broken(which + clauses.joined(separator: "; ") + more, rule: decision.taker)
        }
        return .held
    }
}

/// Examples that are read for one report, each once.
private struct ExampleReading {
    var examples: ExpectationExamples
    /// How many bytes may still be read.
    var room: Int
    private var read: [String: Result<[UInt8], ExpectationExamples.Unavailable>] = [:]

    init(examples: ExpectationExamples, room: Int) {
        self.examples = examples
        self.room = room
    }

    mutating func bytes(_ name: String) throws(ExpectationExamples.Unavailable) -> [UInt8] {
        if let known = read[name] { return try known.get() }
        guard room > 0 else { throw ExpectationExamples.Unavailable("the examples before it hold more than 16 MiB") }
        let found: Result<[UInt8], ExpectationExamples.Unavailable>
        do throws(ExpectationExamples.Unavailable) {
            let bytes = try examples.read(name)
            room -= bytes.count
            found = .success(bytes)
        } catch {
            found = .failure(error)
        }
        read[name] = found
        return try found.get()
    }
}

extension Expectation {
    /// The findings that are asked about, decoded as if they had come in; at least one.
    fileprivate func observations(
        _ decoder: FindingDecoder,
        _ reading: inout ExampleReading
    ) throws(ExpectationExamples.Unavailable) -> [Observation] {
        let bytes: [UInt8]
        let what: String
        switch subject {
        case .fields(let fields): return [try Expectation.observation(fields)]
        case .event(let event): (bytes, what) = (event, "the event")
        case .example(let name): (bytes, what) = (try reading.bytes(name), name)
        }
        let body: DecodedBody
        do throws(FindingDecodingError) {
            body = try decoder.decode(bytes)
        } catch {
            throw ExpectationExamples.Unavailable("\(what) holds no finding: \(error)")
        }
        for case .unreadable(let item) in body.items {
            throw ExpectationExamples.Unavailable("\(what) cannot be read: \(item.reason)")
        }
        let observations = body.observations
        guard observations.isEmpty == false else {
            throw ExpectationExamples.Unavailable("\(what) holds no finding")
        }
        return observations
    }

    private static func observation(_ fields: [UInt8]) throws(ExpectationExamples.Unavailable) -> Observation {
        do {
            return try Observation(fields: JSONDocument.parse(fields))
        } catch {
            // They were read with the document, by the same code.
            throw ExpectationExamples.Unavailable("the fields make no finding")
        }
    }
}
