import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Routing
import Store
import Triage

/// One delivery: its attempts with what the receiver answered, and what is next.
struct DeliveryPage {
    var record: NotificationRecord
    /// Of the finding it is about, where that is known.
    var finding: String?
    /// Who sends to its destination, where several nodes could.
    var serving: ServingNode?
    var accounts = AccountBook()
    var visitor: Visitor

    var page: Page {
        let notification = record.notification
        return Page(
            title: notification.shownTitle,
            area: .deliveries,
            content: """
                <div class="crumb"><a href="/deliveries">Deliveries</a> / \(notification.id)</div>
                <div class="head"><div><div class="row wrap">\(DeliveriesPage.state(notification.state))\
                <span class="s f">to \(notification.destination)\(notification.recipient.map { " <\($0)>" } ?? "")</span></div>\
                <h1>\(notification.shownTitle)</h1><p>\(DeliveriesPage.standing(notification))</p></div>\
                <div class="row wrap">\(retry)\(findingLink)</div></div>
                <div class="grid-main"><div class="stack-4">\(attempts)\(replies)</div>
                <aside class="stack-4" aria-label="Facts">\(facts)</aside></div>
                """
        )
    }

    private var retry: HTML {
        let notification = record.notification
        guard notification.state == .pending || notification.state == .dead else { return "" }
        return """
            <form method="post" action="\(ConsolePath.delivery(notification.id))/retry">\(visitor.proofField)\
            \(visitor.controls(.respond, #"<button class="b p">Try now</button>"#))</form>
            """
    }

    private var findingLink: HTML {
        guard let finding else { return "" }
        return #"<a class="b" href="\#(ConsolePath.finding(finding))">Its finding</a>"#
    }

    private var attempts: HTML {
        guard record.attempts.isEmpty == false else {
            return
                #"<section class="card"><header><h2>Attempts</h2></header><p class="body m">Not tried yet.</p></section>"#
        }
        let rows: [HTML] = record.attempts.map { attempt in
            let milliseconds = Int(attempt.finishedAt.timeIntervalSince(attempt.startedAt) * 1_000)
            let status: HTML = attempt.status.map { "<b>\($0)</b> " } ?? ""
            return """
                <tr><td>\(attempt.number)</td><td class="nw">\(.moment(attempt.startedAt))</td>\
                <td>\(status)\(attempt.verdict.rawValue)\(attempt.errorClass.map { " · \($0)" } ?? "")\
                \(attempt.detail.map { "<span class=\"xs f blk\">\($0)</span>" as HTML } ?? "")</td>\
                <td class="nw">\(.number(milliseconds)) ms</td>\
                <td class="nw">\(attempt.nextDueAt.map { .moment($0) } ?? "" as HTML)</td></tr>
                """
        }
        return """
            <section class="card"><header><h2>Attempts</h2></header><div class="scroll" tabindex="0" role="region" \
            aria-label="Attempts"><table class="attempts"><caption class="vh">Attempts</caption><thead><tr>\
            <th scope="col">Try</th><th scope="col">At</th><th scope="col">Answer</th><th scope="col">Took</th>\
            <th scope="col">Next</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    private var replies: HTML {
        guard let reply = record.attempts.last?.reply, reply.isEmpty == false else { return "" }
        return """
            <section class="card"><header><h2>Answer <span class="f s">first 1 kB, secrets masked</span></h2></header>\
            <div class="rawbox" tabindex="0" role="region" aria-label="Answer"><pre>\(reply)</pre></div></section>
            """
    }

    private var facts: HTML {
        let notification = record.notification
        let finding = notification.content.finding
        var rows: [(String, HTML)] = [
            ("Account", accounts.label(finding)),
            ("Rule", "\(notification.content.rule), v\(notification.content.version)"),
            ("News", "\(notification.content.transition.rawValue)"),
            ("Queued", .moment(notification.createdAt)),
        ]
        if notification.isUnsent, let serving {
            rows.append(("Node", #"\#(serving.name)<span class="xs f blk">since \#(.moment(serving.since))</span>"#))
        }
        if let timings = record.attempts.last?.timings {
            rows.append(("First byte", "\(Int(timings.firstByte * 1_000)) ms"))
        }
        if let peer = record.attempts.last?.peerAddress {
            rows.append(("Peer", #"<span class="mono">\#(peer)</span>"#))
        }
        if let id = notification.fallbackFor {
            rows.append(
                ("Stands in for", #"<a class="mono xs" href="\#(ConsolePath.delivery(id))">\#(id)</a>"#)
            )
        }
        let list: [HTML] = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }
        return
            #"<section class="card"><header><h2>Facts</h2></header><div class="body"><dl class="kv">\#(list)</dl></div></section>"#
    }
}
