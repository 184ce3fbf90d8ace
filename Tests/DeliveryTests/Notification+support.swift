import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Triage

extension Notification {
    /// A notification about a GuardDuty finding, or about what `change` makes of it.
    static func sample(
        id: String = "0190a1b2c3d4e5f60718293a4b5c6d7e",
        destination: String = "secops",
        transition: Transition = .opened,
        createdAt: Date = .sample,
        change: (inout Finding) -> Void = { _ in }
    ) -> Notification {
        var finding = Finding(
            key: FindingKey("arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f"),
            source: "aws.guardduty",
            kind: .guardDuty,
            id: "f",
            title: "Credentials of the role deploy were used from outside AWS",
            description: "The credentials of an instance were used from 198.51.100.7.",
            severity: .high,
            account: "111122223333",
            accountName: "production",
            region: "us-east-1",
            product: "GuardDuty",
            types: ["UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"],
            controls: ["IAM.1"],
            tags: [Tag(key: "team", value: "payments")],
            resources: [
                Resource(id: "arn:aws:iam::111122223333:role/deploy", type: "AwsIamRole", region: "global"),
                Resource(id: "i-0123456789abcdef0", type: "AwsEc2Instance", region: "us-east-1"),
            ],
            firstSeenAt: .sample,
            url: "https://us-east-1.console.aws.amazon.com/guardduty/home?region=us-east-1#/findings?fId=f&x=1",
            remediation: Remediation(
                text: "Revoke the sessions of the role.",
                url: "https://docs.aws.amazon.com/guardduty/"
            )
        )
        change(&finding)
        var notification = Notification(
            id: id,
            destination: destination,
            recipient: nil,
            createdAt: createdAt,
            dueAt: createdAt,
            attempts: 1,
            content: Content(
                finding: finding,
                transition: transition,
                firstSeenAt: createdAt,
                openedAt: createdAt,
                receivedAt: createdAt,
                count: 3,
                rule: "critical in production",
                version: 7,
                thread: "a1-0"
            )
        )
        notification.content.findingID = "f1a"
        return notification
    }

    /// Every text of the finding replaced by `text`.
    static func hostile(_ text: String) -> Notification {
        var notification = sample { finding in
            finding.id = text
            finding.title = text
            finding.description = text
            finding.account = text
            finding.accountName = text
            finding.region = text
            finding.product = text
            finding.types = [text]
            finding.controls = [text, text]
            finding.tags = [Tag(key: text, value: text)]
            finding.resources = [Resource(id: text, type: text, region: text), Resource(id: text)]
            finding.url = "https://example.com/\(text)"
            finding.remediation = Remediation(text: text, url: "https://example.com/?\(text)")
        }
        notification.content.rule = text
        return notification
    }
}

/// What somebody who may name a bucket or set a tag would put there.
enum HostileText {
    static let all: [String] = [
        "<!channel> <!here> <!everyone> <@U012AB3CD> <!subteam^S012> <https://evil.example|console>",
        "@channel @here @everyone @all @**all**",
        "<script>alert(1)</script> & &amp; \" ' ` *bold* _it_ ~no~",
        "line\r\nX-Evil: 1\r\n\r\nbody\u{2028}next\u{0}\u{1B}[31m\u{7F}\u{85}",
        "\u{202E}txt.exe\u{202C} \u{2066}a\u{2069} \u{200F}b\u{200E} \u{061C}c \u{FEFF}d \u{E0041}\u{200B}",
        "[console](https://evil.example) ![x](https://evil.example/track.png) ](x)",
        "|url|label|\n|x>",
        String(repeating: "長い説明 & <b> ", count: 20_000),
        String(repeating: "👩‍👩‍👧‍👦", count: 3000),
        String(repeating: "🇯🇵", count: 5000),
        "a" + String(repeating: "\u{0301}", count: 30_000),
        String(repeating: "&", count: 9000),
        String(repeating: "@", count: 9000),
        String(repeating: "<", count: 9000),
        "", " ", "\u{200B}", "\n\n\n",
    ]
}
