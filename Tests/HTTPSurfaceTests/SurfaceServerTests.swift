import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NoroshiTestSupport
import Synchronization
import NIOCore
import Testing

@Suite("SurfaceServer")
struct SurfaceServerTests {
    private func application(
        _ credentials: Credentials = .none,
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws -> Application<SurfaceResponder> {
        let router = SurfaceResponder.router()
        router.get("status") { _, _ in "alive" }
        router.post("echo") { request, _ in String(try await BodyLimit(bytes: 4_096).collect(request).count) }
        return SurfaceServer.application(
            router,
            credentials: credentials,
            listeningOn: try ListenAddress("127.0.0.1:0"),
            logger: logger
        )
    }

    @Test(
        "whatever bytes arrive, the server answers with an error or hangs up, and lives on",
        arguments: [UInt64(1), 2, 3]
    )
    func hostileBytes(seed: UInt64) async throws {
        let seeds = [
            "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9000\r\n\r\n",
        ]
        try await application().test(.live) { client in
            let port = try #require(client.port)
            var noise = SeededGenerator(seed: seed)
            for index in 0..<40 {
                var bytes = Array(seeds[index % seeds.count].utf8)
                for _ in 0..<Int.random(in: 1...6, using: &noise) {
                    let at = Int.random(in: 0..<bytes.count, using: &noise)
                    switch Int.random(in: 0..<4, using: &noise) {
                    case 0: bytes[at] = UInt8.random(in: 0...255, using: &noise)
                    case 1: bytes.insert(contentsOf: [0x0D, 0x0A, 0x00, 0x20, 0x3A].shuffled(using: &noise), at: at)
                    case 2: bytes.removeSubrange(at...)
                    default: bytes.append(contentsOf: (0..<64).map { _ in UInt8.random(in: 0...255, using: &noise) })
                    }
                    if bytes.isEmpty { bytes = [0] }
                }
                let answer: String
                do {
                    answer = try await RawConnection.exchange(bytes, port: port)
                } catch is ChannelError {
                    // It hung up before all was sent.
                    continue
                }
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1."), "\(seed) \(index)")
                #expect(answer.contains(" 500 ") == false, "\(seed) \(index)")
            }
            #expect(try await client.execute(uri: "/status", method: .get).status == .ok)
        }
    }

    @Test(
        "a head without end is cut off",
        arguments: [
            "GET /status HTTP/1.1\r\nX-Long: " + String(repeating: "a", count: 40_000) + "\r\n\r\n",
            "GET /status HTTP/1.1\r\n" + (0..<200).map { "X-\($0): a\r\n" }.joined() + "\r\n",
        ]
    )
    func headerLimits(text: String) async throws {
        try await application().test(.live) { client in
            let answer = try await RawConnection.exchange(Array(text.utf8), port: try #require(client.port))
            #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty)
            #expect(try await client.execute(uri: "/status", method: .get).status == .ok)
        }
    }

    private func status(_ head: String, _ credentials: Credentials = .none) async throws -> Int? {
        try await application(credentials).test(.live) { client in
            let answer = try await RawConnection.exchange(
                Array("GET /status HTTP/1.1\r\n\(head)\r\n".utf8),
                port: try #require(client.port)
            )
            return answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }
    }

    @Test(
        "without a token requests for this machine alone are let in",
        arguments: [
            ("localhost", 200), ("LocalHost:8080", 200), ("noroshi.localhost:1", 200), ("127.0.0.1", 200),
            ("127.8.9.1:8080", 200), ("[::1]", 200), ("[::1]:8080", 200), ("example.com", 421),
            ("127.0.0.1.nip.io", 421),
            ("localhost.example.com", 421), ("notlocalhost", 421), ("192.168.0.1:8080", 421), ("127.0.0.1:x", 421),
            ("0.0.0.0:8080", 421), ("[::2]:8080", 421), ("", 421), ("evil#.localhost", 421), ("evil@.localhost", 421),
            ("evil/.localhost", 421), ("evil?.localhost:80", 421), ("evil\\.localhost", 421), ("a b.localhost", 421),
            ("evil_.localhost", 421), ("a..localhost", 421), (".localhost", 421), ("evil%2f.localhost", 421),
            ("localhost, example.com", 421), ("127.0.0.1#@example.com", 421), ("[::1]x", 421), ("localhost:80:80", 421),
        ]
    )
    func host(host: String, expected: Int) async throws {
        #expect(try await status("Host: \(host)\r\n") == expected)
        #expect(try await status("Host: \(host)\r\n", Credentials(tokens: [(name: "t", secret: "s")])) == 200)
    }

    @Test(
        "without a token pages of this machine alone are let in",
        arguments: [
            ("http://localhost:3000", 200), ("https://127.0.0.1", 200), ("http://[::1]:8080", 200), ("null", 403),
            ("https://example.com", 403), ("http://localhost.example.com", 403), ("localhost", 403),
            ("ftp://localhost", 403),
        ]
    )
    func origin(origin: String, expected: Int) async throws {
        let head = "Host: 127.0.0.1:8080\r\nOrigin: \(origin)\r\n"
        #expect(try await status(head) == expected)
        #expect(try await status(head, Credentials(tokens: [(name: "t", secret: "s")])) == 200)
    }

    @Test(
        "without a token a request that names several hosts is for none",
        arguments: [
            ("GET /status HTTP/1.1\r\nHost: localhost\r\nHost: example.com\r\n", 421),
            ("GET /status HTTP/1.1\r\nHost: example.com\r\nHost: localhost\r\n", 421),
            ("GET /status HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\n", 421),
            ("GET http://example.com/status HTTP/1.1\r\nHost: localhost\r\n", 421),
            ("GET HTTPS://example.com/status HTTP/1.1\r\nHost: localhost\r\n", 421),
            ("GET http://example.com/status HTTP/1.0\r\n", 421),
            ("GET http://user@localhost/status HTTP/1.1\r\nHost: localhost\r\n", 421),
            ("GET http://LOCALHOST/status HTTP/1.1\r\nHost: localhost\r\n", 200),
            ("GET /status?next=http://example.com/ HTTP/1.1\r\nHost: localhost\r\n", 200),
        ]
    )
    func hosts(head: String, expected: Int) async throws {
        try await application().test(.live) { client in
            let answer = try await RawConnection.exchange(Array((head + "\r\n").utf8), port: try #require(client.port))
            #expect(answer.split(separator: " ").dropFirst().first.flatMap { Int($0) } == expected)
        }
    }

    @Test(
        "without a token no page of another site or origin is let in, with an Origin or without",
        arguments: [
            ("cross-site", 403), ("same-site", 403), ("Cross-Site", 403), ("anything", 403), ("", 403),
            ("none\r\nSec-Fetch-Site: cross-site", 403), ("same-origin", 200), ("none", 200),
        ]
    )
    func site(site: String, expected: Int) async throws {
        let head = "Host: 127.0.0.1:8080\r\nSec-Fetch-Site: \(site)\r\n"
        #expect(try await status(head) == expected)
        #expect(try await status(head, Credentials(tokens: [(name: "t", secret: "s")])) == 200)
    }

    @Test("the refusal of a request under another name says why, and what to do")
    func refusal() async throws {
        try await application().test(.live) { client in
            let answer = try await RawConnection.exchange(
                Array("GET /nowhere HTTP/1.1\r\nHost: rebound.example\r\n\r\n".utf8),
                port: try #require(client.port)
            )
            #expect(answer.hasPrefix("HTTP/1.1 421 "))
            #expect(answer.contains(Problem.contentType))
            #expect(answer.contains("'rebound.example'") && answer.contains("NOROSHI_TOKEN"))
        }
    }

    @Test(
        "a connection ends after the answer where HTTP/1.0 or the client wants it so",
        arguments: [
            "GET /status HTTP/1.0\r\n\r\n", "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n",
        ]
    )
    func closes(text: String) async throws {
        try await application().test(.live) { client in
            let port = try #require(client.port)
            // Returns only because the server ends its side.
            let answer = try await RawConnection.exchange(Array(text.utf8), port: port, endsSending: false)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
        }
    }

    @Test("a line of the log names a request by one id, the one that its sender was told")
    func oneID() async throws {
        let seen = Mutex<[Logger.Metadata]>([])
        var logger = Logger(label: "test") { _ in MetadataHandler { metadata in seen.withLock { $0.append(metadata) } }
        }
        logger.logLevel = .debug
        try await application(logger: logger).test(.live) { client in
            _ = try await client.execute(uri: "/status", method: .get, headers: [.requestID: "mine"])
        }
        let lines = seen.withLock { $0 }.filter { $0["request_id"] != nil }
        #expect(lines.isEmpty == false)
        #expect(lines.allSatisfy { $0["request_id"] == "mine" && $0["hb.request.id"] == nil })
    }

    @Test("a body that breaks off is no body")
    func brokenBody() async throws {
        try await application().test(.live) { client in
            let text = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nhello"
            let answer = try await RawConnection.exchange(Array(text.utf8), port: try #require(client.port))
            #expect(answer.contains(" 200 ") == false)
        }
    }
}
