package import Findings

/// One Security Hub control.
package struct Control: Sendable {
    /// Such as `EC2.7`.
    package var id: String
    package var title: String
    package var severity: Severity
    package var resourceType: String
    /// The event of its findings, as far as rules look at it.
    package var event: JSON

    /// Two in a hundred are CRITICAL, twenty HIGH, half MEDIUM, and the others LOW.
    static func all() throws(JSONSyntaxError) -> [Control] {
        var controls: [Control] = []
        for number in 0..<FeedSize.controls {
            let (service, type, what) = services[number % services.count]
            let title = "\(what) should be configured as item \(number / services.count + 1) of the guide says"
            controls.append(
                Control(
                    id: "\(service).\(number / services.count + 1)",
                    title: title,
                    severity: severity(of: number),
                    resourceType: type,
                    event: try JSONDocument.parse(
                        Array(
                            """
                            {"source":"aws.securityhub","detail-type":"Security Hub Findings - Imported","detail":\
                            {"findings":[{"Title":"\(title)","Resources":[{"Type":"\(type)"}]}]}}
                            """.utf8
                        )
                    )
                )
            )
        }
        return controls
    }

    private static func severity(of number: Int) -> Severity {
        switch number % 50 {
        case 7: .critical
        case 0..<11: .high
        case 11..<36: .medium
        default: .low
        }
    }

    private static let services = [
        ("EC2", "AwsEc2Instance", "EC2 instances"), ("S3", "AwsS3Bucket", "S3 general purpose buckets"),
        ("IAM", "AwsIamUser", "IAM users"), ("RDS", "AwsRdsDbInstance", "RDS DB instances"),
        ("Lambda", "AwsLambdaFunction", "Lambda functions"), ("ECS", "AwsEcsService", "ECS services"),
        ("KMS", "AwsKmsKey", "KMS keys"), ("CloudTrail", "AwsCloudTrailTrail", "CloudTrail trails"),
    ]
}
