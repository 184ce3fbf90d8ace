import Findings
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Store
import Synchronization
import Testing

@Suite("Explanations over the API")
struct ExplainRouteTests {
    private func explain(
        _ query: String = "",
        body: String = "",
        state: FakeRoles.State = Example.state
    ) async throws -> (status: Int, json: JSON) {
        try await Example.app(FakeRoles(state)).test(.router) { client in
            let response = try await client.execute(
                uri: "/api/v1/explain\(query)",
                method: .post,
                body: body.isEmpty ? nil : ByteBuffer(string: body)
            )
            return (Int(response.status.code), try JSONDocument.parse(String(buffer: response.body)))
        }
    }

    /// A later version of the rules, in which one has a pattern.
    private static let later = """
        {"version": 1, "destinations": {"secops": {"type": "slack", "url": {"env": "SECOPS_URL"}}},
        "rules": [{"name": "noted", "when": {"pattern": {"detail": {"findings": {"Note": {"Text": ["seen"]}}}}},
         "suppress": "somebody knows"}, {"name": "low", "when": {"severity": "low"}, "send": ["secops"]}]}
        """

    private static var twoVersions: FakeRoles.State {
        var state = Example.state
        let revision = RouteRevision(
            version: 2,
            hash: String(repeating: "cd", count: 32),
            author: "file",
            activatedAt: Example.now
        )
        state.revisions.append((revision, Array(later.utf8)))
        return state
    }

    private static let asff =
        #"{"SchemaVersion":"2018-10-08","Id":"a","ProductArn":"p","AwsAccountId":"1","Severity":{"Label":"HIGH"},"Title":"t"}"#

    @Test("fields alone are explained as a finding that has them, and what is no field is refused by name")
    func fields() async throws {
        let (status, json) = try await explain(
            "?as=fields",
            body: #"{"severity":"HIGH","account":"111122223333","type":["a/b"]}"#
        )
        #expect(status == 200 && json["isEventKept"]?.bool == false)
        let finding = json["explanations"]?.elements.first?["finding"]
        #expect(finding?["severity"]?.string == "HIGH" && finding?["account"]?.string == "111122223333")
        let refused = try await explain("?as=fields", body: #"{"sevrity":"HIGH"}"#)
        #expect(refused.status == 400)
        #expect(refused.json["errors"]?.elements.first?["pointer"]?.string == "/sevrity")
        #expect(try await explain("?as=fields&finding=f1").status == 400)
    }

    @Test("it says when each destination would be told, for the moment that is asked about")
    func told() async throws {
        let (status, json) = try await explain("?at=2026-12-05T04:00:00Z", body: Self.asff)
        #expect(status == 200)
        let explanation = json["explanations"]?.elements.first
        #expect(explanation?["at"]?.string == "2026-12-05T04:00:00Z")
        #expect(explanation?["silencesKnown"]?.bool == true)
        let told = explanation?["destinations"]?.elements.first?["told"]
        #expect(told?["how"]?.string == "now")
        #expect(told?["at"]?.string == "2026-12-05T04:00:00Z")
        #expect(explanation?["text"]?.string?.contains("at once") == true)
        #expect(try await explain("?at=tomorrow", body: Self.asff).status == 400)
    }

    @Test("every finding of a posted body is explained under the rules in force, rule by rule and in words")
    func posted() async throws {
        let (status, json) = try await explain(body: Example.event)
        #expect(status == 200)
        #expect(json["version"]?.integer == 1)
        let explanations = json["explanations"]?.elements ?? []
        #expect(explanations.map { $0["verdict"]?.string } == ["unrouted", "routed"])
        #expect(explanations.first?[path: "rules", "reason"]?.string == "severity is LOW, the rule wants >=high")
        #expect(explanations.last?[path: "destinations", "rule"]?.string == "severe")
        #expect(
            explanations.first?["text"]?.string?.contains("✗ rule \"severe\" does not match: severity is LOW") == true
        )
    }

    @Test(
        "any shape that the intake takes is explained",
        arguments: [
            #"{"Findings": [\#(asff)]}"#, asff,
            "[\(Example.event)]", "plain text is a finding too",
        ]
    )
    func shapes(body: String) async throws {
        let (status, json) = try await explain(body: body)
        let isText = body.hasPrefix("plain")
        #expect(status == (isText ? 400 : 200))
        if isText == false { #expect((json["explanations"]?.elements ?? []).isEmpty == false) }
    }

    @Test("a stored finding is explained with the event in which it came, by id and by key")
    func stored() async throws {
        for name in ["f1", "arn:aws:securityhub:us-east-1:111122223333:finding%2F1"] {
            let (status, json) = try await explain("?finding=\(name)&version=2", state: Self.twoVersions)
            #expect(status == 200)
            #expect(json["version"]?.integer == 2)
            #expect(json["isEventKept"]?.bool == true)
            let explanation = try #require(json["explanations"]?.elements.first)
            #expect(explanation["verdict"]?.string == "suppressed")
            let name = explanation[path: "rules", "conditions", "parts", "name"]
            #expect(name?.string == "detail.findings[1].Note.Text")
        }
    }

    @Test("a stored finding is explained under the rules that decided then, whatever is in force now")
    func then() async throws {
        let (status, json) = try await explain("?finding=f1&version=then", state: Self.twoVersions)
        #expect(status == 200)
        #expect(json["version"]?.integer == 1)
        #expect(json["explanations"]?.elements.first?["verdict"]?.string == "routed")
    }

    @Test("a finding whose event is no longer kept is explained as far as it was stored, and that is said")
    func pruned() async throws {
        var state = Self.twoVersions
        state.journal = []
        let (status, json) = try await explain("?finding=f1", state: state)
        #expect(status == 200)
        #expect(json["isEventKept"]?.bool == false)
        #expect(json["explanations"]?.elements.first?["verdict"]?.string == "routed")
    }

    @Test(
        "what cannot be explained is refused with the reason",
        arguments: [
            ("?finding=none", "", 404), ("?finding=f1&version=9", "", 404), ("?finding=f1&version=0", "", 400),
            ("?version=then", "{}", 400), ("?finding=f1", "{}", 400), ("", "", 400), ("", "{\"a\":", 400),
            ("?rules=1", "{}", 400),
        ]
    )
    func refused(query: String, body: String, status: Int) async throws {
        let answer = try await explain(query, body: body)
        #expect(answer.status == status)
        #expect(answer.json["detail"]?.string?.isEmpty == false)
    }

    @Test("rules that this version cannot read are told with what is wrong in them")
    func unusableRules() async throws {
        var state = Self.twoVersions
        state.revisions[1].text = Array(#"{"version": 2}"#.utf8)
        let answer = try await explain("?finding=f1&version=2", state: state)
        #expect(answer.status == 422)
        #expect(answer.json["errors"]?.elements.isEmpty == false)
    }

    @Test("an answer stays within bounds however many findings are posted")
    func bounded() async throws {
        let findings = Array(repeating: Self.asff, count: 550).joined(separator: ",")
        let (status, json) = try await explain(body: #"{"Findings": [\#(findings)]}"#)
        #expect(status == 200)
        #expect(json["omittedCount"]?.integer == 50)
    }
}
