import Findings
import Operations
import Routing
import Testing

@Suite("Rule sets that were read")
struct RuleSetsTests {
    private static func text(_ name: String) -> [UInt8] {
        Array(
            #"{"version": 1, "destinations": {}, "accounts": {"unused": ["111122223333"]}, "rules": [{"name": "\#(name)", "when": {}, "suppress": "no"}]}"#
                .utf8
        )
    }

    @Test("a text is read once, whoever asks")
    func once() async throws {
        let sets = RuleSets()
        let first = try await sets.read(Self.text("a"))
        let second = try await sets.read(Self.text("a"))
        #expect(first.root.document === second.root.document)
        #expect(second.place(of: "a") == 0 && second.text == String(decoding: Self.text("a"), as: UTF8.self))
    }

    @Test("remarks name the file that was asked for, also of a text that was read under another name")
    func names() async throws {
        let sets = RuleSets()
        let first = try await sets.read(Self.text("a"), file: "/etc/noroshi/routes.json")
        let second = try await sets.read(Self.text("a"), file: "version 7 of the rules")
        #expect(first.warnings.isEmpty == false)
        #expect(Set(first.warnings.map(\.file)) == ["/etc/noroshi/routes.json"])
        #expect(Set(second.warnings.map(\.file)) == ["version 7 of the rules"])
        #expect(first.root.document === second.root.document)
    }

    @Test("what is asked for again stays, and the rest is let go of")
    func bounded() async throws {
        let sets = RuleSets()
        let kept = try await sets.read(Self.text("kept"))
        let gone = try await sets.read(Self.text("gone"))
        for number in 1...20 {
            _ = try await sets.read(Self.text("\(number)"))
            #expect(try await sets.read(Self.text("kept")).root.document === kept.root.document)
        }
        #expect(try await sets.read(Self.text("gone")).root.document !== gone.root.document)
    }

    @Test("a bad text is refused each time, with the name of its file")
    func bad() async {
        let sets = RuleSets()
        for _ in 1...2 {
            let error = await #expect(throws: RouteDocumentError.self) {
                try await sets.read(Array("{".utf8), file: "draft")
            }
            #expect(error?.diagnostics.map(\.file) == ["draft"])
        }
    }
}
