import Findings
import FoundationEssentials
import Noise
import Testing

/// The feed makes findings without decoding them; these read the same from what AWS would send.
@Suite("The shapes of the simulated feed")
struct FeedShapeTests {
    @Test("a control's finding is what FindingDecoder makes of it in ASFF")
    func control() throws {
        let finding = try #require(try sample(.securityHub))
        let resource = try #require(finding.resources.first)
        let words = try #require(finding.statusText).split(separator: "/")
        let text = """
            {"source":"aws.securityhub","detail-type":"Security Hub Findings - Imported","account":"000000000000",
            "region":"us-east-1","detail":{"findings":[{"SchemaVersion":"2018-10-08","Id":"\(finding.id)",
            "ProductArn":"arn:aws:securityhub:\(finding.region ?? "")::product/aws/securityhub",
            "GeneratorId":"\(finding.standards[0])/\(finding.controls[0])","AwsAccountId":"\(finding.account ?? "")",
            "Region":"\(finding.region ?? "")","Types":["\(finding.types[0])"],"Title":"\(finding.title)",
            "Description":"\(finding.description)","Severity":{"Label":"\(finding.severity.label)"},
            "Resources":[{"Type":"\(resource.type ?? "")","Id":"\(resource.id)","Region":"\(resource.region ?? "")"}],
            "Compliance":{"Status":"\(words[2])","SecurityControlId":"\(finding.controls[0])",
            "AssociatedStandards":[{"StandardsId":"standards/\(finding.standards[0])"}]},
            "Workflow":{"Status":"\(words[0])"},"RecordState":"\(words[1])"}]}}
            """
        try expect(text, decodesTo: finding)
        #expect(finding.controlKey != nil)
    }

    @Test("a threat is what FindingDecoder makes of GuardDuty's event")
    func threat() throws {
        let finding = try #require(try sample(.guardDuty))
        let count = try #require(finding.count)
        let score = [Severity.low: 2.0, .medium: 5, .high: 8, .critical: 9.5][finding.severity, default: 0]
        let text = """
            {"source":"aws.guardduty","detail-type":"GuardDuty Finding","account":"000000000000","region":"us-east-1",
            "detail":{"accountId":"\(finding.account ?? "")","region":"\(finding.region ?? "")","partition":"aws",
            "id":"\(finding.id)","arn":"\(finding.key)","type":"\(finding.types[0])","title":"\(finding.title)",
            "description":"\(finding.description)","severity":\(score),
            "resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"\(finding.resources[0].id)"}},
            "service":{"archived":\(finding.status == .resolved),"count":\(count)}}}
            """
        try expect(text, decodesTo: finding)
    }

    private func sample(_ kind: FindingKind) throws -> Finding? {
        var feed = try Feed(FeedSize(accounts: 3, days: 2, share: 0.02, burst: 1, seed: 3))
        for minute in 0..<2_880 {
            if let found = feed.emissions(at: minute).first(where: { $0.finding.kind == kind }) { return found.finding }
        }
        return nil
    }

    /// Dates and links, which the feed makes simpler, aside.
    private func expect(_ text: String, decodesTo finding: Finding) throws {
        var decoded = try #require(try FindingDecoder().decode(Array(text.utf8)).observations.first?.finding)
        decoded.createdAt = finding.createdAt
        decoded.updatedAt = finding.updatedAt
        decoded.firstSeenAt = finding.firstSeenAt
        decoded.lastSeenAt = finding.lastSeenAt
        decoded.url = finding.url
        decoded.remediation = finding.remediation
        #expect(decoded == finding)
    }
}
