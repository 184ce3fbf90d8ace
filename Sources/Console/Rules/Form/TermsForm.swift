/// How and when something is told, as fields of a form: what rules, the fallback and destinations have in common.
struct TermsForm: Sendable, Hashable {
    var group: GroupForm?
    var mutes: [MuteForm] = []
    var unless: UnlessForm?
    var digest: DigestForm?
    /// What is announced; `nil` for what is announced without a word about it.
    var notify: [String]?

    /// How alerts share messages.
    struct GroupForm: Sendable, Hashable {
        var isEach = false
        var by: [String] = []
        var wait = ""
        var interval = ""
        var again = ""
    }

    /// When nothing is told.
    struct MuteForm: Sendable, Hashable {
        var isOutside = false
        var windows: [String] = []
        /// As ``ListText`` writes them.
        var severities = ""
        var isList = false
        /// `hold`, `drop`, or nothing where nothing is written.
        var then = ""
        var reason = ""
    }

    /// While what else is open nothing is told.
    struct UnlessForm: Sendable, Hashable {
        var equal: [String] = []
        var when: ConditionForm?
        /// `differ`, `equal`, or nothing where nothing is written.
        var missing = ""
    }

    /// The summary in place of messages; each as ``ListText`` writes it.
    struct DigestForm: Sendable, Hashable {
        var at = ""
        var weekdays = ""
        var daysOfMonth = ""
        var timeZone = ""
    }

    /// Adds or takes away what a button says.
    mutating func perform(_ act: FormAct) {
        unless?.when?.perform(act, "u.w")
        switch (act.deed, act.target) {
        case (.addPart, "g"): group = GroupForm()
        case (.addPart, "m"): mutes.append(MuteForm())
        case (.addPart, "u"): unless = UnlessForm()
        case (.addPart, "u.w"): unless?.when = ConditionForm(lines: [ConditionForm.NewLine.field.line])
        case (.addPart, "d"): digest = DigestForm()
        case (.remove, "g"): group = nil
        case (.remove, "u"): unless = nil
        case (.remove, "u.w"): unless?.when = nil
        case (.remove, "d"): digest = nil
        case (.remove, let target):
            for place in mutes.indices.reversed() where target == "m.\(place)" { mutes.remove(at: place) }
        default: break
        }
    }
}
