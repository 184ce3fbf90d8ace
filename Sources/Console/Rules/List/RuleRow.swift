import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// One rule in the list.
struct RuleRow {
    var rule: Rule
    /// 1 or more.
    var place: Int
    var count: Int
    var mark: RuleMark?
    var icons: [String: Icon]
    var accounts = AccountBook()
    var mayEdit: Bool
    /// Whether it is a rule in force or of a draft, and not of an earlier version.
    var isOfNow = true
    /// Since when it is off in what is in force; `nil` where it is on there.
    var offSince: SwitchedOff?
    var warnings: Int
    /// Findings that reach nobody by what the draft did to it.
    var nobody = 0
    var matches: RuleMatches

    /// The form in which all rows stand.
    static let form = "do-rules"

    var html: HTML {
        let looks = [
            "rule", mark?.isNew == true ? "added" : mark == nil ? nil : "changed", rule.isEnabled ? nil : "off",
        ].compactMap(\.self).joined(separator: " ")
        // The row of a rule that was just moved or switched has the focus: its address names it.
        return """
            <li class="\(looks)" id="\(ConsolePath.anchor(rule: rule.name))" tabindex="-1" data-rule="\(rule.name)" data-place="\(place)"><div class="pos"><span>\(place)</span></div>
            <div><h3>\(name)\(tags)</h3>\
            <div class="cond">\(RuleRow.chips(rule.when, accounts))<span class="terms">\(terms)</span></div></div>
            <div class="to">\(to)</div>\(matches.html)<div class="acts">\(acts)</div></li>

            """
    }

    /// A rule of an earlier version leads nowhere: what is edited is the rule of now.
    private var name: HTML {
        guard isOfNow else { return "\(rule.name)" }
        return #"<a href="\#(ConsolePath.rule(rule.name))">\#(rule.name)</a>"#
    }

    private var tags: HTML {
        let ends: HTML =
            rule.stop && rule.suppress == nil ? #"<span class="tag">\#(.icon(.stop, "i-s"))ends here</span>"# : ""
        let marks: [HTML] = (mark?.words ?? []).map {
            #"<span class="tag \#($0 == "new" ? "gain" : "move")">\#($0)</span>"#
        }
        let lost: HTML =
            nobody > 0
            ? #"<span class="tag bad">\#(.icon(.nobody, "i-s"))\#(.number(nobody)) \#(nobody == 1 ? "reaches" : "reach") nobody</span>"#
            : ""
        let remarks: HTML =
            warnings > 0
            ? #"<a class="tag warn" href="\#(ConsolePath.rule(rule.name))#remarks">\#(.icon(.warn, "i-s"))\#(warnings == 1 ? "1 remark" : "\(warnings) remarks")</a>"#
            : ""
        return "\(ends)\(off)\(marks)\(lost)\(remarks)"
    }

    /// That it is off, since when and by whom.
    private var off: HTML {
        guard rule.isEnabled == false else { return "" }
        guard let offSince else { return #"<span class="tag">off</span>"# }
        let revision = offSince.revision
        let begin: HTML = offSince.isEarlier ? "at least since" : "since"
        return """
            <span class="tag">off</span><span class="xs f">\(begin) \(.moment(revision.activatedAt)), \(VersionsPage.who(revision)), \
            <a class="u" href="/versions/\(revision.version)">v\(revision.version)</a></span>
            """
    }

    static func chips(_ condition: Condition, _ accounts: AccountBook) -> HTML {
        let chips = condition.chips
        guard chips.isEmpty == false else { return #"<span class="pill">every finding</span>"# }
        let shown: [HTML] = chips.map { chip in
            #"<span class="pill\#(chip.isExclusion ? " no" : "")"><span class="k">\#(chip.label)</span> \#(accounts.naming(chip.value))</span>"#
        }
        return "\(shown)"
    }

    private var terms: HTML {
        if let reason = rule.suppress { return "Suppressed: “\(reason)”" }
        let phrases = rule.terms.phrases
        return RuleRow.terms(phrases)
    }

    static func terms(_ phrases: [Phrase]) -> HTML {
        guard let first = phrases.first else { return "At once" }
        let words = [first.capitalised] + phrases.dropFirst()
        return "\(words.map(\.text).joined(separator: " · "))"
    }

    private var to: HTML {
        if rule.suppress != nil { return #"<span class="ends">\#(.icon(.mute))nowhere, with a reason</span>"# }
        return RuleRow.destinations(rule.send, icons)
    }

    static func destinations(_ names: [String], _ icons: [String: Icon]) -> HTML {
        let shown: [HTML] = names.prefix(8).map { name in
            #"<span class="dest">\#(.icon(icons[name] ?? .hook))<span>\#(name)</span></span>"#
        }
        return "\(shown)\(names.count > 8 ? "+\(names.count - 8)" : "")"
    }

    private var acts: HTML {
        guard isOfNow else {
            return #"<span class="xs f">\#(rule.isEnabled ? "on" : "off")</span>"#
        }
        guard mayEdit == false else { return controls }
        // Why they are off stands once on the page.
        return #"<fieldset class="off" disabled aria-describedby="\#(RuleRow.reason)">\#(controls)</fieldset>"#
    }

    /// Of the sentence that says why nothing can be changed.
    static let reason = "why-off"

    private var controls: HTML {
        let path = ConsolePath.ruleName(rule.name)
        return """
            \(switchButton)\(button("up", .up, "Move \(rule.name) up", isOff: place == 1))\
            \(button("down", .down, "Move \(rule.name) down", isOff: place == count))\
            <details class="menu"><summary class="b sm q ic" aria-label="More for \(rule.name)">\(.icon(.more))</summary>\
            <div class="pop"><a class="b sm q" href="/rules/move/\(path)">Move to position…</a>\
            \(.press("copy", rule.name, "Duplicate"))\(.press("delete", rule.name, "Delete", "danger"))</div></details>
            """
    }

    private var switchButton: HTML {
        """
        <button class="flip" name="do" value="\(rule.isEnabled ? "off" : "on") \(rule.name)" role="switch" \
        aria-checked="\(rule.isEnabled ? "true" : "false")" aria-label="\(rule.name) is on"><span></span></button>
        """
    }

    private func button(_ deed: String, _ icon: Icon, _ label: String, isOff: Bool) -> HTML {
        """
        <button class="b sm q ic" name="do" value="\(deed) \(rule.name)" aria-label="\(label)"\
        \(isOff ? " disabled" : "")>\(.icon(icon))</button>
        """
    }
}

extension HTML {
    /// A button of the list's form.
    fileprivate static func press(_ deed: String, _ name: String, _ text: HTML, _ look: String = "") -> HTML {
        """
        <button class="b sm q \(look)" name="do" value="\(deed) \(name)">\(text)</button>
        """
    }
}

extension ConsolePath {
    static func rule(_ name: String) -> String { "/rules/edit/\(ruleName(name))" }
    /// A rule's name as one part of a path: two dots alone would lead elsewhere.
    static func ruleName(_ name: String) -> String { name.percentEncoded }
    static func anchor(rule name: String) -> String { "rule-\(name.percentEncoded)" }
    static func rules(_ query: String, page: Int = 1, at version: Int? = nil) -> String {
        let parts = [
            version.map { "at=v\($0)" }, query.isEmpty ? nil : "q=\(query.percentEncoded)",
            page > 1 ? "page=\(page)" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "/rules" : "/rules?\(parts.joined(separator: "&"))"
    }
}
