import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Triage

/// A moment that all mails of the tests are rendered at: Tue, 24 Nov 2026 02:24:01 UTC.
let mailNow = Date(timeIntervalSince1970: 1_795_487_041)

extension Finding {
    /// A finding with all that a mail shows.
    static let publicBucket = Finding(
        key: FindingKey("arn:aws:securityhub:us-east-1:111122223333:finding/1"),
        source: "aws.securityhub",
        kind: .securityHub,
        id: "arn:aws:securityhub:us-east-1:111122223333:finding/1",
        title: "S3 buckets should block public access",
        description: "The bucket is readable by everybody.\nIts policy allows s3:GetObject to *.",
        severity: .high,
        account: "111122223333",
        accountName: "Payments",
        region: "us-east-1",
        statusText: "NEW",
        product: "Security Hub",
        types: ["Software and Configuration Checks/AWS Security Best Practices"],
        controls: ["S3.8"],
        resources: [Resource(id: "arn:aws:s3:::payments-exports", type: "AwsS3Bucket")],
        firstSeenAt: Date(timeIntervalSince1970: 1_795_400_000),
        url: "https://console.aws.amazon.com/securityhub/home?region=us-east-1#/findings?search=Id%3Dx&y=1",
        remediation: Remediation(
            text: "Turn on Block Public Access.",
            url: "https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"
        )
    )
}

extension Notification {
    /// A notification about a finding, received half a minute before ``mailNow``.
    static func about(
        _ finding: Finding,
        _ transition: Transition = .opened,
        recipient: String = "ops@example.com"
    ) -> Notification {
        let received = mailNow.addingTimeInterval(-30)
        return Notification(
            id: "0123456789abcdef0123456789abcdef",
            destination: "secops-mail",
            recipient: recipient,
            createdAt: received,
            dueAt: received,
            content: Content(
                finding: finding,
                transition: transition,
                firstSeenAt: received,
                openedAt: received,
                receivedAt: received,
                count: 3,
                rule: "critical in production",
                version: 7,
                thread: "a1-0"
            )
        )
    }

    /// The mail for the recipient, from `noroshi@example.com`.
    func mail(seed: UInt64 = 1, console: PublicAddress? = nil) throws -> EmailMessage {
        var generator = SeededGenerator(seed: seed)
        return EmailMessage(
            self,
            destination: destination,
            from: try MailAddress("noroshi@example.com"),
            to: try MailAddress(recipient ?? ""),
            now: mailNow,
            console: console,
            using: &generator
        )
    }
}
