import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing

@testable import HTTPSurface

@Suite("Answers that go on")
struct EventStreamTests {
    private func app(_ events: AsyncStream<StreamedEvent>, left: Tally) -> some ApplicationProtocol {
        let router = SurfaceResponder.router()
        router.get("stream") { request, context in
            EventStream.answer(to: request, context, events) { left.add() }
        }
        return Application(responder: SurfaceResponder(router))
    }

    @Test(
        "an event is written as browsers read it",
        arguments: [
            (nil, nil, ":\n\n"), (nil, "a-1", "id: a-1\n\n"), ("rules", nil, "event: rules\ndata: changed\n\n"),
            ("rules", "a-2", "event: rules\nid: a-2\ndata: changed\n\n"),
        ] as [(String?, String?, String)]
    )
    func text(name: String?, id: String?, text: String) {
        #expect(StreamedEvent(name: name, id: id).text == text)
    }

    @Test("the answer is written as events come, and ends with them", arguments: [TestingSetup.router, .live])
    func answer(setup: TestingSetup) async throws {
        let (events, source) = AsyncStream.makeStream(of: StreamedEvent.self)
        source.yield(StreamedEvent(name: nil, id: "a-1"))
        source.yield(StreamedEvent(name: "rules", id: "a-2"))
        source.finish()
        let left = Tally()
        try await app(events, left: left).test(setup) { client in
            let response = try await client.execute(uri: "/stream", method: .get)
            #expect(response.headers[.contentType] == "text/event-stream")
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(
                String(buffer: response.body)
                    == "retry: 3000\n\nid: a-1\n\nevent: rules\nid: a-2\ndata: changed\n\n"
            )
        }
        #expect(left.count == 1)
    }

    @Test("a client that closes its side is noticed although nothing is said", .timeLimit(.minutes(15)))
    func leaves() async throws {
        let (events, source) = AsyncStream.makeStream(of: StreamedEvent.self)
        let router = SurfaceResponder.router()
        router.get("stream") { request, context in EventStream.answer(to: request, context, events) { source.finish() }
        }
        let server = SurfaceServer.application(
            router,
            credentials: .none,
            listeningOn: try ListenAddress("127.0.0.1:0"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await server.test(.live) { client in
            let request = "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let port = try #require(client.port)
            let answer = try await RawConnection.exchange(Array(request.utf8), port: port, endsAfter: "retry: 3000\n\n")
            #expect(answer.hasSuffix("\r\n0\r\n\r\n"))
        }
    }

    @Test("whoever asks for the head gets nothing more")
    func head() async throws {
        let (events, _) = AsyncStream.makeStream(of: StreamedEvent.self)
        try await app(events, left: Tally()).test(.router) { client in
            let response = try await client.execute(uri: "/stream", method: .head)
            #expect(response.status == .ok && response.headers[.contentType] == "text/event-stream")
        }
    }
}
