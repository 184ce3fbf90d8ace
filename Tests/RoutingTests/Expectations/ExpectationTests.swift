import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Expectations, asked of the rules")
struct ExpectationTests {
    private static let rules = """
        [{"name": "known", "when": {"title": "known*"}, "suppress": "it is known"},
         {"name": "secops high", "when": {"severity": ">=high"}, "send": ["soc"], "stop": true},
         {"name": "payments", "when": {"account": "111122223333"}, "send": ["mail"]},
         {"name": "off", "enabled": false, "when": {"account": "111122223333"}, "send": ["hook"]},
         {"name": "pattern", "when": {"pattern": {"detail": {"a": [1]}}}, "send": ["hook"]}]
        """

    private func report(
        _ expectations: String,
        fallback: String = #"{"send": ["soc"]}"#,
        examples: ExpectationExamples = .none
    ) throws -> ExpectationReport {
        let text = document(rules: ExpectationTests.rules, fallback: fallback)
        let whole = String(text.dropLast(1)) + ", \"expectations\": [\(expectations)]}"
        return RoutingTable(try parse(whole), version: 0).expectationReport(examples)
    }

    private static let payments = #""finding": {"severity": "CRITICAL", "account": "111122223333"}"#
    private static let low = #""finding": {"severity": "LOW", "account": "999999999999"}"#

    @Test(
        "what is so holds",
        arguments: [
            #"\#(payments), "to": ["soc"]"#, #"\#(payments), "notTo": ["mail", "hook"]"#,
            #"\#(payments), "rule": "secops high", "suppressed": false, "unrouted": false"#,
            #"\#(low), "rule": "fallback""#, #"\#(low), "to": ["soc"]"#,
            #""finding": {"title": "known one"}, "suppressed": true, "rule": "known""#,
            #""finding": {"severity": "low", "account": "111122223333"}, "to": ["mail"], "rule": "payments""#,
            #""finding": {"severity": "low", "event": {"detail": {"a": 1}}}, "to": ["hook"]"#,
        ]
    )
    func held(text: String) throws {
        let report = try report(#"{"name": "a", \#(text)}"#)
        #expect(report.results.map(\.outcome) == [.held])
        #expect(report.words == "1 expectation holds")
    }

    @Test("what is not so says which rule took the finding instead, and what the expected one lacks")
    func broken() throws {
        let report = try report(
            [
                #"{"name": "a", \#(ExpectationTests.payments), "to": ["mail"]}"#,
                #"{"name": "b", \#(ExpectationTests.payments), "notTo": ["soc"]}"#,
                #"{"name": "c", \#(ExpectationTests.payments), "suppressed": true}"#,
                #"{"name": "d", \#(ExpectationTests.low), "to": ["mail"]}"#,
                #"{"name": "e", \#(ExpectationTests.low), "rule": "off"}"#,
                #"{"name": "f", "finding": {"title": "known"}, "suppressed": false}"#,
                #"{"name": "g", "finding": {"title": "known"}, "to": ["soc"]}"#,
                #"{"name": "h", \#(ExpectationTests.payments), "rule": "fallback"}"#,
                #"{"name": "i", \#(ExpectationTests.low), "unrouted": true}"#,
            ].joined(separator: ",")
        )
        #expect(report.held == 0)
        #expect(report.words == "0 of 9 expectations hold")
        let took = "rule “secops high” took it and told soc"
        #expect(
            report.results.map(\.reason) == [
                "expected to tell mail, but \(took); rule “payments” would have taken it, and rule “secops high” ended "
                    + "the reading before it",
                "expected not to tell soc, but \(took)", "expected it to be suppressed, but \(took)",
                "expected to tell mail, but the fallback took it and told soc; rule “payments” does not match: account is "
                    + "999999999999, the rule wants 111122223333",
                "expected rule “off” to take it, but the fallback took it and told soc; rule “off” is off, and account is "
                    + "999999999999, the rule wants 111122223333",
                "expected it not to be suppressed, but rule “known” suppressed it (it is known)",
                "expected to tell soc, but rule “known” suppressed it (it is known); rule “secops high” does not match: "
                    + "severity is UNKNOWN, the rule wants >=high",
                "expected the fallback to take it, but \(took)",
                "expected no rule to take it, but the fallback took it and told soc",
            ]
        )
        guard case .broken(_, let rule) = report.results[0].outcome else {
            Issue.record("it holds")
            return
        }
        #expect(rule == "secops high")
    }

    @Test("an event is decoded as it would be received, and each finding in it is asked about")
    func events() throws {
        func item(_ name: String, _ id: String, _ severity: String) -> String {
            """
            {"SchemaVersion": "2018-10-08", "Id": "\(id)", "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
             "AwsAccountId": "111122223333", "Title": "\(name)", "Severity": {"Label": "\(severity)"},
             "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z",
             "Resources": [{"Id": "r", "Type": "AwsS3Bucket"}]}
            """
        }
        let event = """
            {"version": "0", "id": "e", "source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
             "account": "111122223333", "region": "eu-west-1", "time": "2026-01-01T00:00:00Z", "resources": [],
             "detail": {"findings": [\(item("first", "1", "CRITICAL")), \(item("second", "2", "LOW"))]}}
            """
        let examples = ExpectationExamples { name in
            name == "two.json" ? .success(Array(event.utf8)) : .failure(.init("\(name) is gone"))
        }
        let report = try report(
            [
                #"{"name": "a", "event": \#(event), "notTo": ["hook"]}"#,
                #"{"name": "b", "event": \#(event), "to": ["soc"]}"#,
                #"{"name": "c", "example": "two.json", "notTo": ["hook"]}"#,
                #"{"name": "d", "example": "none.json", "to": ["soc"]}"#,
                #"{"name": "e", "event": {}, "to": ["soc"]}"#,
            ].joined(separator: ","),
            examples: examples
        )
        #expect(report.results[0].outcome == .held)
        #expect(
            report.results[1].reason
                == "finding 2 of 2, \"second\": expected to tell soc, but rule “payments” took it and told mail; rule "
                + "“secops high” does not match: severity is LOW, the rule wants >=high"
        )
        #expect(report.results[2].outcome == .held)
        #expect(report.results[3].reason == "cannot be run here: none.json is gone")
        #expect(report.results[4].reason?.hasPrefix("cannot be run here: the event ") == true)
        #expect(report.words == "2 of 5 expectations hold, 2 cannot be run here")
    }

    @Test("without files nothing that names one is held, and without a fallback nobody is told")
    func limits() throws {
        let report = try report(
            #"{"name": "a", "example": "a.json", "suppressed": false}, {"name": "b", \#(ExpectationTests.low), "to": ["soc"]}"#,
            fallback: #"{"send": ["soc"]}"#
        )
        #expect(report.notRun.map(\.name) == ["a"])
        #expect(report.held == 1)
        #expect(report.json.text.contains(#""outcome":"not_run""#))
    }

    @Test("names of examples never lead out of the directory")
    func names() {
        for good in ["a.json", "examples/a.json", "a/b/c-d.e.json"] {
            #expect(Expectation.isExampleName(good), "\(good)")
        }
        let bad = [
            "", ".json", "/a.json", "../a.json", "a/../b.json", "a//b.json", "./a.json", "a/.hidden.json", "a.txt",
            "a.json/", "a\u{0}.json", "a\n.json", String(repeating: "a", count: 300) + ".json",
        ]
        for name in bad { #expect(Expectation.isExampleName(name) == false, "\(name)") }
    }

    @Test("a finding's fields are those that conditions ask for, and make the same decision")
    func fields() throws {
        let table = RoutingTable(try parse(document(rules: ExpectationTests.rules)), version: 0)
        #expect(table.askedFields == ["severity", "account", "title"])
        let observed = try observation()
        let fields = observed.finding.fields(table.askedFields)
        #expect(fields.members.map(\.key) == ["severity", "account", "title"])
        let written = try Observation(fields: JSONDocument.parse(fields.bytes))
        #expect(table.decide(written) == table.decide(observed))
        // Every field there is can be written and read again.
        let all = observed.finding.fields(Observation.fieldNames)
        let again = try Observation(fields: JSONDocument.parse(all.bytes)).finding
        #expect(again.fields(Observation.fieldNames) == all)
        #expect(again.resources == observed.finding.resources)
    }

    @Test("a thousand is the most, and one more is an error")
    func bounds() throws {
        let one = #"{"name": "%", "finding": {}, "suppressed": false}"#
        func many(_ count: Int) -> String {
            (0..<count).map { one.replacing("%", with: "e\($0)") }.joined(separator: ",")
        }
        #expect(try report(many(1_000)).held == 1_000)
        #expect(throws: RouteDocumentError.self) { try report(many(1_001)) }
        let large = String(repeating: "x", count: Expectation.largestSubject)
        #expect(throws: RouteDocumentError.self) {
            try report(#"{"name": "a", "finding": {"title": "\#(large)"}, "suppressed": false}"#)
        }
    }
}
