import NoroshiTestSupport
import Testing

@testable import Inbox

@Suite("SMTP dialogue")
struct SMTPDialogueTests {
    struct Exchange: Sendable, CustomTestStringConvertible {
        var about: String
        var sent: String
        /// The codes of the replies, in order, after the greeting.
        var codes: [Int]

        var testDescription: String { about }
    }

    private static let opening = "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"

    @Test(
        "every command is answered as RFC 5321 says",
        arguments: [
            Exchange(
                about: "a mail",
                sent: opening + "DATA\r\nHi\r\n.\r\nQUIT\r\n",
                codes: [250, 250, 250, 354, 250, 221]
            ),
            Exchange(about: "HELO", sent: "HELO me\r\nQUIT\r\n", codes: [250, 221]),
            Exchange(about: "words in any case", sent: "eHlO me\r\nmail from:<>\r\n", codes: [250, 250]),
            Exchange(about: "EHLO without a name", sent: "EHLO\r\n", codes: [501]),
            Exchange(about: "MAIL before EHLO", sent: "MAIL FROM:<a@example.com>\r\n", codes: [503]),
            Exchange(about: "RCPT before MAIL", sent: "EHLO me\r\nRCPT TO:<b@example.com>\r\n", codes: [250, 503]),
            Exchange(about: "DATA before RCPT", sent: "EHLO me\r\nMAIL FROM:<>\r\nDATA\r\n", codes: [250, 250, 554]),
            Exchange(about: "DATA with words", sent: opening + "DATA now\r\n", codes: [250, 250, 250, 501]),
            Exchange(about: "MAIL twice", sent: opening + "MAIL FROM:<>\r\n", codes: [250, 250, 250, 503]),
            Exchange(about: "RSET forgets", sent: opening + "RSET\r\nDATA\r\n", codes: [250, 250, 250, 250, 503]),
            Exchange(about: "EHLO forgets", sent: opening + "EHLO me\r\nDATA\r\n", codes: [250, 250, 250, 250, 503]),
            Exchange(about: "no brackets", sent: "EHLO me\r\nMAIL FROM:a@example.com\r\n", codes: [250, 501]),
            Exchange(about: "no closing bracket", sent: "EHLO me\r\nMAIL FROM:<a@example.com\r\n", codes: [250, 501]),
            Exchange(
                about: "a space in an address",
                sent: "EHLO me\r\nMAIL FROM:<a b@example.com>\r\n",
                codes: [250, 501]
            ),
            Exchange(about: "no domain", sent: "EHLO me\r\nMAIL FROM:<a>\r\n", codes: [250, 501]),
            Exchange(
                about: "postmaster",
                sent: "EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\n",
                codes: [250, 250, 250]
            ),
            Exchange(about: "a route", sent: "EHLO me\r\nMAIL FROM:<@x,@y:a@example.com>\r\n", codes: [250, 250]),
            Exchange(
                about: "SIZE that fits",
                sent: "EHLO me\r\nMAIL FROM:<> SIZE=99 BODY=8BITMIME\r\n",
                codes: [250, 250]
            ),
            Exchange(about: "SIZE that does not", sent: "EHLO me\r\nMAIL FROM:<> SIZE=101\r\n", codes: [250, 552]),
            Exchange(about: "SIZE of no number", sent: "EHLO me\r\nMAIL FROM:<> SIZE=-1\r\n", codes: [250, 501]),
            Exchange(about: "an unknown parameter", sent: "EHLO me\r\nMAIL FROM:<> SMTPUTF8\r\n", codes: [250, 555]),
            Exchange(
                about: "too many recipients",
                sent: opening + "RCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\n",
                codes: [250, 250, 250, 250, 452]
            ),
            Exchange(about: "AUTH PLAIN at once", sent: "EHLO me\r\nAUTH PLAIN AHUAcA==\r\n", codes: [250, 235]),
            Exchange(
                about: "AUTH PLAIN in two steps",
                sent: "EHLO me\r\nAUTH PLAIN\r\nAHUAcA==\r\n",
                codes: [250, 334, 235]
            ),
            Exchange(
                about: "AUTH LOGIN",
                sent: "EHLO me\r\nAUTH LOGIN\r\ndQ==\r\ncA==\r\n",
                codes: [250, 334, 334, 235]
            ),
            Exchange(
                about: "AUTH cancelled",
                sent: "EHLO me\r\nAUTH LOGIN\r\n*\r\nNOOP\r\n",
                codes: [250, 334, 501, 250]
            ),
            Exchange(about: "AUTH of no base64", sent: "EHLO me\r\nAUTH PLAIN !\r\n", codes: [250, 501]),
            Exchange(about: "AUTH of another kind", sent: "EHLO me\r\nAUTH CRAM-MD5\r\n", codes: [250, 504]),
            Exchange(about: "AUTH in a mail", sent: opening + "AUTH PLAIN AHUAcA==\r\n", codes: [250, 250, 250, 503]),
            Exchange(
                about: "STARTTLS",
                sent: "STARTTLS\r\nEXPN x\r\nVRFY x\r\nHELP\r\nNOOP\r\n",
                codes: [502, 502, 252, 214, 250]
            ),
            Exchange(about: "nonsense", sent: "\r\nFOO\r\n\u{7}\r\n", codes: [500, 500, 500]),
            Exchange(
                about: "a line too long",
                sent: "NOOP \(String(repeating: "x", count: 200))\r\nNOOP\r\n",
                codes: [500, 250]
            ),
            Exchange(about: "LF alone after a command", sent: "EHLO me\nQUIT\n", codes: [250, 221]),
            Exchange(
                about: "a mail too large",
                sent: opening + "DATA\r\n\(String(repeating: "x", count: 200))\r\n.\r\nNOOP\r\n",
                codes: [250, 250, 250, 354, 552, 250]
            ),
            Exchange(about: "nothing after QUIT", sent: "QUIT\r\nNOOP\r\n", codes: [221]),
            Exchange(
                about: "too many errors",
                sent: String(repeating: "FOO\r\n", count: 9),
                codes: [500, 500, 500, 500, 421]
            ),
        ]
    )
    func dialogue(_ exchange: Exchange) {
        #expect(codes(exchange.sent, chunk: .max) == exchange.codes)
        // However the bytes were cut on their way.
        #expect(codes(exchange.sent, chunk: 1) == exchange.codes)
    }

    @Test(
        "the lines of a mail are kept as they were before dot-stuffing",
        arguments: [
            ("", ""),
            ("a\r\n", "a\r\n"),
            ("..a\r\n", ".a\r\n"),
            ("...\r\n", "..\r\n"),
            ("a..b\r\n", "a..b\r\n"),
            ("a\n.\nb\r\n", "a\n.\nb\r\n"),
            ("a\r.\rb\r\n", "a\r.\rb\r\n"),
            (".\ra\r\n", "\ra\r\n"),
        ]
    )
    func dots(sent: String, kept: String) {
        #expect(mails(Self.opening + "DATA\r\n" + sent + ".\r\n").map(\.content) == [Array(kept.utf8)])
    }

    @Test("the envelope names the client, the user, the sender and the recipients, and no password")
    func envelope() {
        let sent = """
            EHLO me\r\nAUTH PLAIN AHVzZXIAc2VjcmV0\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n\
            RCPT TO:<c@example.com>\r\nDATA\r\nx\r\n.\r\n
            """
        let expected = Envelope(
            client: "me",
            user: "user",
            sender: "a@example.com",
            recipients: ["b@example.com", "c@example.com"]
        )
        #expect(mails(sent).map(\.envelope) == [expected])
    }

    @Test(
        "a session fails where it was told to, once",
        arguments: [
            (SMTPFault(at: .connect, .reply(554, "No")), [554]),
            (SMTPFault(at: .helo, .reply(421, "Later")), [220, 421]),
            (SMTPFault(at: .mail, .reply(451, "Later")), [220, 250, 451, 503, 503]),
            (SMTPFault(at: .rcpt, .reply(550, "Who?")), [220, 250, 250, 550, 554]),
            (SMTPFault(at: .rcpt, .reply(550, "Who?"), recipient: "x@y"), [220, 250, 250, 250, 354, 250, 221]),
            (SMTPFault(at: .data, .reply(451, "Later")), [220, 250, 250, 250, 451]),
            (SMTPFault(at: .message, .reply(452, "Full")), [220, 250, 250, 250, 354, 452, 221]),
            (SMTPFault(at: .message, .replyLost), [220, 250, 250, 250, 354]),
            (SMTPFault(at: .mail, .reset), [220, 250]),
        ] as [(SMTPFault, [Int])]
    )
    func failures(fault: SMTPFault, codes expected: [Int]) {
        let plan = FaultPlan(smtp: [fault])
        var dialogue = SMTPDialogue { plan.takeSMTP(at: $0, recipient: $1) }
        var replies = Self.codes(dialogue.begin())
        for line in ["EHLO me", "MAIL FROM:<>", "RCPT TO:<b@example.com>", "DATA"] {
            replies += Self.codes(dialogue.receive("\(line)\r\n".utf8))
        }
        if replies.last == 354 { replies += Self.codes(dialogue.receive("x\r\n.\r\nQUIT\r\n".utf8)) }
        #expect(replies == expected)
    }

    @Test("no bytes of a client crash the dialogue, or make it keep more than its limits", arguments: 1...20)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "EHLO x", "HELO", "MAIL FROM:<a@b>", "MAIL FROM:<", "RCPT TO:<c@d>", "RCPT TO:<@:>", "DATA", "AUTH LOGIN",
            "AUTH PLAIN", "=", "*", "\r\n", "\r\n", "\r\n", "\n", "\r", ".", "..", "\r\n.\r\n", "RSET", "\0", "é", " ",
            "<>",
            "SIZE=9", "x",
        ]
        let limits = SMTPDialogue.Limits(message: 100, line: 64, recipients: 2, errors: 1_000)
        var dialogue = SMTPDialogue(limits: limits)
        _ = dialogue.begin()
        for _ in 0..<3_000 {
            let piece = Array((pieces.randomElement(using: &generator) ?? "").utf8)
            let noise = UInt8.random(in: 0...255, using: &generator)
            let actions = dialogue.receive(Bool.random(using: &generator) ? piece : piece + [noise])
            for case .take(let envelope, let content, _, _) in actions {
                #expect(content.count <= 100)
                #expect((1...2).contains(envelope.recipients.count))
            }
            for case .reply(let reply) in actions {
                #expect(reply.lines.allSatisfy { !$0.contains("\r") && !$0.contains("\n") })
            }
        }
    }

    private func session(_ sent: String, chunk: Int) -> [SMTPDialogue.Action] {
        let limits = SMTPDialogue.Limits(message: 100, line: 128, recipients: 2, errors: 5)
        var dialogue = SMTPDialogue(limits: limits)
        _ = dialogue.begin()
        var actions: [SMTPDialogue.Action] = []
        var rest = Array(sent.utf8)[...]
        while rest.isEmpty == false {
            actions += dialogue.receive(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
        }
        return actions
    }

    private func codes(_ sent: String, chunk: Int) -> [Int] { Self.codes(session(sent, chunk: chunk)) }

    private func mails(_ sent: String) -> [(envelope: Envelope, content: [UInt8])] {
        session(sent, chunk: .max).compactMap { action in
            guard case .take(let envelope, let content, _, _) = action else { return nil }
            return (envelope, content)
        }
    }

    private static func codes(_ actions: [SMTPDialogue.Action]) -> [Int] {
        actions.compactMap { action in
            guard case .reply(let reply) = action else { return nil }
            return reply.code
        }
    }
}
