import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NoroshiTestSupport
import Testing

@Suite("SurfaceServer")
struct SurfaceServerTests {
    private func application() throws -> Application<SurfaceResponder> {
        let router = SurfaceResponder.router()
        router.get("status") { _, _ in "alive" }
        router.post("echo") { request, _ in String(try await BodyLimit(bytes: 4_096).collect(request).count) }
        return SurfaceServer.application(
            router,
            listeningOn: try ListenAddress("127.0.0.1:0"),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    @Test(
        "whatever bytes arrive, the server answers with an error or hangs up, and lives on",
        arguments: [UInt64(1), 2, 3]
    )
    func hostileBytes(seed: UInt64) async throws {
        let seeds = [
            "GET /status HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9000\r\n\r\n",
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
                let answer = try await RawConnection.exchange(bytes, port: port)
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

    @Test("a body that breaks off is no body")
    func brokenBody() async throws {
        try await application().test(.live) { client in
            let text = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello"
            let answer = try await RawConnection.exchange(Array(text.utf8), port: try #require(client.port))
            #expect(answer.contains(" 200 ") == false)
        }
    }
}
