import NIOCore

/// Why a measurement could not be made.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Findings to post: Security Hub events of about 2 KB, each a different finding with its number in the title.
enum BenchEvents {
    private static let marker = Array("bench-".utf8)
    private static let severities = ["LOW", "MEDIUM", "HIGH", "CRITICAL"]

    /// Request bodies that hold `count` findings in all, `batch` in each.
    static func bodies(count: Int, batch: Int, run: Int) -> [ByteBuffer] {
        stride(from: 0, to: count, by: batch).map { first in
            let events = (first..<min(first + batch, count)).map { event($0, run: run) }
            return ByteBuffer(string: batch == 1 ? events[0] : "[\(events.joined(separator: ","))]")
        }
    }

    /// The number of the first finding that a body names.
    static func id(in bytes: ByteBufferView) -> Int? {
        var at = bytes.startIndex
        while let start = bytes[at...].firstIndex(of: marker[0]) {
            if bytes[start...].starts(with: marker) {
                var value = 0
                var digits = start + marker.count
                while digits < bytes.endIndex, bytes[digits] >= 48, bytes[digits] <= 57 {
                    value = value * 10 + Int(bytes[digits] - 48)
                    digits += 1
                }
                return value
            }
            at = start + 1
        }
        return nil
    }

    private static func event(_ number: Int, run: Int) -> String {
        let unique = "\(run)-\(number)"
        let account = String(111_122_220_000 + number % 500)
        let arn =
            "arn:aws:securityhub:eu-west-1:\(account):security-control/S3.8/finding/00000000-0000-4000-8000-\(unique)"
        let description = String(
            repeating: "S3 general purpose buckets should block public access at the bucket level. ",
            count: 8
        )
        return """
            {"version":"0","id":"bench-event-\(unique)","detail-type":"Security Hub Findings - Imported",\
            "source":"aws.securityhub","account":"\(account)","time":"2026-11-02T10:00:00Z","region":"eu-west-1",\
            "resources":["arn:aws:securityhub:eu-west-1::product/aws/securityhub/\(arn)"],"detail":{"findings":[{\
            "SchemaVersion":"2018-10-08","Id":"\(arn)","ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/securityhub",\
            "ProductName":"Security Hub","CompanyName":"AWS","Region":"eu-west-1","GeneratorId":"security-control/S3.8",\
            "AwsAccountId":"\(account)","Types":["Software and Configuration Checks/Industry and Regulatory Standards"],\
            "FirstObservedAt":"2026-11-02T09:59:58.123Z","LastObservedAt":"2026-11-02T09:59:58.123Z",\
            "CreatedAt":"2026-11-02T09:59:58.123Z","UpdatedAt":"2026-11-02T09:59:59.456Z",\
            "Severity":{"Label":"\(severities[number % 4])","Normalized":70,"Original":"HIGH"},\
            "Title":"bench-\(number) S3 buckets should block public access","Description":"\(description)",\
            "Remediation":{"Recommendation":{"Text":"See the documentation.",\
            "Url":"https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"}},\
            "Resources":[{"Type":"AwsS3Bucket","Id":"arn:aws:s3:::bucket-\(unique)","Partition":"aws","Region":"eu-west-1",\
            "Tags":{"team":"payments","env":"production"}}],"Compliance":{"Status":"FAILED","SecurityControlId":"S3.8",\
            "AssociatedStandards":[{"StandardsId":"standards/aws-foundational-security-best-practices/v/1.0.0"}]},\
            "WorkflowState":"NEW","Workflow":{"Status":"NEW"},"RecordState":"ACTIVE"}]}}
            """
    }

    /// The same number of alerts for Alertmanager's `POST /api/v2/alerts`, one alert a request, with the same texts.
    static func alerts(count: Int, batch: Int, run: Int) -> [ByteBuffer] {
        let description = String(
            repeating: "S3 general purpose buckets should block public access at the bucket level. ",
            count: 8
        )
        return stride(from: 0, to: count, by: batch).map { first in
            let alerts = (first..<min(first + batch, count)).map { number in
                """
                {"labels":{"alertname":"S3.8","account":"\(111_122_220_000 + number % 500)","region":"eu-west-1",\
                "severity":"\(severities[number % 4])","resource":"arn:aws:s3:::bucket-\(run)-\(number)",\
                "product":"Security Hub","status":"FAILED"},"annotations":{\
                "title":"bench-\(number) S3 buckets should block public access","description":"\(description)"},\
                "generatorURL":"https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"}
                """
            }
            return ByteBuffer(string: "[\(alerts.joined(separator: ","))]")
        }
    }
}
