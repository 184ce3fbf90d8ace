import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("noroshi explain")
struct ExplainCommandTests {
    private static let routes = """
        {"version": 1, "destinations": {"soc": {"type": "slack", "url": {"env": "SOC_URL"}}},
         "rules": [
          {"name": "europe", "when": {"region": "eu-*"}, "send": ["soc"]},
          {"name": "buckets", "when": {"pattern": {"detail": {"findings": {"Title": [{"prefix": "Second"}]}}}}, "send": ["soc"]},
          {"name": "noise", "when": {"severity": "<=low"}, "suppress": "reviewed weekly"}]}
        """

    /// A Security Hub event with two findings.
    private static let event = """
        {"version": "0", "id": "8e5622f9-d81c-4d81-612a-9319e7ee2506", "detail-type": "Security Hub Findings - Imported",
         "source": "aws.securityhub", "account": "111122223333", "time": "2026-05-11T21:52:17Z", "region": "us-west-2",
         "resources": [], "detail": {"findings": [\(finding("First", "LOW")), \(finding("Second", "HIGH"))]}}
        """

    private static func finding(_ title: String, _ label: String) -> String {
        """
        {"SchemaVersion": "2018-10-08", "Id": "arn:aws:securityhub:us-west-2:111122223333:finding/\(title)",
         "ProductArn": "arn:aws:securityhub:us-west-2::product/aws/securityhub", "ProductName": "Security Hub",
         "GeneratorId": "g", "AwsAccountId": "111122223333", "Region": "us-west-2", "Types": ["Software"],
         "CreatedAt": "2026-05-11T21:52:17Z", "UpdatedAt": "2026-05-11T21:52:17Z", "Severity": {"Label": "\(label)"},
         "Title": "\(title)", "Description": "d", "Resources": [{"Type": "AwsS3Bucket", "Id": "b"}],
         "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE"}
        """
    }

    private func explain(
        _ arguments: [String],
        routes: String = ExplainCommandTests.routes,
        input: String = ExplainCommandTests.event
    ) throws -> CommandRun {
        let file = FileManager.default.temporaryDirectory.appending(path: "noroshi-\(UUID().uuidString).json")
        try Data(routes.utf8).write(to: file)
        defer {
            do { try FileManager.default.removeItem(at: file) } catch { print("left behind: \(file.path): \(error)") }
        }
        return try CommandRun(CommandRun.noroshi, ["explain", "--routes", file.path] + arguments, input: input)
    }

    @Test("every finding of an event is explained rule by rule")
    func text() throws {
        let run = try explain([])
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("[") } == ["[LOW] First", "[HIGH] Second"])
        #expect(lines.contains("    ✗ region: wants eu-*, has us-west-2"))
        #expect(lines.contains(#"→ suppressed by rule "noise": reviewed weekly"#))
        #expect(lines.contains(#"→ soc on the terms of rule "buckets": opened, raised, reopened, resolved"#))
        #expect(run.output.contains("\u{1B}") == false)
    }

    @Test("--format json prints one line for each finding")
    func json() throws {
        let run = try explain(["--format", "json"])
        #expect(run.status == 0)
        let findings = try run.output.split(separator: "\n").map { try JSONDocument.parse(String($0)) }
        #expect(findings.map { $0["verdict"]?.string } == ["suppressed", "routed"])
        #expect(findings.last?[path: "destinations", "rule"]?.string == "buckets")
    }

    @Test("an input that cannot be read is told, and the others are explained")
    func unreadable() throws {
        let run = try explain(["no/such/file.json", "-"])
        #expect(run.status == 1)
        #expect(run.errors == "no/such/file.json: cannot open no/such/file.json: No such file or directory\n")
        #expect(run.output.contains("[HIGH] Second"))
        #expect(try explain([], input: "{").status == 1)
    }

    @Test("rules that are not usable are told as check tells them")
    func badRules() throws {
        let run = try explain([], routes: #"{"version": 1, "destinations": {}, "rules": {}}"#)
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(run.errors.contains(#":1:45: error: "rules" must be a list of rules, found an empty object (/rules)"#))
    }
}
