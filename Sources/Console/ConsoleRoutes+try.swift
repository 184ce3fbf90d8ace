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
        let bench = try await bench(visitor)
        var mistakes: [String] = []
        var answers: [Explanations] = []
        if question.isAsked {
            do {
                let moment = try moment(question)
                for rules in try choices(question, bench.draft) {
                    answers.append(try await explained(question, under: rules, at: moment))
                }
            } catch let refusal as ExplanationRefusal {
                mistakes = sentences(of: refusal.answer)
            } catch let refusal as RuleRefusal {
                mistakes = sentences(of: refusal.answer)
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
        var accounts = await operations.accounts.book()
        accounts.learn(from: recent.map(\.finding))
        return TryPage(
            question: question,
            answers: mistakes.isEmpty ? answers : [],
            mistakes: mistakes,
            recent: recent,
            bench: bench,
            accounts: accounts
        ).page
    }

    private func sentences(of answer: RefusalAnswer) -> [String] {
        [answer.detail]
            + answer.faults.map { fault in
                let place = fault.pointer.map { "\($0.dropFirst()): " } ?? fault.line.map { "line \($0): " } ?? ""
                return place + fault.detail
            }
    }

    /// A part of the question that cannot be read.
    private struct Unread: Error {
        var words: String
    }

    private func moment(_ question: TryQuestion) throws -> Date? {
        guard question.moment.isEmpty == false else { return nil }
        guard let moment = ShownMoment.read(question.moment) else {
            throw Unread(words: "The time must be a moment such as \(ShownMoment.text(now())).")
        }
        return moment
    }

    private func choices(_ question: TryQuestion, _ draft: Draft?) throws -> [RuleChoice] {
        switch question.rules {
        case .active: return [.active]
        case .version:
            guard let number = Int(question.version), number > 0 else {
                throw Unread(words: "The version must be the number of one.")
            }
            return [.version(number)]
        case .draft, .both:
            guard let draft else { throw Unread(words: "You have no draft: it was published or thrown away.") }
            return question.rules == .both ? [.active, .draft(draft.id)] : [.draft(draft.id)]
        }
    }

    private func explained(
        _ question: TryQuestion,
        under rules: RuleChoice,
        at moment: Date?
    ) async throws -> Explanations {
        switch question.shape {
        case .finding:
            // Whatever leads to a finding elsewhere does here, too.
            let key: String
            do {
                key = try await operations.findings.finding(question.finding).record.finding.key.rawValue
            } catch let refusal as FindingRefusal {
                throw Unread(words: refusal.answer.detail)
            }
            return try await operations.findings.explain(
                stored: key,
                under: rules,
                at: moment,
                as: question.severity
            )
        case .event:
            return try await operations.findings.explain(
                body: Array(question.event.utf8),
                under: rules,
                at: moment,
                as: question.severity
            )
        case .fields:
            return try await operations.findings.explain(
                fields: Array(question.fieldsText.utf8),
                under: rules,
                at: moment
            )
        }
    }
}
