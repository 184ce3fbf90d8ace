import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Mail")
struct EmailMessageTests {
    private func changed(_ change: (inout Finding) -> Void) -> Finding {
        var finding = Finding.publicBucket
        change(&finding)
        return finding
    }

    private func check(_ finding: Finding, _ transition: Transition = .opened) throws -> MailCheck {
        try MailCheck(try Notification.about(finding, transition).mail().bytes)
    }

    /// The header as it stands in the bytes, unfolded, by lower-case name.
    private func headers(_ mail: EmailMessage) -> [(name: String, value: String)] {
        let head = mail.text.split(separator: "\r\n\r\n", maxSplits: 1)[0].replacing("\r\n ", with: " ")
        return head.split(separator: "\r\n").map { line in
            let parts = line.split(separator: ": ", maxSplits: 1)
            return (parts[0].lowercased(), parts.count > 1 ? String(parts[1]) : "")
        }
    }

    @Test("a mail is what it has always been, byte for byte")
    func golden() throws {
        let text = try Notification.about(.publicBucket).mail(seed: 1).text
        #expect(text.replacing("\r\n", with: "\n") == (try goldenMail()))
    }

    @Test(
        "the subject says severity, what changed, title, account and Region",
        arguments: [
            (Transition.opened, "[HIGH] "), (.raised, "[RAISED to HIGH] "), (.reopened, "[REOPENED · HIGH] "),
            (.resolved, "[RESOLVED · HIGH] "), (.acknowledged, "[ACKNOWLEDGED · HIGH] "),
        ]
    )
    func subject(transition: Transition, head: String) throws {
        let mail = try check(.publicBucket, transition)
        let place = "(111122223333 (Payments), us-east-1)"
        #expect(mail.header("subject") == "\(head)S3 buckets should block public access \(place)")
        #expect(mail.defects() == [])
    }

    @Test("a repeated attempt is the same message, and what is said in one conversation is one thread")
    func identity() throws {
        var later = Notification.about(changed { $0.key = FindingKey("another") }, .resolved)
        later.id = "ffffffffffffffffffffffffffffffff"
        var nextLife = Notification.about(.publicBucket, .reopened)
        nextLife.content.thread = "a1-1"
        var elsewhere = later
        elsewhere.destination = "other-mail"
        let first = headers(try Notification.about(.publicBucket).mail(seed: 1))
        let again = headers(try Notification.about(.publicBucket).mail(seed: 2))
        func value(_ name: String, of headers: [(name: String, value: String)]) -> String? {
            headers.first { $0.name == name }?.value
        }
        #expect(value("message-id", of: first) == "<0123456789abcdef0123456789abcdef@example.com>")
        #expect(value("message-id", of: first) == value("message-id", of: again))
        let root = value("references", of: first)
        #expect(root == value("in-reply-to", of: first))
        #expect(root == value("references", of: headers(try later.mail())))
        #expect(root != value("references", of: headers(try nextLife.mail())))
        #expect(root != value("references", of: headers(try elsewhere.mail())))
    }

    @Test(
        "text of a source cannot add a header, a line, a tag or a link",
        arguments: [
            "x\r\nBcc: evil@example.net", "x\nBcc: evil@example.net\n\nbody", "x\rBcc: evil", "x\u{2028}Bcc: evil",
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title></td></table><a href='http://e'>",
            "=?utf-8?B?QmNjOiBldmls?=", "a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e\0f\u{1B}[31m", "&lt;b&gt; & 'q'",
            ".\r\n.\r\nMAIL FROM:<evil@example.net>", "From evil\n.\n--=_", String(repeating: "長い題名", count: 200),
            String(repeating: "x", count: 3_000), "e\u{301}" + String(repeating: "\u{300}", count: 5_000), "👩‍👩‍👧‍👦🏴‍☠️",
        ]
    )
    func hostile(text: String) throws {
        let finding = changed {
            $0.title = text
            $0.description = text
            $0.account = text
            $0.accountName = text
            $0.region = text
            $0.resources = [Resource(id: text, type: text)]
            $0.types = [text]
            $0.controls = [text]
            $0.statusText = text
            $0.id = text
            $0.url = "https://example.com/\(text)"
            $0.remediation = Remediation(text: text, url: text)
        }
        var notification = Notification.about(finding)
        notification.content.rule = text
        let mail = try notification.mail()
        #expect(headers(mail).map(\.name) == EmailForm.headerNames)
        #expect(EmailForm.faults(mail.bytes) == [])
        let read = try MailCheck(mail.bytes)
        #expect(read.defects() == [])
        let html = try #require(read.text("text/html"))
        #expect(["<script", "<img", "href='", "\u{202E}", "\0", "\u{1B}"].allSatisfy { html.contains($0) == false })
        #expect(read.header("subject")?.hasPrefix("[HIGH] ") == true)
    }

    @Test(
        "only web addresses without user information are linked",
        arguments: [
            ("javascript:alert(1)", false), ("data:text/html,x", false), ("file:///etc/passwd", false),
            ("//example.com", false),
            ("https://", false), ("https://console.aws.amazon.com@evil.example/", false),
            ("https://example.com/a?b=1&c=2", true),
            ("HTTP://example.com", true), ("https://example.com/\u{202E}x", true),
        ]
    )
    func links(url: String, isLinked: Bool) throws {
        let mail = try check(
            changed {
                $0.url = url; $0.remediation = nil
            }
        )
        let html = try #require(mail.text("text/html"))
        #expect(html.contains("<a href") == isLinked)
        #expect(html.contains("left out: not an http or https address") != isLinked)
        #expect(html.contains("\u{202E}") == false)
    }

    @Test(
        "a description of 200 KB is cut between characters, says so, and leaves the rest in place",
        arguments: [
            "a", "狼", "👩‍👩‍👧‍👦", "&",
        ]
    )
    func longDescription(character: String) throws {
        let description = String(repeating: character, count: 200_000 / character.utf8.count)
        let notification = Notification.about(changed { $0.description = description })
        let bytes = try notification.mail().bytes
        #expect(bytes.count < 102_400)
        let mail = try MailCheck(bytes)
        #expect(mail.defects() == [])
        let text = try #require(mail.text("text/plain"))
        #expect(text.contains("more characters)"))
        #expect(text.contains("S3 buckets should block public access") && text.contains("111122223333"))
        let shown = text.split(separator: "What happened").last?.split(separator: " … ").first ?? ""
        #expect(shown.allSatisfy { String($0) == character || $0.isWhitespace })
    }

    @Test("what is late, a possible repeat, or not where it was meant to go is said")
    func notes() throws {
        var notification = Notification.about(.publicBucket)
        notification.content.receivedAt = mailNow.addingTimeInterval(-425)
        notification.uncertain = 1
        notification.fallbackFor = "00000000000000000000000000000000"
        let mail = try MailCheck(try notification.mail().bytes)
        for type in ["text/plain", "text/html"] {
            let text = try #require(mail.text(type))
            #expect(text.contains("delayed 7 min"))
            #expect(text.contains("possible repeat"))
            #expect(text.contains("sent here because its own destination could not be reached"))
        }
    }

    @Test("a minimal mail is plain text without links and without text of the source but the title")
    func minimal() throws {
        var notification = Notification.about(.publicBucket)
        notification.isMinimal = true
        let mail = try MailCheck(try notification.mail().bytes)
        #expect(mail.defects() == [])
        #expect(mail.mails[0]["parts"]?.elements.count == 1)
        let text = try #require(mail.text("text/plain"))
        #expect(text.contains("[HIGH] S3 buckets should block public access (111122223333 (Payments), us-east-1)"))
        #expect(text.contains("http") == false && text.contains("readable by everybody") == false)
    }

    @Test("a finding with next to nothing in it makes a mail that says what there is")
    func bare() throws {
        let finding = Finding(key: FindingKey("k"), source: "x", kind: .event, id: "id-1", title: "", product: "")
        let mail = try check(finding)
        #expect(mail.defects() == [])
        #expect(mail.header("subject") == "[UNKNOWN] id-1 (unknown, unknown)")
    }
}
