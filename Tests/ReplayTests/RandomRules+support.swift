import Findings
import NoroshiTestSupport
import Routing

/// Rule sets and findings that say little and differ in much.
struct RandomRules {
    var generator: any RandomNumberGenerator & Sendable

    static let destinations = ["alpha", "beta", "gamma", "delta"]
    private static let accounts = ["111122223333", "222233334444", "333344445555"]
    private static let regions = ["us-east-1", "eu-west-1"]
    private static let titles = ["Public bucket", "Open port", "Root login"]

    /// A routes.json.
    mutating func text() -> String {
        let named = RandomRules.destinations.map { #""\#($0)":{"type":"webhook","url":{"env":"HOOK"}}"# }
        let rules = (0..<number(1...8)).map { rule($0) }
        let fallback = chance(3) ? #","fallback":{"send":["delta"]}"# : ""
        return """
            {"version":1,"destinations":{\(named.joined(separator: ","))},
            "rules":[\(rules.joined(separator: ","))]\(fallback)}
            """
    }

    mutating func finding() -> Finding {
        let title = pick(RandomRules.titles)
        var finding = Finding.example(
            key: "finding/\(number(0...120))",
            title: title,
            severity: pick(Severity.allCases),
            account: chance(10) ? nil : pick(RandomRules.accounts),
            region: pick(RandomRules.regions),
            status: chance(6) ? .resolved : .active
        )
        if chance(4) { finding.types = ["Effects/Data Exposure"] }
        return finding
    }

    private mutating func rule(_ index: Int) -> String {
        var members = [#""name":"r\#(index)""#, #""when":{\#(condition())}"#]
        if chance(5) {
            members.append(#""suppress":"not ours""#)
        } else {
            let send = RandomRules.destinations.shuffled(using: &generator).prefix(number(1...2))
            members.append(#""send":[\#(send.map { "\"\($0)\"" }.joined(separator: ","))]"#)
            if chance(3) { members.append(#""stop":true"#) }
            if chance(3) { members.append(#""group":{"by":["account"],"wait":"\#(number(1...3))m"}"#) }
        }
        return "{\(members.joined(separator: ","))}"
    }

    private mutating func condition() -> String {
        var tests: [String] = []
        if chance(2) { tests.append(#""severity":">=\#(pick(["low", "medium", "high", "critical"]))""#) }
        if chance(3) { tests.append(#""account":"\#(chance(2) ? "!" : "")\#(pick(RandomRules.accounts))""#) }
        if chance(3) { tests.append(#""title":"\#(pick(["*port*", "Public*", "*in"]))""#) }
        if chance(4) { tests.append(#""not":{"region":"\#(pick(RandomRules.regions))"}"#) }
        return tests.joined(separator: ",")
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    private mutating func chance(_ one: Int) -> Bool { number(1...one) == 1 }
    private mutating func pick<Value>(_ values: [Value]) -> Value { values[number(0...values.count - 1)] }
}
