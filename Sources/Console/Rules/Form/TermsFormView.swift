import HTTPSurface
import Routing

/// How something is told: each part where there is one, and else a button that adds it.
struct TermsFormView {
    var form: TermsForm
    var windows: [String]
    var mistakes: [FormMistake]

    /// What a form has fields for, by the members of routes.json.
    enum Part: String, Sendable, Hashable, CaseIterable {
        case group, unless, digest, notify
        case mutes = "mute"
    }

    static let ofRules: [Part] = [.group, .mutes, .unless, .digest, .notify]

    private static let fields = ["severity"] + Condition.Field.allCases.map(\.rawValue)
    private static let transitions: [Transition] = [
        .opened, .raised, .lowered, .reopened, .updated, .resolved, .acknowledged, .reminder,
    ]

    func html(_ parts: [Part] = TermsFormView.ofRules) -> HTML { "\(parts.map(part))" }

    private func part(_ part: Part) -> HTML {
        switch part {
        case .group: row(part.label, group)
        case .mutes: row(part.label, mutes)
        case .unless: row(part.label, unless)
        case .digest: row(part.label, digest)
        case .notify: row(part.label, notify)
        }
    }

    private func row(_ label: String, _ content: HTML) -> HTML {
        #"<div class="opt" role="group" aria-label="\#(label)"><span class="l">\#(label)</span><div>\#(content)</div></div>"#
    }

    private func add(_ target: String, _ text: HTML) -> HTML {
        .act(FormAct(.addPart, target), "\(.icon(.plus))\(text)", "")
    }

    private var group: HTML {
        guard let group = form.group else { return add("g", "Put several into one message") }
        return """
            \(.hiddenField("g", "1"))<div class="inl">\
            \(.select("g.kind", label: "What shares a message", [("fields", "one message for each"), ("each", "each alert by itself")], group.isEach ? "each" : "fields"))\
            <span class="grow"></span>\(.removal(of: "g", "the grouping"))</div>\
            <div class="inl checks">\(.choices("g.by", TermsFormView.fields, group.by))</div>\
            <p class="hint">None ticked: everything of the rule in one message.</p>\
            <div class="inl"><span>waits</span>\(.box("g.wait", label: "Wait", group.wait, hint: "30s", size: "w-s"))\
            <span>at most every</span>\(.box("g.interval", label: "Interval", group.interval, hint: "5m", size: "w-s"))\
            <span>again every</span>\(.box("g.repeat", label: "Repeat", group.again, hint: "never", size: "w-s"))</div>
            """
    }

    private var mutes: HTML {
        let shown: [HTML] = form.mutes.enumerated().map { place, mute in
            let name = "m.\(place)"
            let then = mute.then == "hold" ? "hold" : ""
            return """
                \(.hiddenField(name, "1"))\(mute.isList ? .hiddenField("\(name).l", "1") : "")<div class="nest"><div class="inl">\
                \(.select("\(name).when", label: "When", [("during", "during"), ("outside", "outside")], mute.isOutside ? "outside" : "during"))\
                <span class="inl checks">\(.choices("\(name).windows", windows, mute.windows))</span><span class="grow"></span>\
                \(.removal(of: name, "the time"))</div><div class="inl"><span>if</span>\
                \(.box("\(name).severity", label: "Severity", mute.severities, hint: "any severity", size: "w-m"))<span>then</span>\
                \(.select("\(name).then", label: "What happens to it", [(then, "hold until it ends"), ("drop", "drop, with a reason")], mute.then))\
                \(.box("\(name).reason", label: "Reason", mute.reason, hint: "reason"))</div></div>
                """
        }
        let none: HTML =
            windows.isEmpty
            ? #"<p class="hint">There are no windows yet: <a href="/settings/windows">write some</a> first.</p>"# : ""
        return "\(shown)\(add("m", "Hold at times"))\(none)"
    }

    private var unless: HTML {
        guard let unless = form.unless else { return add("u", "Hold while something more severe is open") }
        let missing = unless.missing == "differ" ? "differ" : ""
        let inside: HTML =
            unless.when.map { condition in
                """
                \(.hiddenField("u.w", "1"))<fieldset class="nest"><legend class="row between"><span>and the other is</span>\
                \(.removal(of: "u.w", "what the other must be"))</legend><div>\
                \(ConditionFormView(form: condition, prefix: "u.w", mistakes: mistakes, depth: 1).html)</div></fieldset>
                """
            } ?? .act(FormAct(.addPart, "u.w"), "\(.icon(.plus))and the other is…")
        return """
            \(.hiddenField("u", "1"))<div class="inl"><span>something more severe is open with the same</span>\
            <span class="grow"></span>\(.removal(of: "u", "Unless"))</div>\
            <div class="inl checks">\(.choices("u.equal", TermsFormView.fields, unless.equal))</div>\
            <div class="inl"><span>What both lack</span>\
            \(.select("u.missing", label: "What both lack", [(missing, "is not the same"), ("equal", "is the same")], unless.missing))</div>\(inside)
            """
    }

    private var digest: HTML {
        guard let digest = form.digest else { return add("d", "Gather into a digest") }
        return """
            \(.hiddenField("d", "1"))<div class="inl"><span>at</span>\
            \(.box("d.at", label: "Times of the digest", digest.at, hint: "08:30, 17:00", size: "w-m"))<span>on</span>\
            \(.box("d.weekdays", label: "Weekdays", digest.weekdays, hint: "every weekday", size: "w-m"))<span>and</span>\
            \(.box("d.daysOfMonth", label: "Days of the month", digest.daysOfMonth, hint: "every day", size: "w-m"))\
            \(.box("d.timeZone", label: "Time zone", digest.timeZone, hint: "UTC", size: "w-m"))<span class="grow"></span>\
            \(.removal(of: "d", "the digest"))</div>\
            <p class="hint">Weekdays as monday-friday, days of the month as 1, 15 or -1 for the last.</p>
            """
    }

    private var notify: HTML {
        let words = TermsFormView.transitions.map(\.rawValue)
        return """
            <div class="inl checks">\(.check("n", "usual", form.notify == nil, "As usual", type: "radio"))\
            \(.check("n", "only", form.notify != nil, "Only when it is", type: "radio"))</div>\
            <div class="inl checks">\(.choices("n.of", words, form.notify ?? []))</div>\
            <p class="hint">As usual: opened, raised, reopened, resolved, reminders, and what AWS Health updates.</p>
            """
    }
}

extension TermsFormView.Part {
    var label: String {
        switch self {
        case .group: "Together"
        case .mutes: "Held at times"
        case .unless: "Unless"
        case .digest: "Digest"
        case .notify: "Announce"
        }
    }
}
