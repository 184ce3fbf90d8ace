import Findings
import Routing
import Testing

/// The corners of event patterns in which engines differ.
@Suite("Event patterns in the corners")
struct PatternSemanticsTests {
    private func matches(_ pattern: String, _ event: String) throws -> Bool {
        let pattern = try EventPattern(JSONDocument.parse(pattern))
        let event = try JSONDocument.parse(event)
        let alone = pattern.matches(event)
        #expect(PatternTable([pattern]).matches(event) == (alone ? [0] : []))
        return alone
    }

    @Test(
        "arrays: nested ones are entered, scalars of an array belong to none of its elements, indices are no steps",
        arguments: [
            (#"{"a": ["x"]}"#, #"{"a": [[["x"]]]}"#, true), (#"{"a": ["x"]}"#, #"{"a": []}"#, false),
            (#"{"a.0": ["x"]}"#, #"{"a": ["x"]}"#, false),
            (#"{"a": {"b": ["x"]}}"#, #"{"a": [["b", {"b": "x"}]]}"#, true),
            (#"{"a": ["s"], "a.b": ["x"]}"#, #"{"a": ["s", {"b": "x"}]}"#, true),
            (#"{"a": {"b": ["x"], "c": ["y"]}}"#, #"{"a": [[{"b": "x"}], [{"c": "y"}]]}"#, false),
            (#"{"a": {"b": ["x"], "c": ["y"]}}"#, #"{"a": [[{"b": "x"}, {"c": "y"}]]}"#, false),
            (#"{"a": {"b": ["x"], "c": ["y"]}}"#, #"{"a": {"b": ["x", "z"], "c": ["y"]}}"#, true),
            (
                #"{"a": {"b": {"c": [1]}, "d": {"e": [2]}}}"#,
                #"{"a": [{"b": [{"c": 0}, {"c": 1}], "d": [{"e": 2}]}]}"#, true
            ),
            (#"{"a": {"b": {"c": [1], "e": [2]}}}"#, #"{"a": [{"b": {"c": 1}}, {"b": {"e": 2}}]}"#, false),
            (#"{"r": {"t": ["a"]}, "s": {"t": ["b"]}}"#, #"{"r": [{"t": "a"}], "s": [{"t": "c"}, {"t": "b"}]}"#, true),
        ]
    )
    func arrays(pattern: String, event: String, expected: Bool) throws {
        #expect(try matches(pattern, event) == expected)
    }

    @Test(
        "absence is judged beside the chosen elements, whatever the order of the fields",
        arguments: [
            (#"{"f": {"n": [{"exists": false}], "s": ["H"]}}"#, #"{"f": [{"s": "H", "n": 1}, {"s": "L"}]}"#, false),
            (#"{"f": {"a": ["H"], "z": [{"exists": false}]}}"#, #"{"f": [{"a": "H"}, {"z": 1}]}"#, true),
            (#"{"f": {"z": ["H"], "a": [{"exists": false}]}}"#, #"{"f": [{"z": "H"}, {"a": 1}]}"#, true),
            (#"{"f": {"a": [{"exists": false}]}}"#, #"{"f": [{"a": 1}, {}]}"#, false),
            (#"{"f": [{"exists": false}]}"#, #"{"f": {"a": 1}}"#, true),
            (#"{"f": [{"exists": false}]}"#, #"{"f": [[]]}"#, true),
            (#"{"f": [{"exists": false}]}"#, #"{"f": [null]}"#, false),
            (#"{"f": [{"exists": false}, "x"]}"#, #"{"f": "y"}"#, false),
            (#"{"f": [{"exists": true}]}"#, #"{"f": [[], {}]}"#, false),
            (#"{"f": [{"exists": true}]}"#, #"{"f": ""}"#, true),
            (#"{"f": {"g": [{"exists": false}]}}"#, #"{"f": 5}"#, true),
        ]
    )
    func absence(pattern: String, event: String, expected: Bool) throws {
        #expect(try matches(pattern, event) == expected)
    }

    @Test(
        "anything-but needs a value, lets other types pass, and one element of an array is enough",
        arguments: [
            (#"{"anything-but": "x"}"#, "{}", false), (#"{"anything-but": "x"}"#, #"["x", "x"]"#, false),
            (#"{"anything-but": ["x", "y"]}"#, #"["x", "z"]"#, true), (#"{"anything-but": ["x"]}"#, "5", true),
            (#"{"anything-but": [5]}"#, #""5""#, true), (#"{"anything-but": [5]}"#, "5.0", false),
            (#"{"anything-but": {"suffix": ["a", "b"]}}"#, "false", true),
            (#"{"anything-but": {"suffix": "a"}}"#, #""""#, true),
            (#"{"anything-but": {"equals-ignore-case": "é"}}"#, #""É""#, false),
            (#"{"anything-but": {"wildcard": ["a*", "*b"]}}"#, #""cbx""#, true), (#"{"anything-but": 0}"#, "-0", false),
        ]
    )
    func anythingBut(alternative: String, value: String, expected: Bool) throws {
        #expect(try matches(#"{"f": [\#(alternative)]}"#, #"{"f": \#(value)}"#) == expected)
    }

    @Test(
        "numbers are equal by value where binary64 holds them, and by spelling where it does not",
        arguments: [
            ("[5]", "5.00", true), ("[5]", "50e-1", true), ("[0]", "-0.0", true), ("[1e400]", "1e400", true),
            ("[1e400]", "10e399", false), ("[9007199254740993]", "9007199254740993", true),
            ("[9007199254740993]", "9007199254740993.0", false), ("[0.1]", "1e-1", true),
            ("[123456789012345678]", "123456789012345678", true),
            (#"[{"numeric": [">", 5]}]"#, "1e400", false), (#"[{"numeric": [">", 0]}]"#, "9007199254740993", false),
            (#"[{"numeric": ["=", 0]}]"#, "-0", true), (#"[{"numeric": [">=", 1.5, "<", 1.6]}]"#, "1.5", true),
            (#"[{"numeric": ["<", -1e300]}]"#, "-1e308", true), (#"[{"numeric": [">", 1]}]"#, "true", false),
            ("[111122223333]", #""111122223333""#, false),
        ]
    )
    func numbers(alternatives: String, value: String, expected: Bool) throws {
        #expect(try matches(#"{"f": \#(alternatives)}"#, #"{"f": \#(value)}"#) == expected)
    }

    @Test(
        "texts are code points: nothing is folded, normalised or read as an address unless asked for",
        arguments: [
            (#"["::1"]"#, #""0:0:0:0:0:0:0:1""#, false), (#"["10.0.0.1"]"#, #""10.0.0.01""#, false),
            (#"[{"cidr": "10.0.0.0/8"}]"#, #""0a00::1""#, false), (#"[{"cidr": "::/0"}]"#, #""10.0.0.1""#, false),
            (#"[{"cidr": "10.0.0.0/8"}]"#, #""010.0.0.1""#, false),
            (#"[{"cidr": "10.0.0.0/31"}]"#, #""10.0.0.1""#, true),
            (#"[{"cidr": "2001:DB8::/33"}]"#, #""2001:db8:8000::""#, false),
            (#"[{"cidr": "::ffff:0:0/96"}]"#, #""::ffff:1.2.3.4""#, true),
            (#"[{"equals-ignore-case": "ß"}]"#, #""SS""#, false),
            (#"[{"equals-ignore-case": "straße"}]"#, #""STRAßE""#, true),
            (#"[{"prefix": {"equals-ignore-case": "É"}}]"#, #""éa""#, true), (#"[{"suffix": ""}]"#, #""""#, true),
            (#"[{"wildcard": "*"}]"#, #""""#, true), (#"[{"wildcard": "a*a"}]"#, #""a""#, false),
            (#"[{"wildcard": "*ab*ab"}]"#, #""abab""#, true), (#"[{"wildcard": "*ab*ab"}]"#, #""ab""#, false),
            (#"[{"wildcard": "\\\\*"}]"#, #""\\x""#, true), (#"[{"wildcard": "é*"}]"#, #""\u00e9""#, true),
            (#"["a/b"]"#, #""a\/b""#, true), (#"["\ud83d\ude00"]"#, #""😀""#, true),
        ]
    )
    func texts(alternatives: String, value: String, expected: Bool) throws {
        #expect(try matches(#"{"f": \#(alternatives)}"#, #"{"f": \#(value)}"#) == expected)
    }

    @Test(
        "paths: dots join steps on either side, keys are told apart by case, of duplicates the last counts",
        arguments: [
            (#"{"a.b.c": [1]}"#, #"{"a": {"b.c": 1}}"#, true), (#"{"a": {"b.c": [1]}}"#, #"{"a.b": {"c": 1}}"#, true),
            (#"{"a.b": [1]}"#, #"{"a.b": 2, "a": {"b": 1}}"#, true), (#"{"a": [1]}"#, #"{"a": 1, "a": 2}"#, false),
            (#"{"a": [2]}"#, #"{"a": 1, "a": 2}"#, true), (#"{"a": [{"exists": false}]}"#, #"{"a": 1, "a": {}}"#, true),
            (#"{"a": {"b": [1]}}"#, #"{"a": {"b": 1}, "a": {"c": 1}}"#, false),
            (#"{"a": [1]}"#, #"{"\u0061": 1}"#, true),
            (#"{"a": [1], "a": [2]}"#, #"{"a": 2}"#, true), (#"{"a": [1], "a": [2]}"#, #"{"a": 1}"#, false),
            (#"{"d": {"a": [1]}, "d": {"b": [2]}}"#, #"{"d": {"a": 1, "b": 2}}"#, true),
            (#"{"d": {"a": [1]}, "d": {"b": [2]}}"#, #"{"d": {"b": 2}}"#, false), (#"{"": [1]}"#, #"{"": 1}"#, true),
        ]
    )
    func paths(pattern: String, event: String, expected: Bool) throws {
        #expect(try matches(pattern, event) == expected)
    }

    @Test(
        "$or is an alternative beside the other fields, at any level, and a field on both sides is an AND",
        arguments: [
            (#"{"s": ["1"], "$or": [{"s": ["2"]}, {"b": ["y"]}]}"#, #"{"s": "2"}"#, false),
            (#"{"s": ["1"], "$or": [{"s": ["2"]}, {"b": ["y"]}]}"#, #"{"s": "1", "b": "y"}"#, true),
            (
                #"{"a": {"$or": [{"b": [1]}, {"c": [2]}]}, "d": {"$or": [{"e": [3]}, {"f": [4]}]}}"#,
                #"{"a": {"c": 2}, "d": {"e": 3}}"#, true
            ),
            (
                #"{"a": {"$or": [{"b": [1]}, {"c": [2]}]}, "d": {"$or": [{"e": [3]}, {"f": [4]}]}}"#,
                #"{"a": {"c": 2}, "d": {"e": 4}}"#, false
            ),
            (
                #"{"$or": [{"a": {"b": [1]}, "c": [2]}, {"d": [{"exists": false}]}]}"#, #"{"d": 1, "a": {"b": 1}}"#,
                false
            ),
            (#"{"l": {"$or": [{"a": ["x"], "b": ["y"]}, {"c": ["z"]}]}}"#, #"{"l": [{"a": "x"}, {"b": "y"}]}"#, false),
            (#"{"l": {"$or": [{"a": ["x"], "b": ["y"]}, {"c": ["z"]}]}}"#, #"{"l": [{"a": "x"}, {"c": "z"}]}"#, true),
        ]
    )
    func alternatives(pattern: String, event: String, expected: Bool) throws {
        #expect(try matches(pattern, event) == expected)
    }
}
