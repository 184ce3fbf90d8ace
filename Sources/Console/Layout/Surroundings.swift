import FoundationEssentials
import HTTPSurface
import Routing
import Store

/// What every page says of the service and of whoever looks at it.
struct Surroundings: Sendable {
    var visitor: Visitor
    var ledger: Ledger
    var keeping = RouteKeeping.file

    /// What the store says.
    enum Ledger: Sendable {
        /// The rules are those in force; `nil` before there are any.
        case read(Totals, RouteRevision?)
        /// Why it says nothing, and which version of the rules was read last; 0 for none.
        case unread(String, rules: Int)
    }

    var dead: Int {
        guard case .read(let totals, _) = ledger else { return 0 }
        return totals.dead
    }

    /// Below the menu: whether everything is accounted for, which rules are in force, who is signed in.
    ///
    /// - Parameter id: Of the element, which stands in the page twice: for wide windows and for small ones.
    /// - Returns: The element.
    func foot(_ id: String) -> HTML {
        #"<div class="foot"\#(Live.region(id))>\#(accounts)\#(rules)\#(settings)\#(identity)</div>"#
    }

    private var accounts: HTML {
        switch ledger {
        case .unread(let problem, _): line(.icon(.warn, "t-bad i-s"), "The store: \(problem)")
        case .read(let totals, _) where totals.isBalanced:
            line(.icon(.check, "t-ok i-s"), "\(.number(totals.accepted)) accepted, every one accounted for")
        case .read(let totals, _):
            line(.icon(.warn, "t-bad i-s"), "\(.number(totals.accepted)) accepted, and some not accounted for")
        }
    }

    private var rules: HTML {
        let words: HTML =
            switch ledger {
            case .unread(_, rules: 0): "Which rules are in force cannot be read"
            case .unread(_, let version): "Rules <b>v\(version)</b>, as they were read last"
            case .read(_, nil): "No rules are in force"
            case .read(_, let revision?):
                """
                Rules <a href="/versions/\(revision.version)"><b>v\(revision.version)</b></a>, \(kept)<br>\
                by \(VersionsPage.who(revision)), \(.moment(revision.activatedAt))
                """
            }
        return line(.icon(.rules, "i-s"), words)
    }

    private var kept: String {
        switch keeping {
        case .file: "kept in routes.json"
        case .writableFile: "kept in routes.json, console may write"
        case .store: "kept here"
        }
    }

    private let settings: HTML =
        #"<div class="row">\#(.icon(.swap, "i-s"))<a href="/keys">Keys and appearance</a> · <a href="/sessions">Sessions</a></div>"#

    private var identity: HTML {
        switch visitor.proof {
        case .loopback: line(.icon(.user, "i-s"), "No sign-in: this machine only")
        case .token: line(.icon(.user, "i-s"), "<b>\(visitor.shownName)</b>\(role)")
        case .proxy: line(.icon(.user, "i-s"), "<b>\(visitor.shownName)</b>\(role)<br>signed in by the proxy in front")
        case .session:
            """
            <form class="row" method="post" action="/sign-out">\(.icon(.user, "i-s"))<span><b>\(visitor.shownName)</b>\
            \(role)</span>\(visitor.proofField)<button class="b sm q">Sign out</button></form>
            """
        }
    }

    private var role: HTML { visitor.caller.role.map { " · \($0.rawValue)" } ?? "" }

    private func line(_ icon: HTML, _ text: HTML) -> HTML { #"<div class="row">\#(icon)<span>\#(text)</span></div>"# }
}

extension Visitor {
    /// What every form of theirs carries.
    var proofField: HTML { #"<input type="hidden" name="\#(Form.proofName)" value="\#(formToken)">"# }
}
