import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension FindingOperations {
    /// Why a destination was not told of a finding: by the nearest rule that sends there, or by what held the message.
    ///
    /// - Parameters:
    ///   - text: The finding's id, the beginning of that, or its key.
    ///   - destination: Its name.
    /// - Returns: The answer, under the rules that decided; under those in force when the former are not kept.
    /// - Throws: ``FindingRefusal``; ``UnknownName`` for a destination that neither the rules in force nor the finding's
    ///   own story knows; or when something cannot be read.
    package func whyNot(_ text: String, told destination: String) async throws -> WhyNot {
        let story = try await finding(text)
        let isOfStory =
            story.notifications.contains { $0.destination == destination }
            || story.observations.contains { $0.outcomes.contains { $0.destination == destination } }
        if isOfStory == false { try routes.table.document.require(destination: destination) }
        let found = try await explanationThen(of: story)
        let explanation = found?.explanations.first
        let surroundings = ToldSummary.Surroundings(
            lanes: await lanes.status(),
            deliveries: try await deliveries(of: story),
            now: now()
        )
        let line = ToldSummary(story: story, surroundings, explanation: explanation, destinations: [destination]).lines
            .first { $0.destination == destination }
        var answer = WhyNot(
            finding: story.record.id,
            destination: destination,
            version: found?.version,
            cause: .noRule,
            failures: 0,
            sentence: line?.reason ?? ""
        )
        guard isOfStory, let line else {
            answer.take(explanation)
            return answer
        }
        answer.at = line.at
        answer.sentence = "\(line.state.words.prefix(1).uppercased())\(line.state.words.dropFirst()). \(line.reason)"
        answer.rule = FindingOperations.rule(of: story, at: destination)
        switch line.state {
        case .told: answer.cause = .told
        case .failed: answer.cause = .gaveUp
        case .held: answer.cause = .together
        case .handedOn: answer.cause = .diverted
        case .never: answer.cause = .held
        case .notYet:
            let lane = surroundings.lanes.first { $0.destination == destination }
            let isTried = story.notifications.contains { $0.destination == destination && $0.attempts > 0 }
            answer.cause = lane?.state == .paused ? .paused : isTried ? .retrying : .queued
        }
        return answer
    }

    /// Under the rules of the last observation, else under those in force.
    private func explanationThen(of story: FindingStory) async throws -> Explanations? {
        for rules in [RuleChoice.atTheTime, .active] {
            do {
                return try await explain(stored: story.record.finding.key.rawValue, under: rules, at: nil)
            } catch is RuleRefusal {
                continue
            }
        }
        return nil
    }

    /// The rule that named the destination last.
    private static func rule(of story: FindingStory, at destination: String) -> String? {
        story.observations.reversed().lazy.compactMap { observation in
            observation.outcomes.last { $0.destination == destination }?.rule
        }.first ?? story.notifications.last { $0.destination == destination }?.content.rule
    }
}

extension WhyNot {
    /// What the rules say of a destination for which nothing was ever due.
    fileprivate mutating func take(_ explanation: Explanation?) {
        guard let explanation, let nearest = explanation.nearest(to: destination) else { return }
        rule = nearest.rule.name
        failures = nearest.failures
        condition = nearest.firstFailure
        switch nearest.outcome {
        case .matched:
            // It matched by what is known now: only a rule that suppresses can have kept it.
            cause = .suppressed
        case .notReached where nearest.wouldMatch: cause = .ended
        case .off where nearest.wouldMatch: cause = .off
        case .notMatched, .notReached, .off: cause = .condition
        }
    }
}
