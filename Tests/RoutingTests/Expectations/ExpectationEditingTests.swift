import Findings
import Routing
import Testing

@Suite("Expectations in comparisons and merges")
struct ExpectationEditingTests {
    private static func text(_ expectations: String?, rules: [String] = ["all"]) -> [UInt8] {
        let list = rules.map { #"{"name": "\#($0)", "when": {}, "send": ["soc"]}"# }.joined(separator: ", ")
        let text = document(rules: "[\(list)]")
        guard let expectations else { return Array(text.utf8) }
        return Array((text.dropLast(1) + ", \"expectations\": \(expectations)}").utf8)
    }

    private static func one(_ name: String, _ holds: String = #""to": ["soc"]"#) -> String {
        #"{"name": "\#(name)", "finding": {}, \#(holds)}"#
    }

    @Test("each is compared by its name, wherever it stands")
    func comparison() throws {
        let before = try JSONDocument.parse(Self.text("[\(Self.one("a")), \(Self.one("b")), \(Self.one("c"))]"))
        let after = try JSONDocument.parse(
            Self.text("[\(Self.one("c")), \(Self.one("a", #""rule": "all""#)), \(Self.one("d"))]")
        )
        let changes = RouteComparison(from: before, to: after).changes(of: .expectations)
        #expect(changes.map(\.name) == ["a", "d", "b"])
        #expect(changes.map(\.kind) == [.changed, .added, .removed])
        #expect(changes.first?.members.map(\.key) == ["rule", "to"])
        let same = RouteComparison(from: after, to: after)
        #expect(same.isEmpty)
    }

    @Test("what each side added, changed and removed alone is in the result")
    func merge() throws {
        let merge = try RouteMerge.merge(
            base: Self.text("[\(Self.one("a")), \(Self.one("b"))]"),
            mine: Self.text("[\(Self.one("a", #""rule": "all""#)), \(Self.one("b")), \(Self.one("mine"))]"),
            theirs: Self.text("[\(Self.one("theirs")), \(Self.one("a"))]")
        )
        #expect(merge.conflicts == [])
        let list = try #require(merge.text.root["expectations"]?.elements)
        #expect(list.map { $0["name"]?.string } == ["theirs", "a", "mine"])
        #expect(list[1]["rule"]?.string == "all")
        #expect(merge.fitting.contains("/expectations/mine"))
    }

    @Test("the first one of a file is put in, and what both changed is a conflict under its name")
    func conflicts() throws {
        let first = try RouteMerge.merge(
            base: Self.text(nil),
            mine: Self.text("[\(Self.one("a")), \(Self.one("b"))]"),
            theirs: Self.text(nil)
        )
        #expect(first.conflicts == [])
        #expect(first.text.root["expectations"]?.elements.map { $0["name"]?.string } == ["a", "b"])
        let both = try RouteMerge.merge(
            base: Self.text("[\(Self.one("a"))]"),
            mine: Self.text("[\(Self.one("a", #""to": ["mail"]"#))]"),
            theirs: Self.text("[\(Self.one("a", #""to": ["hook"]"#))]")
        )
        #expect(both.conflicts.map(\.pointer) == ["/expectations/a/to"])
    }

    @Test("one's own expectation of a rule that somebody removed is a conflict, and no text that does not load")
    func goneRule() throws {
        let merge = try RouteMerge.merge(
            base: Self.text(nil, rules: ["all", "other"]),
            mine: Self.text("[\(Self.one("a", #""rule": "other""#))]", rules: ["all", "other"]),
            theirs: Self.text(nil)
        )
        #expect(merge.conflicts.isEmpty == false)
    }
}
