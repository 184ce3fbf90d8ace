import Findings
import Operations
import Routing

/// Changes of rules as changes of the text of routes.json: what stays the same is not written anew.
enum RuleEdits {
    /// What makes a rule what a form says.
    ///
    /// - Parameters:
    ///   - value: The rule as it is to be.
    ///   - present: As it is.
    ///   - place: Among the rules, from 0.
    /// - Returns: None when nothing is different.
    /// - Throws: When the value is not JSON.
    static func edits(_ value: JSONValue, over present: JSON, at place: Int) throws -> [RouteEdit] {
        try edits(value, over: present, at: "/rules/\(place)")
    }

    /// What makes an object of the file, by its pointer, what a form says.
    static func edits(_ value: JSONValue, over present: JSON, at pointer: String) throws -> [RouteEdit] {
        ValueEdits.edits(from: present, to: try JSONDocument.parse(value.bytes), at: pointer)
    }

    /// What makes expectations name a rule by its new name.
    static func renaming(_ name: String, to new: String, in set: RuleSet) -> [RouteEdit] {
        guard name != new else { return [] }
        return set.document.expectations.indices.filter { set.document.expectations[$0].rule == name }
            .map { .set("/expectations/\($0)/rule", .string(new)) }
    }

    /// What a button of the list asks for.
    struct Deed: Sendable, Hashable {
        enum Verb: String, Sendable, Hashable {
            case on, off, up, down, move, copy, delete
        }

        var verb: Verb
        var rule: String

        /// - Parameter text: `up high`; `nil` when it is something else.
        init?(_ text: String) {
            let words = text.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2, let verb = Verb(rawValue: words[0]) else { return nil }
            self.verb = verb
            rule = words[1]
        }
    }

    /// - Parameters:
    ///   - deed: What is asked for.
    ///   - position: Where the rule is moved to, 1 or more.
    ///   - set: The rules.
    /// - Returns: None when nothing has to be changed; `nil` when there is no such rule.
    static func edits(_ deed: Deed, to position: Int?, in set: RuleSet) -> [RouteEdit]? {
        guard let place = set.place(of: deed.rule), let json = set.json(at: place) else { return nil }
        let count = set.document.rules.count
        let pointer = "/rules/\(place)"
        switch deed.verb {
        case .on: return json["enabled"] == nil ? [] : [.remove("\(pointer)/enabled")]
        case .off: return [.set("\(pointer)/enabled", false)]
        case .up: return move(place, to: place - 1, of: count)
        case .down: return move(place, to: place + 1, of: count)
        case .move: return position.map { move(place, to: min(max($0, 1), count) - 1, of: count) } ?? []
        case .delete: return [.remove(pointer)]
        case .copy:
            let members = json.members.map { member in
                let isName = member.key == "name"
                return JSONValue.Member(member.key, isName ? .string(copyName(deed.rule, in: set)) : member.value.value)
            }
            return [.insert("/rules", .object(members), before: place + 1 < count ? place + 1 : nil)]
        }
    }

    private static func move(_ place: Int, to target: Int, of count: Int) -> [RouteEdit] {
        guard target != place, (0..<count).contains(target) else { return [] }
        let before = target < place ? target : target + 1
        return [.move("/rules/\(place)", before: before < count ? before : nil)]
    }

    /// A name that no rule has.
    static func copyName(_ name: String, in set: RuleSet) -> String {
        let taken = Set(set.document.rules.map(\.name))
        let stem = String(name.prefix(80))
        var number = 1
        while true {
            let candidate = number == 1 ? "\(stem) copy" : "\(stem) copy \(number)"
            if taken.contains(candidate) == false { return candidate }
            number += 1
        }
    }
}
