import Findings
import NoroshiTestSupport
import Testing

@Suite("What findings of one control report together")
struct ControlKeyTests {
    private func finding(
        _ standard: String = "aws-foundational-security-best-practices/v/1.0.0",
        control: String = "S3.8",
        account: String = "111122223333",
        resource: String = "arn:aws:s3:::bucket"
    ) -> Finding {
        let id = "arn:aws:securityhub:us-east-1:\(account):subscription/\(standard)/S3.8/finding/1"
        var finding = Finding.example(key: id, account: account)
        finding.controls = [control]
        finding.resources = [Resource(id: resource, type: "AwsS3Bucket")]
        return finding
    }

    @Test("the same control on the same resource under several standards is one problem")
    func merged() {
        let key = finding().controlKey
        #expect(key != nil)
        #expect(finding("cis-aws-foundations-benchmark/v/1.4.0").controlKey == key)
        #expect(finding("pci-dss/v/3.2.1").controlKey == key)
    }

    @Test("another control, account or resource is another problem")
    func different() {
        let keys = [
            finding(), finding(control: "S3.9"), finding(account: "444455556666"),
            finding(resource: "arn:aws:s3:::other"),
        ].map(\.controlKey)
        #expect(Set(keys).count == 4 && keys.contains(nil) == false)
    }

    @Test("with consolidated control findings, and for findings of other products, each stands alone")
    func alone() {
        var consolidated = finding()
        consolidated.id = "arn:aws:securityhub:us-east-1:111122223333:security-control/S3.8/finding/1"
        #expect(consolidated.controlKey == nil)
        var other = finding()
        other.kind = .guardDuty
        #expect(other.controlKey == nil)
        var bare = finding()
        bare.resources = []
        #expect(bare.controlKey == nil)
    }
}
