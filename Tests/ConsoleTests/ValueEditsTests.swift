import Findings
import Routing
import Testing

@testable import Console

@Suite("Changes of values in their text")
struct ValueEditsTests {
    private func edited(_ old: String, _ new: String, keeping kept: Set<String> = []) throws -> String {
        var text = try RouteText(Array("{ \"v\": \(old) }".utf8))
        let present = try #require(text.root["v"])
        try text.apply(
            ValueEdits.edits(from: present, to: try JSONDocument.parse(Array(new.utf8)), at: "/v", keeping: kept)
        )
        return String(decoding: text.bytes.dropFirst(7).dropLast(2), as: UTF8.self)
    }

    @Test(
        "members and elements change by themselves, and the rest stays byte for byte",
        arguments: [
            (#"{ "a":  1,"b": 2 }"#, #"{"b": 3, "a": 1.0}"#, #"{ "a":  1,"b": 3 }"#),
            (#"{ "a": {"b":  1 , "c": 2} }"#, #"{"a": {"b": 1}}"#, #"{ "a": {"b":  1} }"#),
            ("[1,  2, 3]", "[1, 3]", "[1,  3]"), ("[1,  2]", "[1, 2, 3]", "[1,  2,  3]"),
            ("[1,  3]", "[1, 2, 3]", "[1,  2,  3]"), ("[1,  3]", "[0, 1, 3]", "[0,  1,  3]"),
            ("[1,  2, 3]", "[1, 4, 3]", "[1,  4, 3]"),
            (#"[{"a":  1}]"#, #"[{"a": 1, "b": 2}]"#, #"[{"a":  1, "b": 2}]"#),
            ("[1, 2, 3]", "[4]", "[4]"), ("[1]", "[]", "[]"), ("[]", "[1]", "[1]"), ("[ 1 ]", "2", "2"),
            ("[1,  2]", "[1, 2]", "[1,  2]"),
        ]
    )
    func texts(old: String, new: String, expected: String) throws {
        #expect(try edited(old, new) == expected)
    }

    @Test("what is kept is neither changed nor taken out")
    func kept() throws {
        #expect(
            try edited(#"{"a": 1, "b": 2}"#, #"{"c": 3, "b": 4}"#, keeping: ["a", "b"]) == #"{"a": 1, "b": 2, "c": 3}"#
        )
    }

    @Test("a key that stands twice is written as it is, for the reader to refuse")
    func twice() throws {
        #expect(try edited(#"{"a": 1}"#, #"{"b": 1, "b": 2}"#).contains(#""b": 1, "b": 2"#))
    }

    @Test("every list becomes every other")
    func lists() throws {
        let lists = (0..<64).map { bits in (0..<6).filter { bits >> $0 & 1 == 1 }.map { $0 % 4 } }
        for old in lists {
            for new in lists {
                let result = try edited("\(old)", "\(new)")
                #expect(try JSONDocument.parse(Array(result.utf8)).means(JSONDocument.parse(Array("\(new)".utf8))))
            }
        }
    }
}
