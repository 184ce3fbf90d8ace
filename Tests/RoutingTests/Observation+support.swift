import Findings

/// A finding with something in every field, changed by `edit`.
func observation(_ edit: (inout Finding) -> Void = { _ in }) throws -> Observation {
    var finding = Finding(
        key: FindingKey("arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f"),
        source: "aws.guardduty",
        kind: .guardDuty,
        id: "f",
        title: "EC2 instance i-99999999 is querying a domain of a Bitcoin pool.",
        severity: .high,
        account: "111122223333",
        region: "us-east-1",
        status: .active,
        statusText: "NEW/FAILED",
        product: "GuardDuty",
        types: ["CryptoCurrency:EC2/BitcoinTool.B!DNS", "TTPs/Impact"],
        controls: ["S3.8", "CIS.1.14"],
        standards: ["aws-foundational-security-best-practices/v/1.0.0"],
        tags: [Tag(key: "env", value: "prod"), Tag(key: "team", value: "Payments")],
        resources: [
            Resource(id: "arn:aws:ec2:us-east-1:111122223333:instance/i-99999999", type: "AwsEc2Instance"),
            Resource(id: "arn:aws:s3:::Logs", type: "AwsS3Bucket"),
        ]
    )
    edit(&finding)
    return Observation(finding: finding, event: try JSONDocument.parse("{}"))
}
