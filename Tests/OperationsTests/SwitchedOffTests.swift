import NoroshiTestSupport
import Store
import Synchronization
import Testing

@testable import Operations

@Suite("Since when rules are off")
struct SwitchedOffTests {
    /// A rule set with the rules that are on and those that are off.
    private static func text(on: [String] = [], off: [String] = []) -> [UInt8] {
        let rules =
            on.map { #"{"name": "\#($0)", "when": {}, "suppress": "x"}"# }
            + off.map { #"{"name": "\#($0)", "when": {}, "suppress": "x", "enabled": false}"# }
        return Array(#"{"version": 1, "destinations": {}, "rules": [\#(rules.joined(separator: ","))]}"#.utf8)
    }

    /// What is said of the last of these versions, by name.
    private func said(_ texts: [[UInt8]]) async throws -> [String: String] {
        let roles = FakeRoles(Example.state)
        roles.state.withLock { $0.revisions = [] }
        for text in texts { _ = try await roles.activate(text, Activation(author: "file"), now: Example.now) }
        let active = try #require(try await roles.activeRevision())
        let found = try await SwitchedOffRules(revisions: roles).rules(
            in: active,
            RuleSet(try #require(texts.last))
        )
        return found.mapValues { "\($0.isEarlier ? "before " : "")v\($0.revision.version)" }
    }

    @Test("a rule is off since the version that switched it off last, and a new one since it came")
    func since() async throws {
        let found = try await said([
            Self.text(on: ["a", "b"], off: ["c"]), Self.text(on: ["b"], off: ["a", "c"]),
            Self.text(on: ["a", "b"], off: ["c"]), Self.text(on: ["b"], off: ["a", "c"]),
            Self.text(on: ["b"], off: ["a", "c", "new"]), Self.text(on: ["b"], off: ["a", "c", "new"]),
        ])
        #expect(found == ["a": "v4", "c": "v1", "new": "v5"])
    }

    @Test("nothing is off where everything is on")
    func none() async throws {
        #expect(try await said([Self.text(off: ["a"]), Self.text(on: ["a"])]).isEmpty)
    }

    @Test("beyond the versions that are looked at, it may have been off before")
    func bounded() async throws {
        let texts = (0..<260).map { Self.text(on: ["other\($0)"], off: ["a"]) }
        #expect(try await said([Self.text(on: ["a"])] + texts) == ["a": "before v61"])
    }
}
