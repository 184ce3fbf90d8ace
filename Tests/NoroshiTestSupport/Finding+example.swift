package import Findings
package import FoundationEssentials

extension Finding {
    /// A finding for tests: whatever is not given is plausible and always the same.
    package static func example(
        key: String = "arn:aws:securityhub:us-east-1:111122223333:finding/1",
        kind: FindingKind = .securityHub,
        title: String = "S3 bucket allows public read access",
        severity: Severity = .high,
        account: String? = "111122223333",
        region: String? = "us-east-1",
        status: FindingStatus = .active,
        updatedAt: Date? = nil
    ) -> Finding {
        Finding(
            key: FindingKey(key),
            source: "aws.securityhub",
            kind: kind,
            id: key,
            title: title,
            description: "The bucket policy grants s3:GetObject to everyone.",
            severity: severity,
            account: account,
            accountName: "production",
            region: region,
            status: status,
            statusText: "NEW",
            product: "Security Hub",
            types: ["Software and Configuration Checks/AWS Security Best Practices"],
            controls: ["S3.8"],
            standards: ["aws-foundational-security-best-practices/v/1.0.0"],
            tags: [Tag(key: "team", value: "payments")],
            resources: [Resource(id: "arn:aws:s3:::example-bucket", type: "AwsS3Bucket", region: region)],
            createdAt: Date(timeIntervalSinceReferenceDate: 700_000_000),
            updatedAt: updatedAt,
            url: "https://console.aws.amazon.com/securityhub/home",
            remediation: Remediation(text: "Block public access", url: "https://docs.aws.amazon.com/s3")
        )
    }
}
