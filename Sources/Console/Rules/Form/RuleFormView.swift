import HTTPSurface
import Operations
import Routing

/// The parts of the form of one rule, without what stands around it.
struct RuleFormView {
    var form: RuleForm
    var choices: Choices
    var mistakes: [FormMistake] = []
    /// The rule in words; `nil` while it cannot be used.
    var sentence: Phrase?

    /// In place of the sentence while there is none.
    static let unsaid = "What the rule says stands here once it can be used."

    /// The names that a rule may use.
    struct Choices: Sendable {
        var destinations: [String] = []
        var windows: [String] = []
        var groups: [String] = []
        var suggestions = RuleSuggestions()

        /// Nothing to choose from.
        init() {}

        init(_ bench: Workbench) {
            let document = bench.rules.document
            suggestions = bench.suggestions
            destinations = document.destinations.map(\.name)
            windows = document.windows.map(\.name)
            groups = document.accounts.keys.sorted()
        }

        /// Destinations that are offered to tick; others are named.
        private static let mostTicks = 60

        /// The destinations, those that are chosen first.
        func ticks(_ send: [String]) -> HTML {
            let others = destinations.filter { send.contains($0) == false }
            let ticks = (send + others.prefix(Choices.mostTicks)).map { name in
                HTML.check("send", name, send.contains(name), "\(name)")
            }
            guard others.count > Choices.mostTicks else { return "\(ticks)" }
            let hint = "others of \(destinations.count), by name"
            return "\(ticks)\(HTML.box("send.more", label: "Other destinations", "", hint: hint))"
        }
    }

    var html: HTML { "\(said)\(names)\(when)\(then)\(told)" }

    private var said: HTML {
        let words: HTML = sentence.map { .phrase($0) } ?? #"<span class="f">\#(RuleFormView.unsaid)</span>"#
        return #"<div class="fs"><p class="say" id="sentence">\#(words)</p></div>"#
    }

    private var names: HTML {
        """
        <div class="fs"><div class="opt"><label class="l" for="name">Name</label>\
        <input id="name" type="text" class="full" name="name" value="\(form.name)" required maxlength="100" autocomplete="off">\
        </div><div class="opt"><label class="l" for="description">Description</label><textarea id="description" \
        name="description" rows="2">
        \(.verbatim(form.description))</textarea></div>\
        <div class="opt"><span class="l">State</span>\(.check("enabled", "1", form.isEnabled, "On \(.hint("off, it stays in its place and is not read"))"))\
        </div>\(form.written.sorted().map { .hiddenField("written", $0) })</div>
        """
    }

    private var condition: ConditionFormView {
        ConditionFormView(form: form.when, prefix: "w", mistakes: mistakes, suggestions: choices.suggestions)
    }

    private var when: HTML {
        let groups: HTML =
            choices.groups.isEmpty
            ? ""
            : #"<p class="hint">Account groups: \#(choices.groups.prefix(20).map { "@\($0)" }.joined(separator: ", "))</p>"#
        return """
            <fieldset class="fs"><legend>When <span class="lead">all of these hold</span></legend>\
            <div>\(condition.html)\(groups)</div></fieldset>\(choices.suggestions.lists)
            """
    }

    private var then: HTML {
        let isSending = form.effect == .send
        return """
            <fieldset class="fs"><legend>Then</legend><div><div class="opt"><span class="l">\
            \(.check("then", "send", isSending, "Send to", type: "radio"))</span><div class="inl checks">\(choices.ticks(form.send))\
            </div></div><div class="opt"><span class="l">\
            \(.check("then", "suppress", isSending == false, "Suppress, because", type: "radio"))</span>\
            \(.box("reason", label: "Why findings that match go nowhere", form.reason, hint: "the reason, which is kept with each", size: "full"))\
            </div><div class="opt"><span class="l">Afterwards</span>\
            \(.check("stop", "1", form.stop, "End the reading here \(.hint("the rules below do not see what matches; a rule that suppresses always ends it"))"))\
            </div></div></fieldset>
            """
    }

    private var told: HTML {
        """
        <fieldset class="fs"><legend>How it is told \
        <span class="lead">\(form.effect == .send ? "" : "means nothing in a rule that suppresses")</span></legend>\
        <div>\(TermsFormView(form: form.terms, windows: choices.windows, mistakes: mistakes).html())</div></fieldset>
        """
    }
}

extension HTML {
    /// What stands beside a field in small letters.
    static func hint(_ text: HTML) -> HTML { #"<span class="hint">\#(text)</span>"# }
}
