import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ingest
import NoroshiTestSupport
import Store
import Testing

@Suite("Hostile bytes")
struct HostileBytesTests {
    private static func bodies(seed: UInt64, count: Int) throws -> [[UInt8]] {
        var noise = SeededGenerator(seed: seed)
        let signer = try SNSSigner()
        let seeds = [
            Array(eventText.utf8), Array("[\(eventText),\(eventText)]".utf8),
            Array("\(eventText)\n\(eventText)\n".utf8),
            try signer.message(), try signer.message(type: "SubscriptionConfirmation"),
            Array(#"{"requestId":"r","timestamp":1,"records":[{"data":"e30="}]}"#.utf8),
            Array(#"{"Findings":[{"Id":"a","ProductArn":"b","Severity":{"Label":"HIGH"}}]}"#.utf8), [0x1F, 0x8B, 8, 0],
        ]
        return (0..<count).map { index in
            var body = seeds[index % seeds.count]
            switch index % 5 {
            case 0:
                return (0..<Int.random(in: 0..<200, using: &noise)).map { _ in UInt8.random(in: 0...255, using: &noise)
                }
            case 1: return Array(body.prefix(Int.random(in: 0...body.count, using: &noise)))
            default:
                for _ in 0..<Int.random(in: 1...8, using: &noise) {
                    let at = Int.random(in: 0..<body.count, using: &noise)
                    switch Int.random(in: 0..<3, using: &noise) {
                    case 0: body[at] = UInt8.random(in: 0...255, using: &noise)
                    case 1: body.insert(contentsOf: [0x5B, 0x7B, 0x22, 0x5C].shuffled(using: &noise), at: at)
                    default: body.remove(at: at)
                    }
                    if body.isEmpty { return body }
                }
                return body
            }
        }
    }

    @Test("whatever bytes come, the answer is one of those that are documented", arguments: [UInt64(1), 2, 3, 4])
    func everyAnswerIsMeant(seed: UInt64) async throws {
        var server = IngestServer()
        server.credentials = Credentials(tokens: [(name: "token", secret: "right")])
        server.topics = [SNSSigner.topic]
        let app = server.app
        let bodies = try HostileBytesTests.bodies(seed: seed, count: 250)
        try await app.test(.router) { client in
            for (index, body) in bodies.enumerated() {
                var headers: HTTPFields = [HTTPField.Name(constant: "X-Amz-Sns-Message-Type"): "Notification"]
                if index % 2 == 0 { headers[.authorization] = "Bearer right" }
                let response = try await client.execute(
                    uri: "/v1/events",
                    method: .post,
                    headers: headers,
                    body: ByteBuffer(bytes: body)
                )
                // 503: a message of a listed topic names a certificate that cannot be had.
                #expect([200, 400, 403, 503].contains(response.status.code), "\(seed) \(index)")
                _ = try response.json
            }
        }
        let kept = server.intake.now.requests
        #expect(kept.allSatisfy { $0.observations > 0 || $0.quarantine.isEmpty == false })
    }

    @Test(
        "hostile heads are answered and not believed",
        arguments: [
            ("/v1/events?token=right", HTTPFields()),
            ("/v1/events", [.authorization: String(repeating: "A", count: 60_000)]),
            ("/v1/events", [.authorization: "Basic ////"]), ("/v1/events", [.authorization: "Basic "]),
            ("/v1/events", [.authorization: "Bearer \u{FFFD}"]), ("/v1/events", [.cookie: "token=right"]),
        ] as [(String, HTTPFields)]
    )
    func heads(path: String, headers: HTTPFields) async throws {
        var server = IngestServer()
        server.credentials = Credentials(tokens: [(name: "token", secret: "right")])
        try await server.app.test(.router) { client in
            let response = try await client.execute(
                uri: path,
                method: .post,
                headers: headers,
                body: ByteBuffer(string: eventText)
            )
            #expect(response.status == .unauthorized)
        }
        #expect(server.intake.now.requests.isEmpty)
    }
}
