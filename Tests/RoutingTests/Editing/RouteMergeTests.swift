import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Two edits put together")
struct RouteMergeTests {
    private let base = document(
        rules: """
            [{"name": "one", "when": {"severity": "high"}, "send": ["soc"]},
             {"name": "two", "when": {"account": ["@production"]}, "send": ["mail"]},
             {"name": "three", "when": {}, "send": ["hook"]}]
            """,
        accounts: #"{"production": ["111122223333"]}"#
    )

    private func merge(
        _ mine: [RouteEdit],
        _ theirs: [RouteEdit],
        _ choices: [String: RouteMerge.Choice] = [:]
    ) throws -> RouteMerge {
        func edited(_ edits: [RouteEdit]) throws -> [UInt8] {
            var text = try RouteText(Array(base.utf8))
            try text.apply(edits)
            return text.bytes
        }
        return try RouteMerge.merge(
            base: Array(base.utf8),
            mine: edited(mine),
            theirs: edited(theirs),
            choices: choices
        )
    }

    @Test("what each side changed alone is in the result")
    func fits() throws {
        let merge = try merge(
            [.set("/rules/0/send", ["mail"]), .move("/rules/2", before: 0), .set("/accounts/sandbox", ["9*"])],
            [
                .set("/rules/0/when/region", "eu-*"), .set("/rules/1/enabled", false),
                .insert("/rules", ["name": "four", "when": .object([]), "send": ["soc"]], before: 1),
            ]
        )
        #expect(merge.conflicts == [])
        let rules = try #require(merge.text.root["rules"]?.elements)
        #expect(rules.map { $0["name"]?.string } == ["three", "one", "four", "two"])
        #expect(rules[1]["send"]?.elements.map(\.string) == ["mail"])
        #expect(rules[1]["when"]?["region"]?.string == "eu-*")
        #expect(rules[3]["enabled"]?.bool == false)
        #expect(merge.text.root["accounts"]?["sandbox"] != nil)
        #expect(merge.fitting == ["/accounts/sandbox", "/rules/one/send", "/rules/three"])
    }

    @Test(
        "lists to which each side added are offered joined, and each choice gives its side",
        arguments: [
            (RouteMerge.Choice.both, ["@production", "2*", "1*"]), (.mine, ["@production", "1*"]),
            (.theirs, ["@production", "2*"]),
        ]
    )
    func lists(choice: RouteMerge.Choice, expected: [String]) throws {
        let pointer = "/rules/two/when/account"
        let mine: [RouteEdit] = [.set("/rules/1/when/account", ["@production", "1*"])]
        let theirs: [RouteEdit] = [.set("/rules/1/when/account", ["@production", "2*"])]
        let open = try merge(mine, theirs)
        #expect(open.conflicts.map(\.pointer) == [pointer])
        #expect(open.conflicts.first?.both == #"["@production","2*","1*"]"#)
        let decided = try merge(mine, theirs, [pointer: choice])
        #expect(decided.conflicts == [])
        #expect(decided.text.root["rules"]?.elements[1]["when"]?["account"]?.elements.map(\.string) == expected)
    }

    @Test("two texts that are no list are not offered joined")
    func texts() throws {
        let merge = try merge(
            [.set("/rules/1/description", "mine")],
            [.set("/rules/1/description", "theirs")]
        )
        #expect(merge.conflicts.map(\.pointer) == ["/rules/two/description"])
        #expect(merge.conflicts.first?.both == nil)
    }

    @Test("what one side changed and the other removed is a conflict", arguments: [true, false])
    func removed(mineRemoves: Bool) throws {
        let change: [RouteEdit] = [.set("/rules/0/send", ["mail"])]
        let removal: [RouteEdit] = [.remove("/rules/0")]
        let merge = try merge(mineRemoves ? removal : change, mineRemoves ? change : removal)
        #expect(merge.conflicts.map(\.pointer) == ["/rules/one"])
        #expect((merge.conflicts.first?.mine == nil) == mineRemoves)
        let decided = try self.merge(
            mineRemoves ? removal : change,
            mineRemoves ? change : removal,
            ["/rules/one": .mine]
        )
        #expect(decided.conflicts == [])
        #expect(decided.text.root["rules"]?.elements.count == (mineRemoves ? 2 : 3))
    }

    @Test("changes that fit each by itself and mean nothing together are a conflict", arguments: [true, false])
    func dangling(mineRemoves: Bool) throws {
        let use: [RouteEdit] = [.insert("/rules", ["name": "new", "when": .object([]), "send": ["late"]], before: nil)]
        // Only the base has the destination that one side removes and the other begins to use.
        var text = try RouteText(Array(base.utf8))
        try text.apply(.set("/destinations/late", ["type": "webhook", "url": ["env": "LATE"]]))
        let base = text.bytes
        var user = text
        try user.apply(use)
        try text.apply(.remove("/destinations/late"))
        let (mine, theirs) = mineRemoves ? (text.bytes, user.bytes) : (user.bytes, text.bytes)
        let merge = try RouteMerge.merge(base: base, mine: mine, theirs: theirs)
        #expect(merge.conflicts.map(\.pointer) == ["/destinations/late"])
        let keep: RouteMerge.Choice = mineRemoves ? .theirs : .mine
        let decided = try RouteMerge.merge(
            base: base,
            mine: mine,
            theirs: theirs,
            choices: ["/destinations/late": keep]
        )
        #expect(decided.conflicts == [])
        #expect(throws: Never.self) { try RouteDocument.parse(decided.text.bytes, file: "routes.json") }
    }

    @Test("rules that both sides moved in different ways are a conflict about the order")
    func order() throws {
        let mine: [RouteEdit] = [.move("/rules/0", before: nil)]
        let theirs: [RouteEdit] = [.move("/rules/1", before: 0)]
        #expect(try merge(mine, theirs).conflicts.map(\.pointer) == ["/rules"])
        let decided = try merge(mine, theirs, ["/rules": .mine])
        #expect(decided.text.root["rules"]?.elements.map { $0["name"]?.string } == ["two", "three", "one"])
    }

    /// What each member of each rule says, by its pointer with the rule's name in it.
    private func members(_ text: [UInt8]) throws -> [String: JSON] {
        var found: [String: JSON] = [:]
        for rule in try JSONDocument.parse(text)["rules"]?.elements ?? [] {
            let name = try #require(rule["name"]?.string)
            for member in rule.members { found["/rules/\(name)/\(member.key)"] = member.value }
        }
        return found
    }

    private func isSame(_ one: JSON?, _ other: JSON?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return one.means(other)
    }

    @Test(
        "random edits of two sides load together, or are conflicts that either side's choice solves",
        arguments: 1...60
    )
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var routes = RandomRoutes(seed: seed)
        let base = Array(routes.document(rules: 8, endings: true).utf8)
        func edited(_ side: String) throws -> [UInt8] {
            var text = try RouteText(base)
            for step in 0..<Int.random(in: 0..<6, using: &random) {
                let count = text.root["rules"]?.elements.count ?? 0
                let at = Int.random(in: 0..<count, using: &random)
                let new: JSONValue = ["name": "\(side) \(step)", "when": .object([]), "send": ["soc"]]
                switch Int.random(in: 0..<6, using: &random) {
                case 0 where count > 2: try text.apply(.remove("/rules/\(at)"))
                case 1: try text.apply(.insert("/rules", new, before: at))
                case 2: try text.apply(.move("/rules/\(at)", before: Int.random(in: 0...count, using: &random)))
                case 3:
                    try text.apply(
                        .set(
                            "/rules/\(at)/when",
                            ["severity": .string(["low", "high"].randomElement(using: &random) ?? "low")]
                        )
                    )
                case 4: try text.apply(.set("/rules/\(at)/enabled", .bool(Bool.random(using: &random))))
                default: try text.apply(.set("/rules/\(at)/description", .string("\(side) \(step)")))
                }
            }
            return text.bytes
        }
        let (mine, theirs) = (try edited("mine"), try edited("theirs"))
        #expect(try RouteMerge.merge(base: base, mine: mine, theirs: mine).text.bytes == mine)
        #expect(try RouteMerge.merge(base: base, mine: base, theirs: theirs).text.bytes == theirs)
        let alone = try RouteMerge.merge(base: base, mine: mine, theirs: base)
        let parsed = try JSONDocument.parse(mine)
        #expect(alone.conflicts == [] && alone.text.root.means(parsed))
        let merge = try RouteMerge.merge(base: base, mine: mine, theirs: theirs)
        let sides = (try members(base), try members(mine), try members(theirs))
        for choice in [RouteMerge.Choice.mine, .theirs] {
            let choices = Dictionary(uniqueKeysWithValues: merge.conflicts.map { ($0.pointer, choice) })
            let decided = try RouteMerge.merge(base: base, mine: mine, theirs: theirs, choices: choices)
            #expect(decided.conflicts == [])
            let result = try members(decided.text.bytes)
            for pointer in Set(sides.0.keys).union(sides.1.keys).union(sides.2.keys) {
                let isOpen = merge.conflicts.contains { pointer == $0.pointer || pointer.hasPrefix($0.pointer + "/") }
                // Who wins the order of the rules wins nothing in them.
                guard isOpen == false || merge.conflicts.map(\.pointer) == ["/rules"] else { continue }
                let (before, one, other) = (sides.0[pointer], sides.1[pointer], sides.2[pointer])
                if isSame(one, before) || isSame(one, other) {
                    #expect(isSame(result[pointer], other), "\(pointer)")
                } else if isSame(other, before) {
                    #expect(isSame(result[pointer], one), "\(pointer)")
                }
            }
            #expect(throws: Never.self) { try RouteDocument.parse(decided.text.bytes, file: "routes.json") }
        }
    }
}
