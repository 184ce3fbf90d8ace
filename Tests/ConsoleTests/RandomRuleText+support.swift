import NoroshiTestSupport

/// Rules that say everything that a rule can say, in all the ways in which it may be written.
struct RandomRuleText {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    private mutating func some(_ values: [String], most: Int = 3) -> [String] {
        Array(values.shuffled(using: &generator).prefix(Int.random(in: 1...most, using: &generator)))
    }

    private static func list(_ values: [String]) -> String {
        "[\(values.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }

    private mutating func oneOrMore(_ values: [String]) -> String {
        let chosen = some(values)
        return chosen.count == 1 && isOne(in: 2) ? "\"\(chosen[0])\"" : RandomRuleText.list(chosen)
    }

    private static let fields = [
        "account", "region", "product", "type", "control", "standard", "resourceType", "resource", "title", "source",
        "status", "tag", "actor", "sourceAddress",
    ]

    private mutating func condition(_ depth: Int) -> String {
        var members: [String] = []
        if isOne(in: 2) {
            let severities = ["low", "HIGH", ">=medium", "<high", "> critical", "<= Low", ">unknown", "<=high"]
            members.append("\"severity\": \(oneOrMore(severities))")
        }
        for field in RandomRuleText.fields where isOne(in: 5) {
            let values = ["a*", "!b", "!@c", "d, e", "!\\\"f\\\"", "@g", "=h", "!!i", " j ", "ü", "<k>", "\\\\l"]
            members.append("\"\(field)\": \(oneOrMore(values))")
        }
        if isOne(in: 4) {
            let patterns = [
                #"{"source": ["aws.s3"]}"#,
                "{\n  \"a\": [1.50, null, true],\n\t\"b\": {\"$or\": [{\"c\": [1]}, {}]}\n}",
                #"{"a": [{"numeric": [">", 1e3]}], "b": ["\u202e", "ü\"<"]}"#,
            ]
            members.append("\"pattern\": \(pick(patterns))")
        }
        if depth < 4, isOne(in: 3) { members.append("\"not\": \(condition(depth + 1))") }
        if depth < 4, isOne(in: 3) {
            let branches = (0..<Int.random(in: 1...3, using: &generator)).map { _ in condition(depth + 1) }
            members.append("\"any\": [\(branches.joined(separator: ", "))]")
        }
        return "{\(members.shuffled(using: &generator).joined(separator: ", "))}"
    }

    private mutating func mute() -> String {
        var members = [
            "\"\(pick(["during", "outside"]))\": \(RandomRuleText.list(some(["nights", "a, b", "weekends"])))"
        ]
        if isOne(in: 2) { members.append("\"severity\": \(oneOrMore(["<=high", "low", "> Medium"]))") }
        if isOne(in: 2) { members.append(pick([#""then": "hold""#, #""then": "drop""#])) }
        if isOne(in: 2) { members.append(#""reason": "asleep, mostly""#) }
        return "{\(members.joined(separator: ", "))}"
    }

    /// The text of a rule.
    mutating func rule() -> String {
        var members = ["\"name\": \"\(pick(["r", "ü/ä ~", "a \\\"b\\\""]))\"", "\"when\": \(condition(0))"]
        if isOne(in: 3) { members.append("\"enabled\": \(pick(["true", "false"]))") }
        if isOne(in: 3) { members.append(#""description": "\n two lines,\n and <b>\"quotes\"</b> ""#) }
        let suppresses = isOne(in: 5)
        if isOne(in: 3) { members.append("\"stop\": \(suppresses ? "true" : pick(["true", "false"]))") }
        if suppresses {
            members.append(#""suppress": "known, and \"wanted\"""#)
            return "{\(members.shuffled(using: &generator).joined(separator: ", "))}"
        }
        members.append("\"send\": \(RandomRuleText.list(some(["secops", "mail, too", "hook"])))")
        let fields = RandomRuleText.fields + ["severity"]
        if isOne(in: 2) {
            var group = [
                "\"by\": \(isOne(in: 4) ? "\"all\"" : isOne(in: 4) ? "[]" : RandomRuleText.list(some(fields)))"
            ]
            if isOne(in: 2) { group.append(#""wait": "0s""#) }
            if isOne(in: 2) { group.append(#""interval": "5m""#) }
            if isOne(in: 2) { group.append(#""repeat": "24h""#) }
            members.append("\"group\": {\(group.joined(separator: ", "))}")
        }
        if isOne(in: 2) {
            members.append("\"mute\": [\((0..<pick([1, 2])).map { _ in mute() }.joined(separator: ", "))]")
        }
        if isOne(in: 3) {
            var unless = ["\"equal\": \(RandomRuleText.list(some(fields)))"]
            if isOne(in: 2) { unless.append("\"when\": \(condition(2))") }
            if isOne(in: 2) { unless.append("\"missing\": \(pick(["\"differ\"", "\"equal\""]))") }
            members.append("\"unless\": {\(unless.joined(separator: ", "))}")
        }
        if isOne(in: 3) {
            var digest = [#""at": ["09:00", "17:30"]"#]
            if isOne(in: 2) { digest.append(#""weekdays": ["monday-friday", "sunday"]"#) }
            if isOne(in: 2) { digest.append(#""daysOfMonth": ["1", "-3..-1"]"#) }
            if isOne(in: 2) { digest.append(#""timeZone": "Europe/Berlin""#) }
            members.append("\"digest\": {\(digest.joined(separator: ", "))}")
        }
        if isOne(in: 3) {
            members.append("\"notify\": \(RandomRuleText.list(some(["opened", "raised", "lowered", "updated"])))")
        }
        return "{\(members.shuffled(using: &generator).joined(separator: ", "))}"
    }
}
