import FoundationEssentials
import HTTPSurface
import Testing

@testable import Inbox
@testable import SlackReading

@Suite("What the inbox shows")
struct InboxPageTests {
    private static let hostile = #"<script>alert("1")</script>&'\#u{1B}[2J\#u{202E}"#

    private func page(_ content: ReceivedMessage.Content) -> String {
        let message = ReceivedMessage(
            id: 1,
            receivedAt: Date(timeIntervalSince1970: 0),
            content: content,
            answer: ReceivedMessage.Answer(code: 200, text: "200 ok", reason: Self.hostile)
        )
        return InboxPage.document([message], total: 1, faults: ([], []), refreshes: true).text
            + MessagePage.document(message).text
    }

    @Test("no text of a sender becomes markup, whatever it came in")
    func escaping() throws {
        let field = SlackMessage.Field(title: Self.hostile, value: Self.hostile, isShort: true)
        var attachment = SlackMessage.Attachment(fields: [field], blocks: [.header(Self.hostile)])
        attachment.title = Self.hostile
        attachment.titleLink = "javascript:alert(1)"
        attachment.text = Self.hostile
        attachment.footer = Self.hostile
        let text = SlackMessage.Text(text: Self.hostile, isMarkup: true)
        let button = SlackMessage.Button(label: Self.hostile, url: #"https://example.com/"onload="x"#)
        let slack = SlackMessage(
            text: Self.hostile,
            username: Self.hostile,
            blocks: [
                .section(text, fields: [text], button: button), .context([text]), .image(title: nil, alt: Self.hostile),
            ],
            attachments: [attachment]
        )
        let post = HTTPPost(
            path: Self.hostile,
            headers: [HTTPPost.Header("x", Self.hostile)],
            body: Array(Self.hostile.utf8)
        )
        let mail = MailMessage(Array("Subject: \(Self.hostile)\r\nFrom: \(Self.hostile)\r\n\r\n\(Self.hostile)".utf8))
        let envelope = Envelope(client: Self.hostile, user: nil, sender: Self.hostile, recipients: [Self.hostile])
        for content: ReceivedMessage.Content in [
            .slack(post, slack), .slack(post, nil), .webhook(post), .mail(envelope, mail),
        ] {
            let page = page(content)
            #expect(!page.contains("<script"))
            #expect(!page.contains("\"onload"))
            #expect(!page.contains("javascript:"))
            #expect(!page.contains("\u{1B}"))
            #expect(!page.contains("\u{202E}"))
        }
    }

    @Test("no text of a sender can steer the terminal")
    func terminal() {
        let post = HTTPPost(path: "/slack\u{1B}]0;x\u{7}", headers: [], body: [])
        let slack = SlackMessage(text: "a\u{1B}[2Jb\rc\u{9B}d\u{202E}", username: nil, blocks: [], attachments: [])
        let message = ReceivedMessage(
            id: 1,
            receivedAt: Date(timeIntervalSince1970: 0),
            content: .slack(post, slack),
            answer: ReceivedMessage.Answer(code: 200, text: "200 ok")
        )
        let lines = Transcript(isColoured: false).lines(message)
        #expect(
            lines == """
                00:00:00Z  #1 slack  /slack\u{FFFD}]0;x\u{FFFD}  200 ok
                  │ a\u{FFFD}[2Jb
                  │ c\u{FFFD}d\u{FFFD}

                """
        )
    }

    @Test("only so many messages are kept, and the numbers go on")
    func bounded() {
        let messages = ReceivedMessages()
        let post = HTTPPost(path: "/slack", headers: [], body: [])
        for _ in 0..<(ReceivedMessages.maximumCount + 5) {
            messages.add(.webhook(post), ReceivedMessage.Answer(code: 204, text: "204"))
        }
        #expect(messages.all.count == ReceivedMessages.maximumCount)
        #expect(messages.all.first?.id == 6)
        #expect(messages.total == ReceivedMessages.maximumCount + 5)
    }

    @Test("only so many bytes are kept")
    func boundedBytes() {
        let messages = ReceivedMessages()
        let post = HTTPPost(path: "/slack", headers: [], body: [UInt8](repeating: 0, count: 2 << 20))
        for _ in 0..<40 { messages.add(.webhook(post), ReceivedMessage.Answer(code: 204, text: "204")) }
        #expect(messages.all.map(\.weight).reduce(0, +) <= ReceivedMessages.maximumWeight)
        #expect(messages.all.last?.id == 40)
    }
}
