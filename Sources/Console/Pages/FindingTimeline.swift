import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store
import Triage

/// What happened to a finding, in its order.
struct FindingTimeline {
    var story: FindingStory
    var deliveries: [NotificationRecord]
    var visitor: Visitor

    /// The newest steps that are shown.
    private static let most = 40

    private struct Step {
        var at: Date
        var html: HTML
    }

    var html: HTML {
        let steps = (observations + attempts).sorted { $0.at < $1.at }
        let left = steps.count - FindingTimeline.most
        let more: HTML = left > 0 ? #"<li class="s f">\#(.number(left)) earlier steps are not shown.</li>"# : ""
        return """
            <section class="card"><header><h2>Story</h2></header><ol class="body path">\(more)\
            \(steps.suffix(FindingTimeline.most).map(\.html))</ol></section>
            """
    }

    private var observations: [Step] {
        story.observations.enumerated().map { index, observation in
            let status = observation.status.rawValue.lowercased()
            let what: HTML = index == 0 ? "<b>Came in</b>" : "<b>Seen again</b>"
            let became =
                observation.disposition == "suppressed"
                ? "suppressed: \(observation.reason ?? "")"
                : observation.disposition == "unrouted" ? "no rule sends it anywhere" : "by v\(observation.version)"
            return step(
                index == 0 ? .plus : .find,
                observation.disposition == "unrouted" ? "bad" : index == 0 ? "y" : "n",
                what,
                observation.receivedAt,
                "\(observation.severity.label), \(status) · \(became)\(holds(observation))"
            )
        }
    }

    /// So many destinations of one observation are named with what holds their news back.
    private static let mostHolds = 5

    /// What holds news back, or held it, and until when.
    private func holds(_ observation: ObservationRecord) -> HTML {
        let lines: [HTML] = observation.outcomes.compactMap { outcome in
            if let held = outcome.held {
                // That nothing is new is said by the step itself.
                guard let reason = HeldReason(rawValue: held), reason != .refreshed else { return nil }
                let by: HTML =
                    outcome.heldBy.map { id in
                        reason == .silenced ? #" by <a href="/silences/\#(id.percentEncoded)">\#(id)</a>"# : " (\(id))"
                    } ?? ""
                return "<b>\(outcome.destination)</b>: \(reason.words)\(by)"
            }
            guard let item = outcome.itemState else { return nil }
            let until: HTML = item.until.map { ", until \(HTML.moment($0))" } ?? ""
            return "<b>\(outcome.destination)</b>: \(item.words)\(until)"
        }
        guard lines.isEmpty == false else { return "" }
        let more = lines.count - FindingTimeline.mostHolds
        let rest: HTML = more > 0 ? "<br>and \(more) more" : ""
        return "\(lines.prefix(FindingTimeline.mostHolds).map { "<br>\($0)" as HTML })\(rest)"
    }

    private var attempts: [Step] {
        deliveries.flatMap { record -> [Step] in
            let notification = record.notification
            let link: HTML = #"<a href="\#(ConsolePath.delivery(notification.id))">message</a>"#
            var steps = record.attempts.map { attempt in
                let isGood = attempt.verdict == .delivered
                let status = attempt.status.map { "\($0) " } ?? ""
                let took = Int(attempt.finishedAt.timeIntervalSince(attempt.startedAt) * 1_000)
                return step(
                    isGood ? .send : attempt.verdict == .uncertain ? .warn : .x,
                    isGood ? "y" : "bad",
                    "<b>\(notification.destination)</b> \(notification.content.transition.rawValue)",
                    attempt.startedAt,
                    "\(status)\(attempt.verdict.rawValue) in \(took) ms, try \(attempt.number) · \(link)"
                )
            }
            if notification.state == .pending {
                steps.append(
                    step(
                        .clock,
                        "",
                        "<b>\(notification.destination)</b> \(record.attempts.isEmpty ? "first" : "next") try",
                        notification.dueAt,
                        "\(link)"
                    )
                )
            }
            return steps
        }
    }

    private func step(_ icon: Icon, _ tone: String, _ what: HTML, _ at: Date, _ words: HTML) -> Step {
        Step(
            at: at,
            html: """
                <li class="step"><span class="dot \(tone)">\(.icon(icon))</span><div><div class="row between top">\
                <div>\(what)</div><span class="tm nw">\(.moment(at))</span></div><div class="s m">\(words)</div></div></li>
                """
        )
    }
}
