import Findings
import HTTPSurface
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@testable import Console

@Suite("What the form of a rule offers")
struct RuleSuggestionsTests {
    @Test("boxes refer to values that findings and the rules have, without a script")
    func offers() async throws {
        let editor = try await EditorHarness()
        editor.harness.roles.state.withLock { state in
            state.findings[0].record.finding.accountName = "<Payments>"
            state.findings[0].record.finding.controls = ["S3.8"]
        }
        let body = try await editor.get("/rules/edit/sandbox").body
        #expect(body.contains(#"<datalist id="values-account"><option value="@payments"></option>"#))
        #expect(body.contains(#"<option value="111122223333" label="&lt;Payments&gt;"></option>"#))
        #expect(body.contains(#"<datalist id="values-control"><option value="S3.8">"#))
        #expect(body.contains(#"<datalist id="values-region">"#) && body.contains(#"<datalist id="values-product">"#))
        // A box that holds something offers to add to it.
        #expect(body.contains(#"list="values-w.0""#))
        #expect(body.contains(#"<option value="@payments, 111122223333""#))
        let new = try await editor.get("/rules/new?from=critical").body
        #expect(new.contains(#"<option value="critical, high">"#))
    }

    @Test("however many there are, the page stays small")
    func bounds() async throws {
        let editor = try await EditorHarness()
        editor.harness.roles.state.withLock { state in
            state.findings[0].record.finding.controls = (0..<5_000).map { "C.\($0)" }
        }
        let body = try await editor.get("/rules/edit/sandbox").body
        #expect(body.matches(of: /<option value="C\./).count == 200)
        #expect(body.utf8.count < 300_000)
    }
}
