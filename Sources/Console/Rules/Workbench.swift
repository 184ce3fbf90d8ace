import HTTPSurface
import Operations
import Routing
import Store

/// What the pages about rules are about: the draft of whoever looks, or the rules in force.
struct Workbench: Sendable {
    /// `nil` before the first activation.
    var active: RouteRevision?
    var rules: RuleSet
    /// Of whoever looks, or the one that they look at.
    var draft: Draft?
    /// What the draft is different in, by rule.
    var marks: [String: RuleMark]
    var keeping: RouteKeeping
    var visitor: Visitor
    /// What is doubtful in the rules, in the order of their text.
    var claims: [Claim]
    /// What is wrong with the rules file, which was not loaded; empty when nothing is.
    var fileProblems: [String] = []
    /// Whether there is a rules file that says what was never in force, and that nobody loads.
    var hasUnreadFile = false
    /// The version that is looked at in their place; its rules are only read.
    var shownVersion: RouteRevision?
    /// What the boxes of a rule's form offer.
    var suggestions = RuleSuggestions()
    /// What is known of the accounts that rules name.
    var accounts = AccountBook()
    /// Why the draft cannot be used, and what is in force is shown in its place.
    var draftProblems: [String] = []

    init(active: RouteRevision?, rules: RuleSet, draft: Draft?, keeping: RouteKeeping, visitor: Visitor) {
        self.active = active
        self.rules = rules
        self.draft = draft
        self.keeping = keeping
        self.visitor = visitor
        marks = RuleMark.marks(draft?.comparison)
        claims = rules.warnings.map { Claim($0) }
    }

    var mayEdit: Bool { visitor.may(.edit) && shownVersion == nil }

    /// What is doubtful in single rules, by their places.
    var claimsByPlace: [Int: [Claim]] {
        claims.reduce(into: [:]) { found, claim in
            guard let tokens = JSONPointer(claim.diagnostic.pointer)?.tokens, tokens.count > 1, tokens[0] == "rules",
                let place = JSONPointer.index(tokens[1])
            else { return }
            found[place, default: []].append(claim)
        }
    }

    /// What a form has to name so that nothing is changed that its reader did not see.
    var tag: String { draft?.tag ?? "v\(active?.version ?? 0)" }

    /// The fields that every form about rules carries.
    var formFields: HTML { "\(visitor.proofField)\(.hiddenField("tag", tag))" }

    /// The bar above every page about rules, while there is a draft.
    var bar: HTML {
        """
        \(Workbench.fileAlarm(fileProblems))\
        \(Workbench.alarm("Your draft cannot be used. What is in force is shown in its place.", draftProblems))\
        \(unread)\(draft.map { DraftBar(draft: $0, keeping: keeping, visitor: visitor).html } ?? "")
        """
    }

    private var unread: HTML {
        guard hasUnreadFile else { return "" }
        return """
            <div class="note warn">\(.icon(.warn))<div class="grow"><b>The rules file is another than v\(active?.version ?? 0).</b> \
            The rules are kept here, so that it is not loaded.</div><a class="b sm" href="/versions/file">See the difference</a></div>\
            <div class="gap"></div>
            """
    }

    /// That the rules file was not loaded, and why; empty when nothing is wrong with it.
    static func fileAlarm(_ problems: [String]) -> HTML {
        alarm("The rules file was not loaded. What is in force stays.", problems)
    }

    private static func alarm(_ title: String, _ problems: [String]) -> HTML {
        guard problems.isEmpty == false else { return "" }
        let lines: [HTML] = problems.prefix(10).map { "<li>\($0)</li>" }
        let more: HTML = problems.count > 10 ? "<li>and \(problems.count - 10) more</li>" : ""
        return """
            <div class="note bad" role="alert">\(.icon(.stop))<div class="grow"><b>\(title)</b>\
            <ul class="s bullets">\(lines)\(more)</ul></div></div><div class="gap"></div>
            """
    }

    var icons: [String: Icon] {
        rules.document.destinations.reduce(into: [:]) { $0[$1.name] = Icon(of: $1.transport.type.word) }
    }
}

extension Icon {
    /// Of a kind of destination.
    init(of type: String?) {
        switch type {
        case "slack": self = .chat
        case "email": self = .mail
        default: self = .hook
        }
    }
}

/// What a draft did to a rule.
struct RuleMark: Sendable, Hashable {
    var isNew = false
    var isChanged = false
    /// By how many places it stands higher up; less than 0 for further down.
    var moved: Int?

    static func marks(_ comparison: RouteComparison?) -> [String: RuleMark] {
        (comparison?.changes(of: .rules) ?? []).reduce(into: [:]) { marks, change in
            var mark = RuleMark()
            switch change.kind {
            case .added: mark.isNew = true
            case .changed: mark.isChanged = true
            case .moved: break
            case .removed: return
            }
            if change.isMoved, let before = change.placeBefore, let after = change.placeAfter {
                mark.moved = before - after
            }
            marks[change.name] = mark
        }
    }

    var words: [String] {
        [
            isNew ? "new" : nil, isChanged ? "changed" : nil,
            moved.map { $0 > 0 ? "moved up \($0)" : $0 < 0 ? "moved down \(-$0)" : "moved" },
        ].compactMap(\.self)
    }
}
