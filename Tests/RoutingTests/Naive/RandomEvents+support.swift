import NoroshiTestSupport

/// Event patterns and events over so few keys and values that they often meet.
struct RandomEvents {
    private var generator: SeededGenerator
    /// How many keys the objects have to choose from; few keys meet more often.
    private let keys: [String]

    init(seed: UInt64, keys: [String] = ["a", "b", "c"]) {
        generator = SeededGenerator(seed: seed)
        self.keys = keys
    }

    private static let scalars = [
        #""""#, #""a""#, #""A""#, #""ab""#, #""abc""#, #""b""#, #""aab""#, #""a*b""#, #""10.1.2.3""#, #""10.200.0.1""#,
        #""2001:db8::1""#, #""::ffff:10.1.2.3""#, #""010.1.2.3""#, #""ß""#, #""É""#, #""é""#, #""e\u0301""#,
        #""\u0061b""#, #""a\nb""#, #""a\\b""#, #""5""#, #""null""#, "5", "5.0", "5e0", "-0", "0.0", "0.1", "0.10",
        "1e2",
        "100", "-1.5", "1e400", "9007199254740993", "9007199254740992", "12345678901234567890", "true", "false", "null",
    ]

    private static let alternatives =
        scalars.filter { $0 != #""\u0061b""# } + [
            #"{"prefix": "a"}"#, #"{"prefix": ""}"#, #"{"prefix": {"equals-ignore-case": "AB"}}"#, #"{"suffix": "b"}"#,
            #"{"suffix": "ab"}"#, #"{"suffix": {"equals-ignore-case": "B"}}"#, #"{"equals-ignore-case": "aB"}"#,
            #"{"equals-ignore-case": "É"}"#, #"{"equals-ignore-case": ""}"#, #"{"equals-ignore-case": "SS"}"#,
            #"{"wildcard": "a*b"}"#, #"{"wildcard": "*"}"#, #"{"wildcard": "*a*b*"}"#, #"{"wildcard": "a\\*b"}"#,
            #"{"wildcard": "a\\\\b"}"#, #"{"wildcard": "*b"}"#, #"{"anything-but": "a"}"#,
            #"{"anything-but": ["a", "ab"]}"#, #"{"anything-but": 5}"#, #"{"anything-but": [5, 100]}"#,
            #"{"anything-but": {"prefix": "a"}}"#, #"{"anything-but": {"prefix": ["a", "b"]}}"#,
            #"{"anything-but": {"suffix": "b"}}"#, #"{"anything-but": {"equals-ignore-case": ["A", "AB"]}}"#,
            #"{"anything-but": {"wildcard": "a*"}}"#, #"{"anything-but": {"wildcard": ["*b", "5"]}}"#,
            #"{"numeric": ["=", 5]}"#, #"{"numeric": ["<", 5]}"#, #"{"numeric": [">=", 0, "<", 100]}"#,
            #"{"numeric": [">", -2, "<=", 0]}"#, #"{"numeric": [">", 9007199254740991]}"#, #"{"exists": true}"#,
            #"{"exists": false}"#, #"{"exists": false}"#, #"{"cidr": "10.0.0.0/8"}"#, #"{"cidr": "10.1.0.0/16"}"#,
            #"{"cidr": "2001:db8::/32"}"#, #"{"cidr": "::/0"}"#, #"{"cidr": "0.0.0.0/0"}"#,
        ]

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func isOne(in count: Int) -> Bool { number(0..<count) == 0 }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[number(0..<values.count)] }

    /// The text of a valid event pattern.
    mutating func pattern(depth: Int = 0, inOr: Bool = false) -> String {
        var members: [String] = []
        for key in keys.shuffled(using: &generator).prefix(number(1..<3)) {
            // A dot joins two steps of a path: nothing else of the object may begin with its first step.
            if isOne(in: 12) {
                members.append(#""\#(key).\#(pick(keys))": \#(alternatives())"#)
            } else if depth < 3, isOne(in: 2) {
                members.append(#""\#(key)": \#(pattern(depth: depth + 1, inOr: inOr))"#)
            } else {
                members.append(#""\#(key)": \#(alternatives())"#)
            }
        }
        if isOne(in: depth == 0 ? 6 : 15) {
            let branches = (0..<number(2..<4)).map { _ in pattern(depth: depth + 1, inOr: true) }
            members.append(#""$or": [\#(branches.joined(separator: ", "))]"#)
        }
        return "{\(members.joined(separator: ", "))}"
    }

    private mutating func alternatives() -> String {
        let chosen = (0..<number(1..<4)).map { _ in pick(RandomEvents.alternatives) }
        return "[\(chosen.joined(separator: ", "))]"
    }

    /// The text of an event, an object with arrays, empty containers, and at times dotted, escaped and duplicate keys.
    mutating func event(depth: Int = 0) -> String {
        var members: [String] = []
        for key in keys where isOne(in: 4) == false {
            let written =
                switch number(0..<60) {
                case 0: "\(key).\(pick(keys))"
                case 1: key == "a" ? #"\u0061"# : key
                default: key
                }
            members.append(#""\#(written)": \#(value(depth: depth + 1))"#)
            if isOne(in: 40) { members.append(#""\#(key)": \#(value(depth: depth + 1))"#) }
        }
        return "{\(members.joined(separator: ", "))}"
    }

    private mutating func value(depth: Int) -> String {
        switch number(0..<10) {
        case 0..<3 where depth < 4: return event(depth: depth)
        case 3..<6 where depth < 4:
            let elements = (0..<number(0..<4)).map { _ in value(depth: depth + 1) }
            return "[\(elements.joined(separator: ", "))]"
        case 6 where isOne(in: 2): return pick(["[]", "{}"])
        default: return pick(RandomEvents.scalars)
        }
    }
}
