import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store
import Triage

/// Only what a person can act on, the worst first.
struct OverviewNeeds {
    var process: ProcessStatus
    var ledger: LedgerStatus
    /// Silences that end soon.
    var ending: [Silence]
    var silent: [SilentSource]

    struct Need {
        var icon: HTML
        var what: HTML
        var why: HTML
        var path: String?
    }

    var all: [Need] {
        let bad = HTML.icon(.stop, "t-bad")
        var needs: [Need] = []
        if let problem = process.health.problem {
            needs.append(Need(icon: bad, what: "The store", why: "\(problem)", path: nil))
        }
        for (part, reason) in process.failing.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            needs.append(Need(icon: bad, what: "The \(part.rawValue) does not work", why: "\(reason)", path: nil))
        }
        if process.node.isClockOff {
            let seconds = Int(abs(process.node.clockSkew).rounded())
            needs.append(
                Need(
                    icon: .icon(.warn, "t-warn"),
                    what: "The clock of \(process.node.name) is off",
                    why:
                        """
                        It differs from the database's by \(.number(seconds)) s. This node accepts, and leaves leading and sending to \
                        nodes whose clocks are right.
                        """,
                    path: nil
                )
            )
        }
        for source in process.sources {
            guard let failure = source.failure else { continue }
            needs.append(
                Need(
                    icon: bad,
                    what: "The source \(source.name) cannot be pulled",
                    why: "Since \(.moment(failure.since)): \(failure.kind.words). \(failure.reason)",
                    path: "/destinations#sources"
                )
            )
        }
        for state in ledger.destinations {
            guard let lane = state.lane, lane.state != .open, lane.state != .waiting || lane.failures > 0 else {
                continue
            }
            let waiting = state.backlog?.pending ?? 0
            let critical = state.backlog?.critical ?? 0
            let worst: HTML = critical > 0 ? ", \(.number(critical)) of them CRITICAL" : ""
            let who: HTML =
                lane.pause.map { pause in
                    let name: HTML = pause.author.map { " by \(Visitor.shown(author: $0))" } ?? ""
                    return "\(name), \(.moment(pause.pausedAt))"
                } ?? ""
            needs.append(
                Need(
                    icon: lane.state == .broken ? bad : .icon(.warn, "t-warn"),
                    what: "\(state.name) is \(state.state)\(who)",
                    why: "\(lane.reason ?? "no reason is known"); \(.number(waiting)) messages wait\(worst)",
                    path: ConsolePath.destination(state.name)
                )
            )
        }
        for state in ledger.destinations where state.isUsed {
            guard let secret = state.secrets.first(where: { $0.problem != nil }) else { continue }
            needs.append(
                Need(
                    icon: bad,
                    what: "\(state.name) cannot be sent to",
                    why: "\(secret.reference.description) \(secret.problem ?? "")",
                    path: ConsolePath.destination(state.name)
                )
            )
        }
        for state in ledger.destinations {
            guard let dead = state.backlog?.dead, dead > 0 else { continue }
            needs.append(
                Need(
                    icon: .icon(.nobody, "t-bad"),
                    what: "\(.number(dead)) dead letters at \(state.name)",
                    why: state.destination?.fallback.map { "Its fallback is \($0)." } ?? "It has no fallback.",
                    path: ConsolePath.deliveries("to:\(ConsolePath.quoted(state.name)) state:dead")
                )
            )
        }
        for source in silent {
            let usual = ShownNumber.duration(source.usual)
            needs.append(
                Need(
                    icon: .icon(.warn, "t-warn"),
                    what: "Nothing has come from \(source.name)",
                    why: "Not since \(.moment(source.lastBefore)); something usually comes every \(usual).",
                    path: nil
                )
            )
        }
        for silence in ending {
            needs.append(
                Need(
                    icon: .icon(.mute, "t-warn"),
                    what: "The silence \(silence.id) ends \(.moment(silence.endsAt))",
                    why: "\(silence.owner): \(silence.reason). What it hides and is open then is told.",
                    path: "/silences/\(silence.id.percentEncoded)"
                )
            )
        }
        if ledger.totals.setAside > 0 {
            needs.append(
                Need(
                    icon: .icon(.warn, "t-warn"),
                    what: "\(.number(ledger.totals.setAside)) findings stand aside",
                    why: "They could not be applied. `noroshi set-aside` lists them and tries them again.",
                    path: nil
                )
            )
        }
        if case .refused(let problems)? = process.lastReload {
            needs.append(
                Need(
                    icon: .icon(.warn, "t-warn"),
                    what: "routes.json cannot be used",
                    why: "The rules in force stay. \(problems.first ?? "")",
                    path: nil
                )
            )
        }
        return needs
    }
}
