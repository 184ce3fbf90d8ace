/// One rule as the fields of a form: everything that a rule can say.
struct RuleForm: Sendable, Hashable {
    var name = ""
    var description = ""
    var isEnabled = true
    var when = ConditionForm()
    var effect = Effect.send
    var send: [String] = []
    /// Why nothing is sent.
    var reason = ""
    var stop = false
    var group: GroupForm?
    var mutes: [MuteForm] = []
    var unless: UnlessForm?
    var digest: DigestForm?
    /// What is announced; `nil` for what is announced without a word about it.
    var notify: [String]?
    /// The members that the rule has although they say what would hold without them: `enabled`, `stop`.
    var written: Set<String> = []

    enum Effect: String, Sendable, Hashable {
        case send, suppress
    }

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
        when.perform(act, "w")
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
