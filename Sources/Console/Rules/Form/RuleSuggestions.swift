import Findings
import HTTPSurface
import Operations
import Routing
import Store

/// Values that a condition may ask for, as stored findings and the rules have them; a box offers them without a script.
struct RuleSuggestions: Sendable {
    private struct Value: Sendable {
        var text: String
        /// The name of an account, beside its id.
        var label: String?
    }

    /// By field.
    private var values: [String: [Value]] = [:]

    /// Values of a field that are offered.
    private static let most = 200
    /// Values that are offered beside those that a box holds, for which it needs a list of its own.
    private static let mostFurther = 50

    init() {}

    /// - Parameters:
    ///   - seen: What the newest findings hold.
    ///   - groups: The account groups of the rules that are edited.
    init(_ seen: SeenValues, groups: some Sequence<String>) {
        let accounts = seen.accounts.sorted().map { Value(text: $0, label: seen.accountNames[$0]) }
        values["account"] = groups.sorted().map { Value(text: "@\($0)") } + accounts
        let named: [(Condition.Field, Set<String>)] = [
            (.region, seen.regions), (.product, seen.products), (.resourceType, seen.resourceTypes),
            (.control, seen.controls),
        ]
        for (field, texts) in named { values[field.rawValue] = texts.sorted().map { Value(text: $0) } }
        values["severity"] = Severity.allCases.reversed().map { Value(text: $0.label.lowercased()) }
        values["status"] = FindingStatus.allCases.map { Value(text: $0.rawValue) }
    }

    /// A list for each field, to which empty boxes refer.
    var lists: HTML {
        let lists: [HTML] = values.sorted { $0.key < $1.key }.compactMap { field, values in
            values.isEmpty ? nil : list(RuleSuggestions.id(field), values.prefix(RuleSuggestions.most).map { $0 })
        }
        return "\(lists)"
    }

    /// What a box refers to, and a list of its own where it holds values already: a browser compares the whole of a box.
    func offered(for field: String, in name: String, holding text: String) -> (id: String, list: HTML) {
        let held = ListText.values(text)
        guard held.isEmpty == false else { return (RuleSuggestions.id(field), "") }
        let begin = ListText.text(held) + ", "
        let further = (values[field] ?? []).filter { held.contains($0.text) == false }
            .prefix(RuleSuggestions.mostFurther)
            .map { Value(text: begin + ListText.text([$0.text]), label: $0.label) }
        let id = RuleSuggestions.id(name)
        return (id, further.isEmpty ? "" : list(id, further))
    }

    private static func id(_ name: String) -> String { "values-\(name)" }

    private func list(_ id: String, _ values: [Value]) -> HTML {
        let options: [HTML] = values.map { value in
            let label: HTML = value.label.map { #" label="\#($0)""# } ?? ""
            return #"<option value="\#(value.text)"\#(label)></option>"#
        }
        return #"<datalist id="\#(id)">\#(options)</datalist>"#
    }
}
