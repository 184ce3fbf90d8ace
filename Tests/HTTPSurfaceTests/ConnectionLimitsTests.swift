import Logging
import MetricsTestKit
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import HTTPSurface

@Suite("What a connection may take")
struct ConnectionLimitsTests {
    private static let half = "POST /lane HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n "
    private static let halfForRouter = "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n "
    private static let whole = "POST /lane HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nwait"

    @Test(
        "some descriptors are kept for delivery and the store",
        arguments: zip([64, 128, 1_024, 20_000], [16, 64, 768, 4_096])
    )
    func connections(descriptors: Int, expected: Int) {
        #expect(ConnectionLimits.connections(descriptors: descriptors) == expected)
    }

    @Test(
        "a body that stands still, or drips, is answered 408 and its connection ends",
        arguments: [half, halfForRouter],
        [0, 1]
    )
    func slow(request: String, drip: Int) throws {
        let wire = try Wire(ScriptedRoute())
        wire.receive(Array(request.utf8))
        for _ in 0..<9 {
            wire.advance(by: 1)
            wire.receive(Array(repeating: 0x20, count: drip))
        }
        #expect(try wire.sent().isEmpty)
        wire.advance(by: 2)
        #expect(try wire.sent().hasPrefix("HTTP/1.1 408 "))
        #expect(try wire.sent().contains("Send the request again"))
        wire.advance(by: 2)
        #expect(wire.isOpen == false)
    }

    @Test("a body that comes steadily may take longer, but not for ever")
    func steady() throws {
        let wire = try Wire(ScriptedRoute())
        wire.receive(Array("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n".utf8))
        for second in 1..<180 {
            wire.advance(by: 1)
            wire.receive(Array(repeating: 0x20, count: 8_192))
            let sent = try wire.sent()
            try #require(wire.isOpen && sent.isEmpty, "after \(second) s")
        }
        wire.advance(by: 2)
        #expect(try wire.sent().hasPrefix("HTTP/1.1 408 "))
    }

    @Test("behind a request that is being answered nobody is blamed for a body that is not read")
    func behind() throws {
        let wire = try Wire(ScriptedRoute())
        let other = "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"
        wire.receive(Array((other + ConnectionLimitsTests.halfForRouter).utf8))
        wire.advance(by: 60)
        #expect(try wire.sent().isEmpty)
        #expect(wire.router.step())
        wire.advance(by: 9)
        #expect(try wire.sent().contains(" 408 ") == false)
        wire.advance(by: 20)
        #expect(try wire.sent().contains(" 408 "))
    }

    @Test("a connection that says nothing ends", arguments: ["", "POST /lane HT"])
    func idle(beginning: String) throws {
        let wire = try Wire(ScriptedRoute())
        wire.receive(Array(beginning.utf8))
        wire.advance(by: 74)
        #expect(wire.isOpen)
        wire.advance(by: 1)
        #expect(wire.isOpen == false)
    }

    @Test("a client that leaves its answers unread is asked for no more requests, and its connection ends")
    func unread() throws {
        let wire = try Wire(ScriptedRoute())
        wire.setReads(false)
        wire.receive(Array("POST /lane HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na".utf8))
        wire.run()
        #expect(wire.wantsBytes == false)
        wire.setReads(true)
        #expect(wire.wantsBytes)
        wire.receive(Array("GET /other HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        wire.setReads(false)
        wire.advance(by: 76)
        wire.advance(by: 76)
        #expect(wire.isOpen == false)
    }

    @Test("after the last answer the connection ends, whether its client ends it or not")
    func lingers() throws {
        let wire = try Wire(ScriptedRoute())
        wire.receive(Array("GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /other HTTP/1.1\r\n".utf8))
        #expect(wire.router.step())
        wire.receive(Array("Host: a\r\n\r\n".utf8))
        #expect(wire.isOpen)
        wire.advance(by: 3)
        #expect(wire.isOpen == false)
        #expect(try wire.sent().split(separator: "HTTP/1.1").count == 1)
    }

    @Test(
        "at shutdown nobody's half request is waited for longer than a moment",
        arguments: [("", 0), ("POST /lane HT", 0), (half, 2), (halfForRouter, 2), (whole, 8)]
    )
    func shutdown(beginning: String, seconds: Int) throws {
        let wire = try Wire(ScriptedRoute())
        wire.receive(Array(beginning.utf8))
        wire.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        if seconds > 0 {
            #expect(wire.isOpen)
            wire.advance(by: Int64(seconds))
        }
        #expect(wire.isOpen == false)
    }

    @Test("when too many are open the longest idle one makes room, but none that is being answered")
    func room() throws {
        let seen = Mutex<[String]>([])
        let logger = Logger(label: "test") { _ in MessageHandler { text in seen.withLock { $0.append(text) } } }
        let metrics = TestMetrics()
        let connections = OpenConnections(limit: 3, logger: logger, factory: metrics)
        let busy = try Wire(ScriptedRoute(), connections: connections)
        busy.receive(Array(ConnectionLimitsTests.whole.utf8))
        let first = try Wire(ScriptedRoute(), connections: connections)
        let second = try Wire(ScriptedRoute(), connections: connections)
        // Each has a clock of its own here; something came on the first one later.
        second.advance(by: 1)
        first.advance(by: 5)
        second.receive(Array("GET /other HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(second.router.step())
        first.receive(Array("GET /other HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(first.router.step())
        let third = try Wire(ScriptedRoute(), connections: connections)
        for wire in [busy, first, second, third] { wire.run() }
        #expect([busy, first, second, third].map(\.isOpen) == [true, true, false, true])
        let fourth = try Wire(ScriptedRoute(), connections: connections)
        for wire in [busy, first, third, fourth] { wire.run() }
        #expect(connections.count == 3)
        #expect(busy.isOpen)
        #expect(seen.withLock { $0 }.count == 1)
        #expect(try metrics.expectCounter("noroshi_connections_closed_total", [("reason", "room")]).totalValue == 2)
        for wire in [busy, first, third, fourth] where wire.isOpen {
            _ = try wire.channel.finish(acceptAlreadyClosed: true)
        }
        #expect(connections.count == 0)
        #expect(seen.withLock { $0 }.count == 2)
    }

    @Test("when all are being answered, whoever comes too late is not served")
    func allBusy() throws {
        let connections = OpenConnections(
            limit: 1,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let busy = try Wire(ScriptedRoute(), connections: connections)
        busy.receive(Array(ConnectionLimitsTests.whole.utf8))
        let late = try Wire(ScriptedRoute(), connections: connections)
        late.run()
        busy.run()
        #expect(busy.isOpen)
        #expect(late.isOpen == false)
    }
}
