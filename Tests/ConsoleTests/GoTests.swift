import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Go to")
struct GoTests {
    private static let routes = """
        {"version": 1,
         "accounts": {"payments": ["111122223333"]},
         "destinations": {"secops": {"type": "slack", "url": {"env": "A"}},
           "cloud-oncall": {"type": "slack", "url": {"env": "B"}}},
         "rules": [
           {"name": "severe", "when": {"severity": "critical"}, "send": ["secops"]},
           {"name": "cloud health", "when": {"product": "AWS Health"}, "send": ["cloud-oncall"]},
           {"name": "databases", "when": {"resourceType": "AWS::RDS::DBInstance"}, "send": ["cloud-oncall"]}]}
        """

    private func editor() async throws -> EditorHarness {
        let editor = try await EditorHarness(GoTests.routes)
        editor.harness.roles.state.withLock { $0.findings[0].record.finding.accountName = "Payments" }
        return editor
    }

    @Test(
        "what names nothing shows what comes near it, by kind",
        arguments: [
            ("crit", ["severe"]), ("health", ["cloud health"]), ("rds", ["databases"]),
            ("cloud", ["cloud health", "databases"]),
            ("CLOUD health", ["cloud health"]), ("nothing like it", []),
        ]
    )
    func rules(text: String, expected: [String]) async throws {
        let answer = try await editor().get("/go?q=\(text.percentEncoded)")
        #expect(answer.status == 200)
        let found = answer.body.matches(of: /<li><a href="\/rules\/edit\/[^"]*">([^<]*)<\/a>/)
            .map { String($0.output.1) }
        #expect(found == expected)
        #expect(expected.isEmpty || answer.body.contains("/rules?q=\(text.percentEncoded)"))
    }

    @Test("parts of names lead to destinations and accounts, and an account is found by its name")
    func others() async throws {
        let editor = try await editor()
        let near = try await editor.get("/go?q=oncall").body
        #expect(near.contains(#"href="/destinations/cloud-oncall""#))
        for text in ["1111", "paym"] {
            let body = try await editor.get("/go?q=\(text)").body
            #expect(body.contains("/findings?q=account%3A111122223333") && body.contains("Payments"))
        }
        #expect(try await editor.get("/go?q=payments").headers[.location] == "/findings?q=account%3A111122223333")
        let hostile = try await editor.get("/go?q=%3Cscript%3Ex").body
        #expect(hostile.contains("<script>x") == false && hostile.contains("&lt;script&gt;x"))
    }
}
