import Findings
import HTTPSurface
import Hummingbird
import Operations
import Store

extension ConsoleRoutes {
    func finding(_ request: Request, _ visitor: Visitor, _ context: SurfaceContext) async throws -> Page {
        let story = try await operations.findings.finding(try parameter("id", context))
        let deliveries = try await operations.findings.deliveries(of: story)
        let explanations = try await explained(story, under: .atTheTime)
        let draft = try await operations.drafts.draft(of: visitor.caller.name)
        var rules = ConsoleRoutes.query(request)["by"].flatMap(FindingPage.Rules.init) ?? .then
        if rules == .draft, draft == nil { rules = .then }
        let read: Explanations? =
            switch rules {
            case .then: explanations
            case .active: try await explained(story, under: .active)
            case .draft: try await explained(story, under: draft.map { .draft($0.id) } ?? .active)
            }
        var whyNot: WhyNot?
        var mistake: String?
        if let destination = ConsoleRoutes.query(request)["why-not"], destination.isEmpty == false {
            do {
                whyNot = try await operations.findings.whyNot(story.record.id, told: destination)
            } catch let unknown as UnknownName {
                mistake = unknown.answer.detail
            }
        }
        return FindingPage(
            story: story,
            deliveries: deliveries,
            explanation: explanations?.explanations.first,
            version: explanations?.version,
            reading: FindingPage.Reading(rules: rules, explanation: read?.explanations.first, version: read?.version),
            draft: draft?.id,
            destinations: operations.destinations.names,
            accounts: await operations.accounts.book(),
            whyNot: whyNot,
            whyNotMistake: mistake,
            visitor: visitor,
            now: now(),
            lanes: await operations.findings.laneStates()
        ).page
    }

    /// Why the finding went where it went; `nil` when the rules are not kept any more.
    private func explained(_ story: FindingStory, under rules: RuleChoice) async throws -> Explanations? {
        do {
            return try await operations.findings.explain(
                stored: story.record.finding.key.rawValue,
                under: rules,
                at: nil
            )
        } catch is RuleRefusal {
            return nil
        } catch is ExplanationRefusal {
            return nil
        }
    }
}
