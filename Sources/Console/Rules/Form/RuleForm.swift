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
    var terms = TermsForm()
    /// The members that the rule has although they say what would hold without them: `enabled`, `stop`.
    var written: Set<String> = []

    enum Effect: String, Sendable, Hashable {
        case send, suppress
    }

    /// Adds or takes away what a button says.
    mutating func perform(_ act: FormAct) {
        when.perform(act, "w")
        terms.perform(act)
    }
}
