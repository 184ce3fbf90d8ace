import Findings
import FoundationEssentials
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing

@Suite("Why findings go where they go")
struct ExplanationTests {
    /// A later version of the rules, in which a pattern looks at what only the event holds.
    private static let later = """
        {"version": 1, "destinations": {"secops": {"type": "slack", "url": {"env": "SECOPS_URL"}}},
        "rules": [{"name": "noted", "when": {"pattern": {"detail": {"findings": {"Note": {"Text": ["seen"]}}}}},
         "suppress": "somebody knows"}, {"name": "low", "when": {"severity": "low"}, "send": ["secops"]}]}
        """

    private let roles: FakeRoles

    init() {
        var state = Example.state
        let hash = String(repeating: "cd", count: 32)
        let revision = RouteRevision(version: 2, hash: hash, author: "file", activatedAt: Example.now)
        state.revisions.append((revision, Array(Self.later.utf8)))
        roles = FakeRoles(state)
    }

    private func verdict(_ explanations: Explanations) -> String? {
        switch explanations.explanations.first?.decision.verdict {
        case .routed: "routed"
        case .suppressed: "suppressed"
        case .unrouted: "unrouted"
        case nil: nil
        }
    }

    @Test(
        "a stored finding is explained under the rules that are meant, with its event",
        arguments: [(RuleChoice.active, 1, "routed"), (.version(2), 2, "suppressed"), (.atTheTime, 1, "routed")]
    )
    func stored(rules: RuleChoice, version: Int, expected: String) async throws {
        let findings = try Example.operations(roles).findings
        let found = try await findings.explain(stored: "f1", under: rules, at: nil)
        #expect(found.version == version && found.isEventKept)
        #expect(verdict(found) == expected)
    }

    @Test("a finding whose event is no longer kept is explained as far as it was stored, and that is said")
    func pruned() async throws {
        roles.state.withLock { $0.journal = [] }
        let findings = try Example.operations(roles).findings
        let active = try await findings.explain(stored: "f1", under: .active, at: nil)
        #expect(active.isEventKept == false && verdict(active) == "routed")
        let later = try await findings.explain(stored: "f1", under: .version(2), at: nil)
        #expect(later.isEventKept == false && verdict(later) == "unrouted")
    }

    @Test("an active silence is told in explanations under every version of the rules", arguments: [1, 2])
    func silenced(version: Int) async throws {
        let operations = try Example.operations(roles)
        let draft = try SilenceDraft.example(endsAt: Example.now + 3_600)
        _ = try await operations.silences.create(draft, by: .anybody)
        let finding =
            #"{"SchemaVersion":"2018-10-08","Id":"a","ProductArn":"p","AwsAccountId":"111122223333","#
            + #""Severity":{"Label":"\#(version == 1 ? "HIGH" : "LOW")"},"Title":"t"}"#
        let found = try await operations.findings.explain(body: Array(finding.utf8), under: .version(version), at: nil)
        let timing = try #require(found.explanations.first?.timing)
        #expect(timing.knowsSilences && timing.now == Example.now)
        #expect(timing.tellings.map(\.how) == [.silenced])
    }

    @Test("one answer explains no more than fits, and counts the rest")
    func bounded() async throws {
        let finding = """
            {"SchemaVersion":"2018-10-08","Id":"a","ProductArn":"p","AwsAccountId":"1","Title":"t"}
            """
        let body = #"{"Findings": [\#(Array(repeating: finding, count: 520).joined(separator: ","))]}"#
        let found = try await Example.operations(roles).findings
            .explain(body: Array(body.utf8), under: .active, at: nil)
        #expect(found.explanations.count == 500 && found.omitted == 20)
    }

    @Test("what cannot be explained is refused with its facts")
    func refused() async throws {
        let findings = try Example.operations(roles).findings
        await #expect { try await findings.explain(stored: "no", under: .active, at: nil) } throws: {
            if case ExplanationRefusal.unknownFinding = $0 { true } else { false }
        }
        await #expect { try await findings.explain(stored: "f1", under: .version(9), at: nil) } throws: {
            if case RuleRefusal.unknownVersion(9) = $0 { true } else { false }
        }
        await #expect { try await findings.explain(body: [], under: .active, at: nil) } throws: {
            if case ExplanationRefusal.unreadable(.empty) = $0 { true } else { false }
        }
        roles.state.withLock { $0.revisions[1].text = Array(#"{"version": 2}"#.utf8) }
        await #expect { try await findings.explain(stored: "f1", under: .version(2), at: nil) } throws: {
            if case RuleRefusal.unusable(2, let diagnostics) = $0 {
                diagnostics.isEmpty == false
            } else {
                false
            }
        }
    }
}
