import Findings
import FoundationEssentials
import HTTPSurface
import Hummingbird
import Operations
import Routing
import Store

extension ConsoleRoutes {
    private static let recentFindings = 8
    /// A pasted event, of which each byte may be three.
    private static let pasted = BodyLimit(bytes: 3 << 20)

    func addTry(to router: Router<SurfaceContext>) {
        show("try", router) { request, visitor, _ in
            var query = ConsoleRoutes.query(request)
            // One that is picked from the list counts only where nothing was typed.
            if query["finding"]?.isEmpty != false { query["finding"] = query["pick"] }
            return try await tried(TryQuestion { query[$0] }, visitor)
        }
        ask("try", router, limit: ConsoleRoutes.pasted) { form, visitor in
            try await tried(TryQuestion { form[$0] }, visitor)
        }
    }

    private func tried(_ question: TryQuestion, _ visitor: Visitor) async throws -> Page {
        var mistakes: [String] = []
        var answer: Explanations?
        if question.isAsked {
            do {
                answer = try await explained(question)
            } catch let refusal as ExplanationRefusal {
                mistakes = [refusal.answer.detail]
                mistakes += refusal.answer.faults.map { fault in
                    let place = fault.pointer.map { "\($0.dropFirst()): " } ?? fault.line.map { "line \($0): " } ?? ""
                    return place + fault.detail
                }
            } catch let unread as Unread {
                mistakes = [unread.words]
            }
        }
        var recent: [FindingRecord] = []
        if question.shape == .finding {
            recent = try await operations.findings.list(
                FindingFilter(),
                page: Store.Page(limit: ConsoleRoutes.recentFindings)
            ).items
        }
        return TryPage(question: question, answer: answer, mistakes: mistakes, recent: recent, visitor: visitor).page
    }

    /// A part of the question that cannot be read.
    private struct Unread: Error {
        var words: String
    }

    private func explained(_ question: TryQuestion) async throws -> Explanations {
        var moment: Date?
        if question.moment.isEmpty == false {
            moment = ShownMoment.read(question.moment)
            if moment == nil { throw Unread(words: "The time must be a moment such as \(ShownMoment.text(now())).") }
        }
        var rules = RuleChoice.active
        if question.version.isEmpty == false {
            guard let number = Int(question.version), number > 0 else {
                throw Unread(words: "The version must be the number of one.")
            }
            rules = .version(number)
        }
        switch question.shape {
        case .finding:
            // Whatever leads to a finding elsewhere does here, too.
            let key: String
            do {
                key = try await operations.findings.finding(question.finding).record.finding.key.rawValue
            } catch let refusal as FindingRefusal {
                throw Unread(words: refusal.answer.detail)
            }
            return try await operations.findings.explain(stored: key, under: rules, at: moment)
        case .event:
            return try await operations.findings.explain(body: Array(question.event.utf8), under: rules, at: moment)
        case .fields:
            return try await operations.findings.explain(
                fields: Array(question.fieldsText.utf8),
                under: rules,
                at: moment
            )
        }
    }
}
