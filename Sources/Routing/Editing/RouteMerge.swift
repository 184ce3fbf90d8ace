import Findings

/// Two edits of one routes.json, put together: what only one side changed is taken, what both changed is a conflict.
package struct RouteMerge: Sendable {
    /// Which side a conflict is decided for.
    package enum Choice: String, Sendable, Hashable, CaseIterable {
        case mine, theirs
        /// Both lists, where each side only added to one.
        case both
    }

    /// Something that both sides changed, each in another way.
    package struct Conflict: Sendable, Hashable {
        /// Where it is, with names in the place of the indices of rules and expectations: `/rules/high/when/account`.
        package var pointer: String
        /// As each side writes it; `nil` where it is not there.
        package var base: String?
        package var mine: String?
        package var theirs: String?
        /// The lists of both sides joined; `nil` where that means nothing.
        package var both: String?
        /// Why it cannot be decided by itself.
        package var reason: String
    }

    /// The text on which the others' changes stand already, with one's own put in as far as they fit.
    package private(set) var text: RouteText
    /// What has to be decided before the text is whole.
    package private(set) var conflicts: [Conflict] = []
    /// What one side changed alone and that fits, by the pointers of what has a name.
    package private(set) var fitting: [String] = []

    private let base: JSON
    private let mine: JSON
    private let theirs: JSON
    private let choices: [String: Choice]
    /// Whether what both sides changed is a conflict as a whole, and so is what one side removed that rules can name.
    private let isCoarse: Bool

    /// - Parameters:
    ///   - base: What both began with.
    ///   - mine: One's own text, which can be read.
    ///   - theirs: What is in force meanwhile.
    ///   - choices: Decisions about conflicts, by their pointers.
    /// - Returns: The text of both, and what has to be decided first.
    /// - Throws: When one of them is not JSON.
    package static func merge(
        base: [UInt8],
        mine: [UInt8],
        theirs: [UInt8],
        choices: [String: Choice] = [:]
    ) throws -> RouteMerge {
        let texts = try [base, mine, theirs].map { try RouteText($0) }
        if let whole = choices[""] {
            var merge = RouteMerge(texts, choices, isCoarse: true)
            merge.text = whole == .mine ? texts[1] : texts[2]
            return merge
        }
        var merge = RouteMerge(texts, choices, isCoarse: false)
        try merge.run()
        guard merge.conflicts.isEmpty, merge.loads == false else { return merge }
        // Each change fits, and together they mean nothing: a rule that names what the other side removed.
        merge = RouteMerge(texts, choices, isCoarse: true)
        try merge.run()
        guard merge.conflicts.isEmpty, merge.loads == false else { return merge }
        merge.conflicts = [
            Conflict(
                pointer: "",
                mine: texts[1].root.text,
                theirs: texts[2].root.text,
                reason: "together the changes of both sides cannot be used: \(merge.firstError)"
            )
        ]
        return merge
    }

    /// The members of the document whose own members have names.
    private static let named = ["destinations", "windows", "accounts", "sources"]

    private init(_ texts: [RouteText], _ choices: [String: Choice], isCoarse: Bool) {
        base = texts[0].root
        mine = texts[1].root
        theirs = texts[2].root
        text = texts[2]
        self.choices = choices
        self.isCoarse = isCoarse
    }

    private var loads: Bool { firstError.isEmpty }

    private var firstError: String {
        do throws(RouteDocumentError) {
            _ = try RouteDocument.parse(text.bytes, file: "routes.json")
            return ""
        } catch {
            return error.diagnostics.first { $0.severity == .error }?.text ?? "\(error)"
        }
    }

    private mutating func run() throws {
        let members = [base, mine, theirs].flatMap { $0.members.map(\.key) }
        var seen: Set<String> = ["rules", "expectations"]
        for key in members where seen.insert(key).inserted {
            let depth = RouteMerge.named.contains(key) ? 1 : 0
            try merge([key], base[key], mine[key], theirs[key], named: depth)
        }
        try mergeNamed("rules")
        try mergeOrder()
        // After the rules, as theirs may be gone that one's own expectations name.
        try mergeNamed("expectations")
    }

    // MARK: Members

    /// Puts together what stands at a pointer, given its tokens. Of things with names, so many levels below, no two are a
    /// conflict because both changed.
    private mutating func merge(
        _ tokens: [String],
        _ base: JSON?,
        _ mine: JSON?,
        _ theirs: JSON?,
        named: Int = 0
    ) throws {
        let isNeeded = isCoarse && tokens.count == 2 && RouteMerge.named.contains(tokens[0])
        if isNeeded == false || base == nil || (mine == nil) == (theirs == nil) {
            if isCoarse == false || named == 0, isSame(mine, base) || isSame(mine, theirs) { return }
            if isSame(theirs, base), named == 0 { return try take(tokens, mine) }
            if let mine, let theirs, mine.kind == .object, theirs.kind == .object, base?.kind ?? .object == .object,
                named > 0 || isCoarse == false && tokens.last != "pattern"
            {
                var seen: Set<String> = []
                let keys = [base, mine, theirs].flatMap { $0?.members.map(\.key) ?? [] }
                for key in keys where seen.insert(key).inserted {
                    try merge(tokens + [key], base?[key], mine[key], theirs[key], named: max(0, named - 1))
                }
                return
            }
            if isSame(theirs, base) { return try take(tokens, mine) }
        }
        let pointer = JSONPointer(tokens).text
        // A condition may have a single value in the place of a list; elsewhere two texts are no list.
        let isList = tokens.contains("when") || [base, mine, theirs].contains { $0?.kind == .array }
        let both = isList ? RouteMerge.joined(base, mine, theirs) : nil
        switch choices[pointer] {
        case .theirs: return
        case .mine: return try take(tokens, mine)
        case .both where both != nil: return try take(tokens, both)
        case .both, nil:
            conflicts.append(
                Conflict(
                    pointer: pointer,
                    base: base?.text,
                    mine: mine?.text,
                    theirs: theirs?.text,
                    both: both?.text,
                    reason: mine == nil
                        ? "you removed it, and somebody changed or needs it"
                        : theirs == nil
                            ? "somebody removed it, and you changed or need it" : "both sides changed it"
                )
            )
        }
    }

    /// Puts one's own value in, or takes it out.
    private mutating func take(_ tokens: [String], _ value: JSON?) throws {
        if text.root[tokens[0]] == nil, tokens.count == 2, RouteMerge.lists.contains(tokens[0]), let value {
            try text.apply(.set("/\(tokens[0])", .array([value.value])))
            fitting.append(JSONPointer(tokens).text)
            return
        }
        let place = located(tokens)
        if let value {
            try text.apply(.set(place, value.value))
        } else if JSONPointer(place)?.value(in: text.root) != nil {
            try text.apply(.remove(place))
        }
        fitting.append(JSONPointer(tokens).text)
    }

    /// The members of the document that are lists of things with names.
    private static let lists = ["rules", "expectations"]

    /// The pointer with the index of the rule or expectation in the place of its name.
    private func located(_ tokens: [String]) -> String {
        guard tokens.count > 1, RouteMerge.lists.contains(tokens[0]) else { return JSONPointer(tokens).text }
        let place = RouteMerge.names(text.root, in: tokens[0]).firstIndex(of: tokens[1])
        return JSONPointer([tokens[0], place.map(String.init) ?? "-"] + tokens.dropFirst(2)).text
    }

    /// Two lists, or single values in the place of lists, to which each side only added.
    private static func joined(_ base: JSON?, _ mine: JSON?, _ theirs: JSON?) -> JSON? {
        func list(_ json: JSON?) -> [JSON]? {
            guard let json else { return [] }
            switch json.kind {
            case .array: return json.elements
            case .string: return [json]
            default: return nil
            }
        }
        guard mine != nil, theirs != nil, let base = list(base), let mine = list(mine), let theirs = list(theirs) else {
            return nil
        }
        let kept = base.allSatisfy { old in
            mine.contains { $0.means(old) } && theirs.contains { $0.means(old) }
        }
        guard kept else { return nil }
        let added = mine.filter { one in theirs.contains { $0.means(one) } == false }
        let text = JSONValue.array((theirs + added).map(\.value)).bytes
        do {
            return try JSONDocument.parse(text)
        } catch {
            // What was put together of parsed values parses.
            return nil
        }
    }

    // MARK: Rules

    private static func names(_ root: JSON, in list: String = "rules") -> [String] {
        (root[list]?.elements ?? []).map { $0["name"]?.string ?? "" }
    }

    private mutating func mergeNamed(_ list: String) throws {
        func byName(_ root: JSON) -> [String: JSON] {
            Dictionary(zip(RouteMerge.names(root, in: list), root[list]?.elements ?? [])) { first, _ in first }
        }
        let (bases, mines, others) = (byName(base), byName(mine), byName(theirs))
        var seen: Set<String> = []
        for name in RouteMerge.names(base, in: list) + RouteMerge.names(mine, in: list)
        where seen.insert(name).inserted {
            try merge([list, name], bases[name], mines[name], others[name])
        }
    }

    private mutating func mergeOrder() throws {
        let orders = (base: RouteMerge.names(base), mine: RouteMerge.names(mine), theirs: RouteMerge.names(theirs))
        let present = RouteMerge.names(text.root)
        var wanted = OrderedNames.merged(
            Set(present),
            base: orders.base,
            mine: orders.mine,
            theirs: orders.theirs
        )
        if wanted == nil {
            switch choices["/rules"] {
            case .mine: wanted = OrderedNames.weave(orders.mine, orders.theirs, Set(present))
            case .theirs: wanted = OrderedNames.weave(orders.theirs, orders.mine, Set(present))
            case .both, nil:
                conflicts.append(
                    Conflict(
                        pointer: "/rules",
                        base: RouteMerge.list(orders.base),
                        mine: RouteMerge.list(orders.mine),
                        theirs: RouteMerge.list(orders.theirs),
                        reason: "both sides moved rules, each in another way"
                    )
                )
                return
            }
        }
        guard let wanted else { return }
        let moved = OrderedNames.moved(from: present, to: wanted)
        // From the end, so that what stands behind is in its place already.
        var next: String?
        for name in wanted.reversed() {
            defer { next = name }
            guard moved.contains(name) else { continue }
            let now = RouteMerge.names(text.root)
            guard let from = now.firstIndex(of: name) else { continue }
            try text.apply(.move("/rules/\(from)", before: next.flatMap { now.firstIndex(of: $0) }))
            if mines(name) { fitting.append(JSONPointer(["rules", name]).text) }
        }
    }

    /// Whether the rule is one's own as well.
    private func mines(_ name: String) -> Bool { RouteMerge.names(mine).contains(name) }

    private static func list(_ names: [String]) -> String { JSONValue.array(names.map { .string($0) }).text }
}
