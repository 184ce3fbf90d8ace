import CurlClient
import NoroshiTestSupport
import Testing

@Suite("Conversations with a mail server")
struct EmailConnectionTests {
    private let receiver: SMTPReceiver

    init() throws { receiver = try SMTPReceiver() }

    private func submission(
        to recipient: String,
        from sender: String = "noroshi@example.com",
        host: String = "127.0.0.1",
        clientName: String = "client.example.com",
        message: String = "Subject: x\r\n\r\nx\r\n"
    ) throws -> SMTPSubmission {
        SMTPSubmission(
            relay: SMTPRelay(host: host, port: try receiver.port("plain"), security: .plain),
            clientName: clientName,
            sender: sender,
            recipient: recipient,
            message: Array(message.utf8),
            timeout: .seconds(60),
            addresses: .any
        )
    }

    @Test("mails that follow one another share a connection, and the client says its name once")
    func reuse() async throws {
        let client = SMTPClient(threadsPerRelay: 1, idleTime: .seconds(86_400))
        #expect(await client.submit(try submission(to: "one@example.com")).isReused == false)
        #expect(await client.submit(try submission(to: "two@example.com")).isReused)
        #expect(try await receiver.log().count { $0 == "EHLO client.example.com" } == 1)
        #expect(try await receiver.mails(for: "two@example.com").count == 1)
    }

    @Test("a mail goes over a new connection when the used one is told to be idle for too long")
    func staleConnection() async throws {
        let client = SMTPClient(threadsPerRelay: 1, idleTime: .seconds(10))
        #expect(await client.submit(try submission(to: "stale@example.com")).failure == nil)
        let exchange = await client.submit(try submission(to: "after@example.com"))
        #expect(exchange.failure == nil)
        #expect(exchange.isReused == false)
        #expect(try await receiver.mails(for: "after@example.com").count == 1)
    }

    @Test("a refused recipient does not spoil the mail that follows")
    func afterRefusal() async throws {
        let client = SMTPClient(threadsPerRelay: 1, idleTime: .seconds(10))
        #expect(await client.submit(try submission(to: "rcpt550@example.com")).status == 550)
        #expect(await client.submit(try submission(to: "ok@example.com")).status == 250)
    }

    @Test("lines that begin with dots arrive as they are")
    func dots() async throws {
        let message = "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nend\r\n"
        let client = SMTPClient(idleTime: .milliseconds(50))
        #expect(await client.submit(try submission(to: "dots@example.com", message: message)).failure == nil)
        #expect(try await receiver.mails(for: "dots@example.com") == [Array(message.utf8)])
    }

    @Test("many mails at once all arrive, each once")
    func manyAtOnce() async throws {
        let client = SMTPClient(idleTime: .milliseconds(50))
        let submissions = try (0..<40).map { try submission(to: "many\($0)@example.com") }
        await withTaskGroup(of: SMTPExchange.self) { group in
            for submission in submissions { group.addTask { await client.submit(submission) } }
            for await exchange in group { #expect(exchange.failure == nil) }
        }
        for number in 0..<40 { #expect(try await receiver.mails(for: "many\(number)@example.com").count == 1) }
    }

    @Test(
        "what could become a command or another URL is refused before a connection is made",
        arguments: [
            ("ops@example.com\r\nRCPT TO:<evil@example.com>", "a@example.com", "127.0.0.1", "client.example.com"),
            ("ops@example.com", "a@example.com>\r\nRCPT TO:<evil@example.com", "127.0.0.1", "client.example.com"),
            ("ops@example.com", "", "127.0.0.1", "client.example.com"),
            ("ops@example.com", "a@example.com", "user@127.0.0.1", "client.example.com"),
            ("ops@example.com", "a@example.com", "127.0.0.1/x", "client.example.com"),
            ("ops@example.com", "a@example.com", "", "client.example.com"),
            ("ops@example.com", "a@example.com", "127.0.0.1", "client\r\nMAIL"),
        ]
    )
    func injection(recipient: String, sender: String, host: String, clientName: String) async throws {
        let client = SMTPClient(idleTime: .milliseconds(50))
        let exchange = await client.submit(
            try submission(to: recipient, from: sender, host: host, clientName: clientName)
        )
        #expect(exchange.failure?.kind == .configuration)
        #expect(exchange.stage == .connect)
        #expect(try await receiver.log() == [])
    }

    @Test("a printed submission shows no password")
    func printed() throws {
        var submission = try submission(to: "ops@example.com")
        submission.credentials = SMTPSubmission.Credentials(username: "canary-user", password: "canary-password")
        #expect("\(submission)".contains("canary") == false)
        #expect(String(reflecting: submission).contains("canary") == false)
    }
}
