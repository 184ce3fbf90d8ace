import HTTPSurface
import NoroshiTestSupport
import Testing

@testable import Inbox

@Suite("Mails, taken apart")
struct MailMessageTests {
    private static let alternative = """
        From: Noroshi <noroshi@example.com>\r
        To: secops@example.com\r
        Date: Mon, 02 Nov 2026 10:00:00 +0000\r
        Message-ID: <1@example.com>\r
        Subject: =?utf-8?Q?K=C3=B6?= =?utf-8?B?bG4=?=\r
         is folded\r
        Content-Type: multipart/alternative; boundary="b 1"\r
        \r
        preamble\r
        --b 1\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        =F0=9F=94=A5 a long=\r
         line\r
        --b 1\r
        Content-Type: text/html; charset=utf-8\r
        Content-Transfer-Encoding: base64\r
        \r
        PGI+\r
        Ym9sZDwvYj4=\r
        --b 1--\r

        """

    @Test("subject, text and HTML are decoded, and a good mail has no defects")
    func alternative() {
        let mail = MailMessage(Array(Self.alternative.utf8))
        #expect(mail.subject == "Köln is folded")
        #expect(mail.text == "🔥 a long line")
        #expect(mail.html == "<b>bold</b>")
        #expect(mail.defects == [])
    }

    @Test(
        "what a strict receiver would object to is named",
        arguments: [
            ("From: a@example.com\r\nMessage-ID: <1@x>\r\n\r\n", "no Date header"),
            ("From: a@example.com\r\nDate: x\r\n\r\n", "no Message-ID header"),
            ("Date: x\r\nMessage-ID: <1@x>\r\n\r\n", "no From header"),
            ("From: a\r\nFrom: b\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\n", "more than one From header"),
            ("From: a\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\na\nb\r\n", "a CR or LF stands alone; lines end with both"),
            ("From: a\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\na\rb\r\n", "a CR or LF stands alone; lines end with both"),
            (
                "From: a\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\n\(String(repeating: "x", count: 999))\r\n",
                "a line is longer than 998 octets"
            ),
            (
                "From: Zoë\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\n",
                "a header holds 8-bit characters that are not encoded"
            ),
            (
                "From: a\r\nDate: x\r\nMessage-ID: <1@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n",
                "the closing boundary \"--b--\" is missing"
            ),
            (
                "From: a\r\nDate: x\r\nMessage-ID: <1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n###\r\n",
                "a text/plain part is not valid base64"
            ),
        ]
    )
    func defects(raw: String, defect: String) {
        #expect(MailMessage(Array(raw.utf8)).defects == [defect])
    }

    @Test("a line of 998 octets is no defect")
    func longestLine() {
        let raw = "From: a\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\n\(String(repeating: "x", count: 998))\r\n"
        #expect(MailMessage(Array(raw.utf8)).defects == [])
    }

    @Test("no bytes make the reading of a mail fail", arguments: 1...20)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var bytes = Array(Self.alternative.utf8)
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                if Bool.random(using: &generator) {
                    bytes[index] = UInt8.random(in: 0...255, using: &generator)
                } else {
                    bytes.removeSubrange(index..<min(bytes.count, index + 7))
                }
            }
            #expect(MailMessage(bytes).raw == bytes)
        }
    }
}
