import Findings
import Routing
import Testing

/// Patterns one by one, after the EventBridge user guide, "Comparison operators for use in event patterns".
@Suite("Event patterns")
struct EventPatternTests {
    private func matches(_ pattern: String, _ event: String) throws -> Bool {
        try EventPattern(JSONDocument.parse(pattern)).matches(JSONDocument.parse(event))
    }

    @Test(
        "plain values are compared by type and value",
        arguments: [
            (#"["a"]"#, #""a""#, true), (#"["a"]"#, #""A""#, false), (#"["a"]"#, #""ab""#, false),
            (#"["a", "b"]"#, #""b""#, true),
            (#"["*"]"#, #""x""#, false), (#"["1"]"#, "1", false), ("[1]", #""1""#, false), ("[1]", "1.0", true),
            ("[1e2]", "100", true),
            ("[-0]", "0", true), ("[0.1]", "0.10", true), ("[true]", "true", true), ("[true]", #""true""#, false),
            ("[true]", "1", false),
            ("[null]", "null", true), ("[null]", #""""#, false), ("[null]", "[]", false), (#"[""]"#, #""""#, true),
            (#"["\u00e9"]"#, #""é""#, true), (#"["é"]"#, #""e\u0301""#, false),
            ("[12345678901234567890]", "12345678901234567890", true),
            ("[9007199254740993]", "9007199254740992", false), (#"["a"]"#, "{}", false),
            (#"["a"]"#, #"{"a": "a"}"#, false),
        ]
    )
    func plain(alternatives: String, value: String, expected: Bool) throws {
        #expect(try matches(#"{"f": \#(alternatives)}"#, #"{"f": \#(value)}"#) == expected)
    }

    @Test(
        "operators accept what the guide says",
        arguments: [
            (#"{"prefix": "us-"}"#, #""us-east-1""#, true), (#"{"prefix": "us-"}"#, #""US-east-1""#, false),
            (#"{"prefix": ""}"#, #""""#, true),
            (#"{"prefix": ""}"#, "5", false), (#"{"prefix": {"equals-ignore-case": "US-"}}"#, #""us-east-1""#, true),
            (#"{"suffix": ".png"}"#, #""a.png""#, true), (#"{"suffix": ".png"}"#, #""a.pn""#, false),
            (#"{"suffix": {"equals-ignore-case": ".PNG"}}"#, #""a.png""#, true),
            (#"{"equals-ignore-case": "Alice"}"#, #""aLICE""#, true),
            (#"{"equals-ignore-case": "Alice"}"#, #""alice1""#, false), (#"{"wildcard": "a*c"}"#, #""abbc""#, true),
            (#"{"wildcard": "a*c"}"#, #""ac""#, true), (#"{"wildcard": "a*c"}"#, #""acd""#, false),
            (#"{"wildcard": "a\\*c"}"#, #""a*c""#, true),
            (#"{"wildcard": "a\\*c"}"#, #""abc""#, false), (#"{"wildcard": "*"}"#, "5", false),
            (#"{"wildcard": "a*"}"#, #""a\nb""#, true),
            (#"{"numeric": [">", 0, "<=", 5]}"#, "5", true), (#"{"numeric": [">", 0, "<=", 5]}"#, "0", false),
            (#"{"numeric": ["=", 3.0]}"#, "3", true), (#"{"numeric": ["<", 5]}"#, #""4""#, false),
            (#"{"numeric": [">=", -1e3]}"#, "-1000", true),
            (#"{"anything-but": "a"}"#, #""b""#, true), (#"{"anything-but": "a"}"#, #""a""#, false),
            (#"{"anything-but": ["a", "b"]}"#, #""b""#, false),
            (#"{"anything-but": "a"}"#, "null", true), (#"{"anything-but": [1, 2]}"#, "2.0", false),
            (#"{"anything-but": [1, 2]}"#, "3", true),
            (#"{"anything-but": "a"}"#, #"["a", "b"]"#, true), (#"{"anything-but": "a"}"#, #"["a"]"#, false),
            (#"{"anything-but": "a"}"#, "[]", false),
            (#"{"anything-but": {"prefix": "a"}}"#, #""ab""#, false),
            (#"{"anything-but": {"prefix": ["a", "b"]}}"#, #""cb""#, true),
            (#"{"anything-but": {"suffix": "z"}}"#, #""z""#, false),
            (#"{"anything-but": {"equals-ignore-case": ["A"]}}"#, #""a""#, false),
            (#"{"anything-but": {"wildcard": "*x*"}}"#, #""axa""#, false),
            (#"{"anything-but": {"wildcard": "*x*"}}"#, "5", true),
            (#"{"exists": true}"#, "null", true), (#"{"exists": true}"#, "[]", false),
            (#"{"exists": true}"#, "{}", false),
            (#"{"exists": false}"#, "null", false), (#"{"exists": false}"#, "[]", true),
            (#"{"exists": false}"#, #"{"g": 1}"#, true),
            (#"{"cidr": "10.0.0.0/8"}"#, #""10.255.1.2""#, true), (#"{"cidr": "10.1.2.3/8"}"#, #""10.9.9.9""#, true),
            (#"{"cidr": "10.0.0.0/8"}"#, #""11.0.0.1""#, false), (#"{"cidr": "10.0.0.0/8"}"#, #""ten""#, false),
            (#"{"cidr": "2001:db8::/32"}"#, #""2001:DB8:1::5""#, true),
            (#"{"cidr": "2001:db8::/32"}"#, #""2001:db9::""#, false),
            (#"{"cidr": "0.0.0.0/0"}"#, #""::1""#, false),
        ]
    )
    func operators(alternative: String, value: String, expected: Bool) throws {
        #expect(try matches(#"{"f": [\#(alternative)]}"#, #"{"f": \#(value)}"#) == expected)
    }

    @Test(
        "fields are ANDed, alternatives ORed, and what is not named is not looked at",
        arguments: [
            (#"{"a": ["x"], "b": ["y"]}"#, #"{"a": "x", "b": "y", "c": 1}"#, true),
            (#"{"a": ["x"], "b": ["y"]}"#, #"{"a": "x"}"#, false),
            (#"{"a": {"b": {"c": [1]}}}"#, #"{"a": {"b": {"c": 1}}}"#, true),
            (#"{"a.b": [1]}"#, #"{"a": {"b": 1}}"#, true),
            (#"{"a": {"b": [1]}}"#, #"{"a.b": 1}"#, true),
            (#"{"A": [1]}"#, #"{"a": 1}"#, false),
            (#"{"a": ["x", {"exists": false}]}"#, "{}", true),
            (#"{"a": [{"exists": false}], "b": [1]}"#, #"{"b": 1}"#, true),
            (#"{"$or": [{"a": [1]}, {"b": [2]}]}"#, #"{"b": 2}"#, true),
            (#"{"$or": [{"a": [1]}, {"b": [2]}]}"#, #"{"a": 2, "b": 1}"#, false),
            (#"{"c": [3], "$or": [{"a": [1]}, {"b": [2]}]}"#, #"{"b": 2}"#, false),
            (#"{"d": {"$or": [{"a": [1]}, {"$or": [{"b": [2]}, {"c": [3]}]}]}}"#, #"{"d": {"c": 3}}"#, true),
            (#"{"a": ["x"]}"#, #"{"a": ["y", "x"]}"#, true),
            (#"{"a": ["b"]}"#, #"{"a": [["a"], ["b"]]}"#, true),
            (#"{"a": {"b": [1]}}"#, #"{"a": [{"b": 2}, {"b": 1}]}"#, true),
        ]
    )
    func structure(pattern: String, event: String, expected: Bool) throws {
        #expect(try matches(pattern, event) == expected)
    }

    @Test(
        "what several fields need from one array must stand in one element of it",
        arguments: [
            (#"{"a": {"b": ["x"], "c": ["y"]}}"#, #"{"a": [{"b": "x"}, {"c": "y"}]}"#, false),
            (#"{"a": {"b": ["x"], "c": ["y"]}}"#, #"{"a": [{"b": "z"}, {"b": "x", "c": "y"}]}"#, true),
            (#"{"a": {"b": ["x"]}, "d": {"c": ["y"]}}"#, #"{"a": [{"b": "x"}], "d": [{"c": "z"}, {"c": "y"}]}"#, true),
            (#"{"a": {"b": {"c": [1], "d": [2]}}}"#, #"{"a": [{"b": [{"c": 1}, {"d": 2}]}]}"#, false),
            (#"{"a": {"b": {"c": [1]}, "e": [3]}}"#, #"{"a": [{"b": [{"c": 0}, {"c": 1}], "e": 3}]}"#, true),
            (
                #"{"f": {"s": ["HIGH"], "n": [{"exists": false}]}}"#, #"{"f": [{"s": "HIGH", "n": 1}, {"s": "LOW"}]}"#,
                false
            ),
            (
                #"{"f": {"s": ["HIGH"], "n": [{"exists": false}]}}"#, #"{"f": [{"s": "LOW", "n": 1}, {"s": "HIGH"}]}"#,
                true
            ),
        ]
    )
    func arrayConsistency(pattern: String, event: String, expected: Bool) throws {
        #expect(try matches(pattern, event) == expected)
    }

    @Test(
        "a pattern that cannot be meant is refused",
        arguments: [
            "[]", "{}", #"{"a": "x"}"#, #"{"a": 1}"#, #"{"a": []}"#, #"{"a": {}}"#, #"{"a": [["x"]]}"#, #"{"a": [{}]}"#,
            #"{"a": [{"prefix": "x", "suffix": "y"}]}"#, #"{"a": [{"Prefix": "x"}]}"#, #"{"a": [{"prefix": 1}]}"#,
            #"{"a": [{"prefix": {"wildcard": "x"}}]}"#, #"{"a": [{"suffix": ["x"]}]}"#,
            #"{"a": [{"equals-ignore-case": ["x"]}]}"#,
            #"{"a": [{"wildcard": "a**b"}]}"#, #"{"a": [{"wildcard": "a\\b"}]}"#, #"{"a": [{"wildcard": ["a"]}]}"#,
            #"{"a": [{"numeric": []}]}"#, #"{"a": [{"numeric": ["!=", 1]}]}"#, #"{"a": [{"numeric": [">", "1"]}]}"#,
            #"{"a": [{"numeric": [">", 5, "<", 1]}]}"#, #"{"a": [{"numeric": ["<", 5, ">", 1]}]}"#,
            #"{"a": [{"numeric": [">", 1, "<", 5, "<", 6]}]}"#,
            #"{"a": [{"anything-but": []}]}"#, #"{"a": [{"anything-but": ["x", 1]}]}"#,
            #"{"a": [{"anything-but": true}]}"#,
            #"{"a": [{"anything-but": {"prefix": ""}}]}"#, #"{"a": [{"anything-but": {"numeric": [">", 1]}}]}"#,
            #"{"a": [{"exists": "true"}]}"#, #"{"a": [{"cidr": "10.0.0.0"}]}"#, #"{"a": [{"cidr": "10.0.0.0/32"}]}"#,
            #"{"a": [{"cidr": "10.0.0/8"}]}"#, #"{"a": [{"cidr": "::/128"}]}"#, #"{"a": [{"cidr": "10.0.0.0/x"}]}"#,
            #"{"$or": {"a": [1]}}"#, #"{"$or": [{"a": [1]}]}"#, #"{"$or": [{"a": [1]}, 5]}"#,
            #"{"$or": [{"prefix": ["x"]}, {"a": [1]}]}"#,
        ]
    )
    func refused(pattern: String) throws {
        let json = try JSONDocument.parse(pattern)
        #expect(throws: EventPatternError.self) { try EventPattern(json) }
    }

    @Test("a pattern that would multiply out without end is refused, not compiled")
    func tooManyAlternatives() throws {
        let alternatives = (0..<4).map { #"{"f\#($0)": [1]}"# }.joined(separator: ", ")
        let nested = (0..<10).map { #""n\#($0)": {"$or": [\#(alternatives)]}"# }.joined(separator: ", ")
        let json = try JSONDocument.parse("{\(nested)}")
        #expect(throws: EventPatternError.self) { try EventPattern(json) }
    }
}
