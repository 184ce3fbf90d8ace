import HTTPSurface
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOPosix
import NoroshiTestSupport
import Synchronization
import Testing

@testable import Ingest

@Suite("The memory that bodies may take")
struct BodyBudgetTests {
    @Test("what counts is what came, and it counts no longer than it is held")
    func received() throws {
        let budget = BodyBudget(bytes: 100)
        var rooms = (0..<10).map { _ in budget.room() }
        for room in rooms { try room.grow(to: 10) }
        #expect(throws: BodyBudget.Exhausted.self) { try budget.room().grow(to: 1) }
        rooms.removeLast()
        try rooms[0].grow(to: 20)
        #expect(throws: BodyBudget.Exhausted.self) { try rooms[1].grow(to: 11) }
    }

    @Test("a body that is larger than all is let in when it is alone")
    func alone() throws {
        let budget = BodyBudget(bytes: 100)
        let large = budget.room()
        try large.grow(to: 60)
        try large.grow(to: 1_000)
        #expect(throws: BodyBudget.Exhausted.self) { try budget.room().grow(to: 1) }
    }

    @Test("among strangers the body that has been coming for the longest time goes, and none that is complete")
    func displaced() throws {
        let ended = Mutex<[Int]>([])
        let budget = BodyBudget(bytes: 100)
        let rooms = (0..<4).map { number in budget.room { ended.withLock { $0.append(number) } } }
        for room in rooms { try room.grow(to: 25) }
        rooms[0].keep()
        let late = budget.room {}
        try late.grow(to: 30)
        #expect(ended.withLock { $0 } == [1, 2])
        #expect(rooms.map(\.isDisplaced) == [false, true, true, false])
        #expect(throws: BodyBudget.Exhausted.self) { try rooms[1].grow(to: 26) }
        for room in [rooms[3], late] { room.keep() }
        #expect(throws: BodyBudget.Exhausted.self) { try budget.room {}.grow(to: 30) }
    }

    @Test(
        "connections that announce much, and those that hold much and do not end, shut nobody out",
        arguments: [0, 1_000_000]
    )
    func strangers(bytes: Int) async throws {
        var server = IngestServer()
        server.credentials = Credentials(tokens: [(name: "token", secret: "right")])
        let signed: HTTPFields = [HTTPField.Name(constant: "X-Amz-Sns-Message-Type"): "Notification"]
        try await server.server.test(.live) { client in
            let port = try #require(client.port)
            let head = """
                POST /v1/events HTTP/1.1\r\nHost: a\r\nX-Amz-Sns-Message-Type: Notification\r\nContent-Length: 1048576\r\n\r\n
                """
            var held: [any Channel] = []
            for _ in 0..<8 {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
                var text = ByteBuffer(string: head)
                text.writeRepeatingByte(0x20, count: bytes)
                // Some are ended before everything is written.
                channel.writeAndFlush(text, promise: nil)
                held.append(channel)
            }
            for _ in 0..<20 {
                let answer = try await client.execute(
                    uri: "/v1/events",
                    method: .post,
                    headers: signed,
                    body: ByteBuffer(string: #"{"Type":"Notification"}"#)
                )
                #expect(answer.status != .serviceUnavailable)
            }
            for channel in held { channel.close(promise: nil) }
        }
    }

    @Test("open chunked bodies do not shut out others")
    func chunked() async throws {
        let server = IngestServer()
        try await server.server.test(.live) { client in
            let port = try #require(client.port)
            let text = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n"
            var held: [any Channel] = []
            for _ in 0..<40 {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
                try await channel.writeAndFlush(ByteBuffer(string: text)).get()
                held.append(channel)
            }
            let answer = try await client.execute(
                uri: "/v1/events",
                method: .post,
                body: ByteBuffer(string: eventText)
            )
            #expect(answer.status == .ok)
            for channel in held { channel.close(promise: nil) }
        }
    }
}
