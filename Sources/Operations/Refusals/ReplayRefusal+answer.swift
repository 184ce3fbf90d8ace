import Findings
import Routing
import Store

extension ReplayRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown:
            RefusalAnswer(
                .unknown,
                detail: "There is no replay with this id; the newest \(ReplayRecord.mostKept) are kept, for a day."
            )
        case .full(let most):
            RefusalAnswer(
                .conflict,
                detail: "\(most) replays wait already; cancel one, or ask again when one is done."
            )
        case .rules(let refusal):
            // What the body names is not there: the replays themselves are.
            RefusalAnswer(.impossible, detail: refusal.answer.detail, faults: refusal.answer.faults)
        case .empty:
            RefusalAnswer(.impossible, detail: "The replay would end before it begins: since is not before until.")
        case .notDone(let state):
            RefusalAnswer(
                .conflict,
                detail: state.isOver
                    ? "The replay was \(state.rawValue) and has no findings; ask for another."
                    : "The replay is \(state.rawValue); its findings are there when it is done."
            )
        }
    }
}
