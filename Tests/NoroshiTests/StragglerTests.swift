import CurlClient
import Findings
import Foundation
import NIOCore
import NIOPosix
import Testing

/// What clients leave half done must neither hold a shutdown nor shut out others.
@Suite("Connections that stand still", .timeLimit(.minutes(15)))
struct StragglerTests {
    private static let toSink = """
        {"version":1,"destinations":{"sink":{"type":"webhook","url":{"env":"SINK_URL"},"allowPrivate":true}},\
        "rules":[{"name":"all","when":{},"send":["sink"]}]}
        """

    private static let beginnings = [
        "", "POST /v1/ev", "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n ",
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n ",
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n ",
        "POST /api/v1/silences HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ]

    /// Opens a connection, says something, and then neither says nor reads anything more.
    private func connect(_ server: ServerProcess, _ text: String) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: server.port).get()
        if text.isEmpty == false { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }
        return channel
    }

    @Test("SIGTERM ends half requests within seconds, finishes the delivery under way, and exits with 0")
    func shutdown() async throws {
        try await Receiver.run { receiver, url in
            let server = try ServerProcess(
                routes: StragglerTests.toSink,
                environment: ["SINK_URL": url + "/hook"],
                arguments: ["--drain", "90"]
            )
            try await server.start()
            #expect(try await server.post(Sample.guardDuty(1)) == 200)
            await receiver.wait { $0.count >= 1 }
            var channels: [any Channel] = []
            for beginning in StragglerTests.beginnings { channels.append(try await connect(server, beginning)) }
            // One that sends requests and reads no answer.
            let flood = String(repeating: "GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 200)
            channels.append(try await connect(server, flood))
            // Every connection has been taken once a later one is answered.
            #expect(try await server.request("GET", "/livez").status == 200)
            let begin = ContinuousClock.now
            let status = await server.terminate()
            let duration = ContinuousClock.now - begin
            #expect(status == 0)
            #expect(duration < .seconds(60), "\(duration)")
            #expect(server.log.contains("CancellationError") == false)
            #expect(server.log.contains(#""message":"drained""#))
            for channel in channels { channel.close(promise: nil) }
        }
    }

    @Test("with more connections than descriptors the service answers, and says so once each time it begins")
    func descriptors() async throws {
        let server = try ServerProcess(routes: StragglerTests.toSink, environment: ["SINK_URL": "http://127.0.0.1:9"])
        try await server.start(openFiles: 128)
        var channels: [any Channel] = []
        for number in 0..<200 {
            channels.append(try await connect(server, number % 2 == 0 ? "" : "POST /v1/ev"))
            if number % 50 == 49 { #expect(try await server.post(Sample.guardDuty(number)) == 200) }
        }
        #expect(try await server.post(Sample.guardDuty(1_000)) == 200)
        // On a slow machine the silent ones end by themselves meanwhile, so that there is room and then none again.
        let begun = server.log.components(separatedBy: "more connections are open than there is room for").count - 1
        let over = server.log.components(separatedBy: "there is room for connections again").count - 1
        #expect(begun >= 1)
        #expect(begun == over || begun == over + 1)
        let metrics = String(decoding: try await server.request("GET", "/metrics").body, as: UTF8.self)
        let closed = ["room", "idle", "slow"].map { reason in
            let line = metrics.split(separator: "\n").first {
                $0.hasPrefix(#"noroshi_connections_closed_total{reason="\#(reason)"}"#)
            }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
        }
        #expect(closed[0] >= 1)
        #expect(closed.reduce(0, +) > 100, "\(closed)")
        for channel in channels { channel.close(promise: nil) }
        #expect(await server.terminate() == 0)
    }
}
