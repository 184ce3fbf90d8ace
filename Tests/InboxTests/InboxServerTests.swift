import HTTPSurface
import Findings
import Logging
import NIOCore
import Synchronization
import Testing

@testable import Inbox

@Suite("A running inbox")
struct InboxServerTests {
    private static let mail = """
        EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: Hi\r\n\r\n..dot\r\n.\r\nQUIT\r\n
        """

    @Test("a Slack message and a mail arrive over real connections and are listed in order")
    func both() async throws {
        let (posted, session, listed) = try await RunningInbox.with { inbox in
            let posted = try await inbox.post("/services/T/B/x?y=1", #"{"text":"hello"}"#)
            let session = try await inbox.smtp(Self.mail)
            return (posted, session, try await inbox.get("/messages"))
        }
        #expect(posted.status == 200)
        #expect(posted.body == "ok")
        #expect(session.hasSuffix("221 Bye\r\n"))
        let messages = try JSONDocument.parse(listed.body)["messages"]?.elements ?? []
        #expect(messages.map { $0["kind"]?.string } == ["slack", "mail"])
        #expect(messages.first?["path"]?.string == "/services/T/B/x?y=1")
        #expect(messages.last?["text"]?.string == ".dot\n")
        #expect(messages.last?["recipients"]?.elements.map(\.string) == ["b@example.com"])
    }

    @Test("a generic webhook is answered with 204 and shown with its headers")
    func webhook() async throws {
        let (answer, listed) = try await RunningInbox.with { inbox in
            let answer = try await inbox.http("POST", "/webhook/a", ["webhook-id": "msg_1"], "{}")
            return (answer, try await inbox.get("/messages"))
        }
        #expect(answer.status == 204)
        let message = try JSONDocument.parse(listed.body)["messages"]?.elements.first
        #expect(message?["kind"]?.string == "webhook")
        #expect(
            message?["headers"]?.elements.contains { $0.elements.map(\.string) == ["webhook-id", "msg_1"] } == true
        )
    }

    @Test("what Slack would refuse is refused in its words, and shown with the reason")
    func refusal() async throws {
        let (answer, kept) = try await RunningInbox.with { inbox in
            (try await inbox.post("/slack", #"{"blocks":[{"type":"section"}]}"#), inbox.messages.all)
        }
        #expect(answer.status == 400)
        #expect(answer.body == "invalid_blocks")
        #expect(kept.first?.answer.reason == "blocks[0]: a section needs text or fields")
    }

    @Test("failures that were ordered happen in order, and then the truth is told again")
    func failures() async throws {
        let (order, answers) = try await RunningInbox.with { inbox in
            let order = try await inbox.post("/control", #"{"next":[{"status":429,"retryAfter":3},"500"]}"#)
            var answers: [RunningInbox.Answer] = []
            for _ in 0..<3 { answers.append(try await inbox.post("/slack", #"{"text":"x"}"#)) }
            return (order, answers)
        }
        #expect(order.body == #"{"next":["429:3","500"],"smtp":[]}"#)
        #expect(answers.map(\.status) == [429, 500, 200])
        #expect(answers.first?.head.contains("retry-after: 3") == true)
        #expect(answers.first?.body == #"{"retry_after":3,"ok":false,"error":"rate_limited"}"#)
    }

    @Test("a connection is cut before and after a message was taken", arguments: ["reset", "lost"])
    func cut(effect: String) async throws {
        let kept = try await RunningInbox.with { inbox in
            _ = try await inbox.post("/control", #"{"next":["\#(effect)"]}"#)
            await #expect(throws: (any Error).self) { try await inbox.post("/slack", #"{"text":"x"}"#) }
            return inbox.messages.all
        }
        #expect(kept.map(\.answer.code) == [nil])
        #expect(kept.first?.answer.reason?.contains("not taken") == (effect == "reset"))
    }

    @Test("a mail server that was told to fail does, at the stage it was told")
    func mailFailures() async throws {
        let (sessions, kinds) = try await RunningInbox.with { inbox in
            _ = try await inbox.post("/control", #"{"smtp":["rcpt:451","message:554"]}"#)
            let sessions = [
                try await inbox.smtp(Self.mail), try await inbox.smtp(Self.mail), try await inbox.smtp(Self.mail),
            ]
            return (sessions, inbox.messages.all.map(\.kind))
        }
        #expect(sessions.first?.contains("\r\n451 Try again later\r\n") == true)
        #expect(sessions.dropFirst().first?.contains("\r\n554 No\r\n") == true)
        #expect(sessions.last?.contains("\r\n250 Kept\r\n") == true)
        #expect(kinds == ["smtp", "mail", "mail"])
    }

    @Test("the pages forbid scripts and frames of others, and a mail's HTML is boxed in")
    func policy() async throws {
        let (page, html) = try await RunningInbox.with { inbox in
            _ = try await inbox.smtp(
                "EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nContent-Type: text/html\r\n\r\n<script>1</script>\r\n.\r\nQUIT\r\n"
            )
            return (try await inbox.get("/"), try await inbox.get("/show/1/html"))
        }
        #expect(page.head.contains("content-security-policy: default-src 'none'; style-src 'self'"))
        #expect(!page.body.contains("<script"))
        #expect(page.body.contains(#"<iframe sandbox title="The HTML part of message 1" src="/show/1/html""#))
        #expect(html.head.contains("sandbox;"))
        #expect(html.body == "<script>1</script>\n")
    }

    @Test(
        "what cannot be done is a problem document that says why",
        arguments: [
            ("GET", "/nowhere", [:], "", 404),
            ("GET", "/show/9", [:], "", 404),
            ("PUT", "/slack", [:], "", 404),
            ("POST", "/control", [:], "{", 400),
            ("POST", "/control", ["Sec-Fetch-Site": "cross-site"], #"{"clear":true}"#, 403),
            ("POST", "/clear", ["Sec-Fetch-Site": "cross-site"], "", 403),
            ("POST", "/control", ["Origin": "https://example.com"], #"{"clear":true}"#, 403),
            ("POST", "/clear", ["Origin": "null"], "", 403),
            ("POST", "/slack", ["Host": "example.com"], #"{"text":"x"}"#, 421),
            ("GET", "/", ["Host": "rebound.example:8025"], "", 421),
            ("GET", "/messages", ["Host": "rebound.example:8025"], "", 421),
            ("GET", "/messages", ["Host": "evil#.localhost"], "", 421),
            ("GET", "http://example.com/messages", [:], "", 421),
            ("GET", "/messages", ["Sec-Fetch-Site": "cross-site"], "", 403),
            ("GET", "/", ["Sec-Fetch-Site": "same-site"], "", 403),
            ("POST", "/slack", [:], String(repeating: "x", count: 2 << 20 | 1), 413),
        ] as [(String, String, [String: String], String, Int)]
    )
    func problems(method: String, path: String, headers: [String: String], body: String, status: Int) async throws {
        let answer = try await RunningInbox.with { try await $0.http(method, path, headers, body) }
        #expect(answer.status == status)
        #expect(answer.head.contains("content-type: application/problem+json"))
        #expect(try JSONDocument.parse(answer.body)["detail"]?.string?.isEmpty == false)
    }

    @Test("the page and its forms work from the inbox's own origin, which browsers name only if the policy allows it")
    func ownPage() async throws {
        let (page, cleared) = try await RunningInbox.with { inbox in
            let own = ["Origin": "http://127.0.0.1:\(inbox.ports.http)", "Sec-Fetch-Site": "same-origin"]
            return (try await inbox.get("/"), try await inbox.http("POST", "/clear", own, ""))
        }
        #expect(page.status == 200)
        #expect(page.head.contains("referrer-policy: same-origin"))
        #expect(cleared.status == 303)
    }

    @Test("an inbox that listens for other machines is called by any name")
    func otherMachines() {
        #expect(InboxServer.Address(host: "0.0.0.0").gate == nil)
        #expect(InboxServer.Address(host: "::1").gate != nil)
    }

    @Test("the page's own forms order failures and clear the list")
    func forms() async throws {
        let (ordered, cleared, pending, count) = try await RunningInbox.with { inbox in
            let form = "application/x-www-form-urlencoded"
            let ordered = try await inbox.post("/control", "http=429%3A3+500x2&smtp=rcpt%3A451", type: form)
            let pending = inbox.faults.pending.http.map(\.notation) + inbox.faults.pending.smtp.map(\.notation)
            inbox.messages.add(
                .webhook(HTTPPost(path: "/webhook", headers: [], body: [])),
                .init(code: 204, text: "204")
            )
            let cleared = try await inbox.post("/clear", "", type: form)
            return (ordered, cleared, pending, inbox.messages.all.count)
        }
        #expect(ordered.status == 303)
        #expect(cleared.status == 303)
        #expect(pending == ["429:3", "500x2", "rcpt:451"])
        #expect(count == 0)
    }

    @Test("an address that is taken is named, and nothing stays half open")
    func addressTaken() async throws {
        let logged = Mutex<[String]>([])
        let error = try await RunningInbox.with { inbox -> InboxServer.ListenError? in
            let taken = InboxServer.Address(port: inbox.ports.smtp)
            let logger = Logger(label: "test") { _ in WarningLog { text in logged.withLock { $0.append(text) } } }
            let second = InboxServer(smtp: taken, logger: logger)
            return await #expect(throws: InboxServer.ListenError.self) { try await second.run() }
        }
        #expect(error?.description.contains("Address already in use") == true)
        // That is all there is to say.
        #expect(logged.withLock(\.self).isEmpty)
    }

    @Test("a graceful shutdown does not wait for clients that stay connected")
    func shutdown() async throws {
        let silent = try await RunningInbox.with { inbox in
            try await inbox.openSilently()
        }
        // Both connections were ended by the inbox.
        for connection in silent { try await connection.closeFuture.get() }
    }

    @Test("sessions may come and go while the inbox is shut down", arguments: 1...20)
    func shutdownRace(round: Int) async throws {
        let connections = try await RunningInbox.with { inbox in
            async let first = inbox.openSilently()
            async let second = inbox.openSilently()
            return try await first + second
        }
        for connection in connections { try await connection.closeFuture.get() }
    }

    @Test("a delayed reply comes after its time, and what was pipelined behind it still in order")
    func delayedMail() async throws {
        let session = try await RunningInbox.with { inbox in
            _ = try await inbox.post("/control", #"{"smtp":["rcpt:delay:1ms","data:delay:1ms"]}"#)
            return try await inbox.smtp(Self.mail)
        }
        let codes = session.split(separator: "\r\n").filter { !$0.hasPrefix("250-") }.map { $0.prefix(3) }
        #expect(codes == ["220", "250", "250", "250", "354", "250", "221"])
    }
}
