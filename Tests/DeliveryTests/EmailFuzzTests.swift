import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Mail of findings at random")
struct EmailFuzzTests {
    private static let pieces = [
        "a", "Bucket ", " ", "\r", "\n", "\r\n", "\t", "\0", "\u{7F}", "\u{85}", "\u{A0}", ".", "=", "=?utf-8?Q?", "?=",
        "From ",
        "<b>", "&", "\"", "'", "--", "=_", "é", "狼煙", "𠮷", "👩‍👩‍👧‍👦", "🇯🇵", "e\u{301}\u{302}", "\u{202E}", "\u{2066}",
        "\u{FEFF}", "\u{E0041}",
        "\u{10FFFF}", "Bcc: x@example.net", "https://example.com/", "@", "\\", "%0d%0a", "\u{2028}",
        "xxxxxxxxxxxxxxxxxxxxxxxx",
    ]

    private static func text(_ generator: inout SeededGenerator) -> String {
        let longest = [0, 3, 40, 400].randomElement(using: &generator) ?? 0
        return (0...longest).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }

    private static func notification(_ generator: inout SeededGenerator) -> Notification {
        func optional() -> String? { Bool.random(using: &generator) ? text(&generator) : nil }
        var finding = Finding(
            key: FindingKey(text(&generator)),
            source: text(&generator),
            kind: FindingKind.allCases.randomElement(using: &generator) ?? .event,
            id: text(&generator),
            title: text(&generator),
            product: text(&generator)
        )
        finding.description = text(&generator)
        finding.severity = Severity.allCases.randomElement(using: &generator) ?? .unknown
        finding.account = optional()
        finding.accountName = optional()
        finding.region = optional()
        finding.statusText = optional()
        finding.url = optional()
        finding.remediation = Remediation(text: optional(), url: optional())
        finding.types = (0..<Int.random(in: 0...8, using: &generator)).map { _ in text(&generator) }
        finding.resources = (0..<Int.random(in: 0...14, using: &generator)).map { _ in
            Resource(id: text(&generator), type: optional())
        }
        let transition = Transition.allCases.randomElement(using: &generator) ?? .opened
        var notification = Notification.about(finding, transition)
        notification.content.rule = text(&generator)
        notification.destination = text(&generator)
        notification.isMinimal = Int.random(in: 0..<8, using: &generator) == 0
        return notification
    }

    @Test(
        "whatever a finding says, its mail is ASCII, has CRLF line ends and our headers only, and reads without a defect"
    )
    func fuzz() throws {
        var generator = SeededGenerator(seed: 20_261_124)
        let mails = try (0..<300).map { _ in try EmailFuzzTests.notification(&generator).mail() }
        for mail in mails { #expect(EmailForm.faults(mail.bytes) == []) }
        let read = try MailCheck(mails.map(\.bytes))
        #expect(read.mails.count == mails.count)
        for index in mails.indices {
            #expect(read.defects(index) == [])
            let names = read.mails[index]["headers"]?.members.map(\.key) ?? []
            #expect(Set(names).subtracting(EmailForm.headerNames + ["content-transfer-encoding"]) == [])
            #expect(read.header("to", index) == "ops@example.com")
        }
    }
}
