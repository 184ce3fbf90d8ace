import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Store
import Triage

/// The list of deliveries, and one of them with its attempts.
enum DeliveriesPage {
    static func page(
        _ found: Paged<Notification>,
        _ read: ReadQuery<NotificationFilter>,
        text: String,
        isFollowing: Bool,
        accounts: AccountBook,
        serving: [String: ServingNode],
        visitor: Visitor
    ) -> Page {
        let box = FilterBox(
            path: "/deliveries",
            label: "Deliveries",
            text: text,
            query: read.query,
            mistakes: read.mistakes,
            fields: NotificationFilter.queryFields.map { (name: $0.0, example: $0.1) }
        )
        return Page(
            title: "Deliveries",
            area: .deliveries,
            content: """
                <div class="head"><div><h1>Deliveries</h1><p>Every message, every try. What is told later is no message yet.</p>\
                </div>\(buttons(text, isFollowing, visitor))</div>
                \(box.html)<p class="fresh" id="fresh" role="status"></p>\
                <div\(isFollowing ? Live.region("rows") : Live.rows("rows"))>\
                \(found.items.isEmpty ? empty(text) : list(found, box, accounts, serving))</div>
                """
        )
    }

    private static func buttons(_ text: String, _ isFollowing: Bool, _ visitor: Visitor) -> HTML {
        let here = text.isEmpty ? "/deliveries?" : "/deliveries?q=\(text.percentEncoded)&"
        let follow: HTML =
            isFollowing
            ? #"<a class="b" href="\#(String(here.dropLast()))">Stop following</a>"#
            : #"<a class="b" href="\#(here)follow=1">Follow</a>"#
        let redrive = visitor.way(.respond, to: ConsolePath.redrive(text), "", "Send dead ones again…")
        let waiting: HTML = #"<a class="b" href="\#(ConsolePath.waiting())">What waits</a>"#
        return #"<div class="row wrap">\#(waiting)\#(follow)\#(redrive)</div>"#
    }

    private static func empty(_ text: String) -> HTML {
        let words: HTML =
            text.isEmpty
            ? "No message was queued yet. A finding that a rule sends somewhere makes one."
            : #"No delivery fits. <a class="u" href="/deliveries">Show all</a>"#
        return #"<section class="card"><p class="body m">\#(words)</p></section>"#
    }

    private static func list(
        _ found: Paged<Notification>,
        _ box: FilterBox,
        _ accounts: AccountBook,
        _ serving: [String: ServingNode]
    ) -> HTML {
        let rows = found.items.map { row($0, accounts, serving[$0.destination]) }
        return """
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Deliveries">\
            <table class="mid stackable"><caption class="vh">Deliveries, newest first</caption><thead><tr>\
            <th scope="col">Message</th><th scope="col">State</th><th scope="col">To</th><th scope="col">Rule</th>\
            <th scope="col">Queued</th><th scope="col">Tries</th><th scope="col">Now</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div>\
            <footer class="row between"><span>\(found.items.count) shown</span>\(box.older(found.next))</footer></section>
            """
    }

    private static func row(_ notification: Notification, _ accounts: AccountBook, _ serving: ServingNode?) -> HTML {
        // A message about several findings is of no one account.
        let account: HTML =
            notification.content.bundle == nil && notification.content.finding.account != nil
            ? #"<span class="xs f blk">\#(accounts.label(notification.content.finding))</span>"# : ""
        let node: HTML = notification.isUnsent ? serving?.line ?? "" : ""
        return """
            <tr data-row="\(notification.id)"><td><a href="\(ConsolePath.delivery(notification.id))">\(notification.shownTitle)</a>\(account)</td>\
            <td data-l="State">\(state(notification.state))</td>\
            <td data-l="To">\(notification.destination)\(notification.recipient.map { "<span class=\"xs f blk\">\($0)</span>" as HTML } ?? "")</td>\
            <td data-l="Rule" class="s m">\(notification.content.rule)</td>\
            <td data-l="Queued" class="s nw">\(.moment(notification.createdAt))</td>\
            <td data-l="Tries" class="s nw">\(notification.attempts)</td>\
            <td data-l="Now" class="s">\(standing(notification))\(node)</td></tr>
            """
    }

    static func state(_ state: Notification.State) -> HTML {
        switch state {
        case .pending, .sending: #"<span class="st t-warn">\#(.icon(.clock))\#(state.rawValue)</span>"#
        case .delivered: #"<span class="st t-ok">\#(.icon(.check))delivered</span>"#
        case .dead: #"<span class="st t-bad">\#(.icon(.x))dead</span>"#
        case .diverted, .folded: #"<span class="st m">\#(.icon(.send))\#(state.rawValue)</span>"#
        }
    }

    /// What is next, or why there is nothing next.
    static func standing(_ notification: Notification) -> HTML {
        switch notification.state {
        case .pending: "next try \(.moment(notification.dueAt))"
        case .sending: "under way"
        case .delivered: notification.uncertain > 0 ? "possibly repeated" : ""
        case .dead: "\(notification.deadReason ?? "given up")"
        case .diverted: "handed to the fallback"
        case .folded: "told in a summary"
        }
    }
}

extension Notification {
    /// Whether a node still has to do something about it.
    var isUnsent: Bool { state == .pending || state == .sending }

    /// What the message is about, in one line.
    var shownTitle: String {
        guard let bundle = content.bundle else { return content.finding.title }
        return "\(ShownNumber.grouped(bundle.total)) findings · \(content.finding.title)"
    }
}
