import Findings
import HTTPSurface
import Operations
import Routing

/// An expectation as a form holds it: whatever was typed, be it usable or not.
struct ExpectationForm: Sendable, Hashable {
    /// How the finding is said.
    enum About: String, Sendable, Hashable, CaseIterable {
        case finding, event, example
    }

    var name = ""
    var description = ""
    var about = About.finding
    /// JSON.
    var fields = "{\n  \"severity\": \"HIGH\"\n}"
    /// JSON.
    var event = ""
    var example = ""
    var to: [String] = []
    /// Names apart by commas, for those that are not offered to tick.
    var others = ""
    var notTo = ""
    /// `true`, `false` or nothing.
    var suppressed = ""
    var unrouted = ""
    var rule = ""

    init() {}

    init(_ form: FormFields) {
        func text(_ name: String) -> String { form[name] ?? "" }
        name = text("name")
        description = FormText.lines(text("description"))
        about = About(rawValue: text("about")) ?? .finding
        fields = FormText.lines(text("finding"))
        event = FormText.lines(text("event"))
        example = text("example")
        to = form.all("to")
        others = text("others")
        notTo = text("notTo")
        suppressed = text("suppressed")
        unrouted = text("unrouted")
        rule = text("rule")
    }

    /// An expectation as it is written.
    init(_ json: JSON) {
        func words(_ name: String) -> [String] { json[name]?.elements.compactMap(\.string) ?? [] }
        func word(_ name: String) -> String { json[name]?.bool.map { $0 ? "true" : "false" } ?? "" }
        name = json["name"]?.string ?? ""
        description = json["description"]?.string ?? ""
        about = About.allCases.first { json[$0.rawValue] != nil } ?? .finding
        fields = json["finding"].map(FormText.json) ?? ""
        event = json["event"].map(FormText.json) ?? ""
        example = json["example"]?.string ?? ""
        to = words("to")
        notTo = ListText.text(words("notTo"))
        suppressed = word("suppressed")
        unrouted = word("unrouted")
        rule = json["rule"]?.string ?? ""
    }

    /// What becomes of a finding now, to be kept so. Who is told of one that nobody is told of is left to be said.
    init(_ suggestion: ExpectationSuggestion, in set: RuleSet) {
        name = ExpectationForm.name(for: suggestion.finding.title, in: set)
        fields = FormText.shown(suggestion.fields.laidOut)
        event = suggestion.event.map { FormText.shown($0.laidOut) } ?? ""
        if suggestion.isDecidedAlike == false, suggestion.event != nil { about = .event }
        to = suggestion.decision.destinations
        if case .suppressed = suggestion.decision.verdict { suppressed = "true" }
    }

    /// Whether the boxes of a form can show every character of it.
    var isShownWhole: Bool {
        [name, description, example, others, notTo, rule].allSatisfy { Printable.clean($0) == $0 }
            && to.allSatisfy { Printable.clean($0) == $0 }
    }

    /// What it says, or what keeps it from being read, in sentences.
    var json: Result<JSONValue, ExpectationMistakes> {
        var mistakes: [String] = []
        func parsed(_ text: String, _ what: String) -> JSONValue {
            do throws(JSONSyntaxError) {
                return try JSONDocument.parse(Array(text.utf8), maximumDepth: 64).value
            } catch {
                mistakes.append("\(what) not JSON, in line \(error.position.line): \(error.reason).")
                return .null
            }
        }
        let subject: JSONValue =
            switch about {
            case .finding: parsed(fields, "The fields are")
            case .event: parsed(event, "The event is")
            case .example: .string(example.plain)
            }
        func list(_ names: [String]) -> JSONValue? { names.isEmpty ? nil : .array(names.map { .string($0) }) }
        func bool(_ word: String) -> JSONValue? { word == "true" ? true : word == "false" ? false : nil }
        let told = to + ListText.values(others).filter { to.contains($0) == false }
        var members: [JSONValue.Member] = [.init("name", .string(name.plain))]
        let optional: [(String, JSONValue?)] = [
            ("description", description.isEmpty ? nil : .string(description)), (about.rawValue, subject),
            ("to", list(told)), ("notTo", list(ListText.values(notTo))), ("suppressed", bool(suppressed)),
            ("unrouted", bool(unrouted)), ("rule", rule.plain.isEmpty ? nil : .string(rule.plain)),
        ]
        for (key, value) in optional { if let value { members.append(.init(key, value)) } }
        return mistakes.isEmpty ? .success(.object(members)) : .failure(ExpectationMistakes(all: mistakes))
    }

    /// A name that no expectation has: the title's beginning.
    private static func name(for title: String, in set: RuleSet) -> String {
        let taken = Set(set.document.expectations.map(\.name))
        let words = Printable.clean(title).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let cut = String(String.UnicodeScalarView(words.unicodeScalars.prefix(80))).plain
        let stem = cut.isEmpty ? "expectation" : cut
        var number = 1
        while true {
            let candidate = number == 1 ? stem : "\(stem) \(number)"
            if taken.contains(candidate) == false { return candidate }
            number += 1
        }
    }
}

/// What keeps a form from being read.
struct ExpectationMistakes: Error, Hashable {
    var all: [String]
}

extension String {
    /// Without white space around it.
    fileprivate var plain: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
