import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store
import Triage

/// What is said of a destination, in the list and on its own page.
struct DestinationRow {
    var state: DestinationState
    /// Who sends to it, where several nodes could.
    var serving: ServingNode?
    var visitor: Visitor
    var now: Date

    var icon: Icon {
        switch state.destination?.transport.type.word {
        case "slack": .chat
        case "email": .mail
        default: .hook
        }
    }

    var kind: HTML {
        guard let word = state.destination?.transport.type.word else { return "not in the rules in force" }
        return #"\#(word) · <a class="u" href="\#(SettingsPage.path("destinations", state.name))">settings</a>"#
    }

    var waiting: HTML {
        let count = (state.backlog?.pending ?? 0) + (state.backlog?.sending ?? 0)
        let oldest: HTML =
            state.backlog?.oldestPendingAt.map {
                #"<span class="xs f blk">oldest \#(ShownNumber.duration(now.timeIntervalSince($0)))</span>"#
            } ?? ""
        let later: HTML =
            state.backlog.map { backlog in
                guard backlog.waiting > 0 else { return "" }
                let path = ConsolePath.waiting(for: state.name)
                return
                    #"<span class="xs blk"><a class="u" href="\#(path)">\#(.number(backlog.waiting)) later</a></span>"#
            } ?? ""
        guard count > 0 else { return #"<span><span class="f">0</span>\#(later)</span>"# }
        let path = ConsolePath.deliveries("to:\(ConsolePath.quoted(state.name)) state:pending")
        return #"<span><a class="u" href="\#(path)">\#(.number(count))</a>\#(oldest)\#(later)</span>"#
    }

    var dead: HTML {
        guard let count = state.backlog?.dead, count > 0 else { return #"<span class="f">0</span>"# }
        let path = ConsolePath.deliveries("to:\(ConsolePath.quoted(state.name)) state:dead")
        return #"<a class="t-bad" href="\#(path)">\#(.number(count))</a>"#
    }

    var lane: HTML {
        let reason: HTML = state.lane?.reason.map { #"<span class="xs f blk">\#($0)</span>"# } ?? ""
        let pause: HTML =
            state.lane?.pause.map { pause in
                let who: HTML = pause.author.map { "by \(Visitor.shown(author: $0)), " } ?? ""
                return #"<span class="xs f blk">\#(who)\#(.moment(pause.pausedAt))</span>"#
            } ?? ""
        let until: HTML = state.lane?.notBefore.map { #"<span class="xs f blk">next try \#(.moment($0))</span>"# } ?? ""
        let word: HTML =
            switch state.lane?.state {
            case .open: #"<span class="st t-ok">\#(.icon(.check))open</span>"#
            case .waiting: #"<span class="st t-warn">\#(.icon(.clock))waiting</span>"#
            case .broken: #"<span class="st t-bad">\#(.icon(.stop))broken</span>"#
            case .paused: #"<span class="st m">\#(.icon(.pause))paused</span>"#
            case nil: #"<span class="st f">\#(.icon(.x))removed</span>"#
            }
        return "<span>\(word)\(reason)\(pause)\(until)\(missing)\(unused)\(serving?.line ?? "")</span>"
    }

    /// Secrets that are not there: nothing can be sent.
    private var missing: HTML {
        let lines: [HTML] = state.secrets.compactMap { secret in
            secret.problem.map { #"<span class="xs t-bad blk">\#(secret.reference.description) \#($0)</span>"# }
        }
        return "\(lines)"
    }

    private var unused: HTML {
        state.isUsed ? "" : #"<span class="xs f blk">no rule sends here</span>"#
    }

    /// Where each secret is read from, and whether it is there.
    var secrets: HTML {
        let lines: [HTML] = state.secrets.map { secret in
            let word: HTML =
                secret.problem.map { #"<b class="t-bad">\#($0)</b>"# } ?? #"<span class="t-ok">set</span>"#
            return "<div>\(secret.reference.description): \(word)</div>"
        }
        return "\(lines)"
    }

    /// How many of the messages of the last day the first try delivered; empty where none was delivered.
    var firstTry: HTML {
        guard let recent = state.lane?.recent, recent.delivered > 0 else { return "" }
        let tenths = recent.atFirstTry * 1_000 / recent.delivered
        let share = recent.atFirstTry == recent.delivered ? "100" : "\(tenths / 10).\(tenths % 10)"
        return "\(share) % at the first try"
    }

    var fallback: HTML { state.destination?.fallback.map { "then \($0)" } ?? "no fallback" }

    /// How much of the rate is used now, and what it is.
    var rate: HTML {
        guard let rate = state.destination?.effectiveRate else { return "no limit" }
        let used = Double(state.lane?.recent?.triesInMinute ?? 0) / 60 * rate.interval.seconds
        let tenths = Int((used * 10).rounded())
        let shown = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        return "\(shown) of \(rate.count) in \(Telling.words(rate.interval))"
    }

    /// What a pause would keep from people who are to be woken.
    private var critical: HTML {
        switch state.backlog?.critical ?? 0 {
        case 0: "No CRITICAL message waits now; whatever comes will wait, too."
        case 1: "<b>1 CRITICAL message</b> waits now and would wait on, like whatever comes."
        case let count: "<b>\(.number(count)) CRITICAL messages</b> wait now and would wait on, like whatever comes."
        }
    }

    /// What came of a day's observations there, by the hour.
    func day(_ part: FateReport.Part?, until: Date) -> HTML {
        let hours = (0..<24).map { part?.buckets[until.utcHour - 23 + $0]?.delivered ?? 0 }
        let delivered = hours.reduce(0, +)
        let share: HTML = firstTry.text.isEmpty ? "" : #"<span class="xs f blk">\#(firstTry)</span>"#
        guard delivered > 0 else { return #"<div><span class="f">0</span>\#(share)</div>"# }
        return """
            <div class="nw">\(.number(delivered))\(.hidden(" findings told in 24 hours"))</div>\
            \(HourBars(hours: hours, label: "Findings told each hour, this hour last").html)\
            \(share)
            """
    }

    var action: HTML {
        guard let lane = state.lane else { return "" }
        let path = ConsolePath.destination(state.name)
        guard lane.state == .open || lane.state == .waiting else {
            let button: HTML = #"<button class="b sm">\#(lane.state == .paused ? "Resume" : "Try now")</button>"#
            return """
                <form method="post" action="\(path)/resume">\(visitor.proofField)\(visitor.controls(.respond, button))</form>
                """
        }
        guard visitor.may(.respond) else {
            return visitor.controls(.respond, #"<button class="b sm">Pause…</button>"#)
        }
        let id = "why-\(ConsolePath.anchor(state.name))"
        return """
            <details class="menu"><summary class="b sm">Pause…</summary><form class="stack" method="post" \
            action="\(path)/pause">\(visitor.proofField)<p class="s">\(critical)</p><label for="\(id)">Why, for whoever finds it paused</label>\
            <input type="text" class="full" id="\(id)" name="reason" required maxlength="200"><button class="b sm">Pause</button></form></details>
            """
    }
}
