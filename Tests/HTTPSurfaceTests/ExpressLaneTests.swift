import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import HTTPSurface

@Suite("ExpressLane")
struct ExpressLaneTests {
    private let route = ScriptedRoute()
    private let ports = AsyncStream.makeStream(of: Int.self)

    private var application: Application<SurfaceResponder> {
        get throws {
            let router = SurfaceResponder.router()
            // The same answer in both ways, but for a header that tells them apart.
            router.post("lane") { request, _ in
                let body = try await BodyLimit(bytes: 100_000).collect(request)
                return ScriptedRoute.answer(body, way: "router").response
            }
            router.post("other") { _, _ in "other" }
            let ports = ports.continuation
            return SurfaceServer.application(
                router,
                express: route,
                credentials: .none,
                listeningOn: try ListenAddress("127.0.0.1:0"),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            ) { ports.yield($0?.port ?? 0) }
        }
    }

    private func post(_ body: String, path: String = "/lane", headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Sends everything at once and returns the answers up to the end of the connection.
    private func exchange(_ texts: [String]) async throws -> [String] {
        try await application.test(.live) { client in
            let port = try #require(client.port)
            let whole = try await RawConnection.exchange(Array(texts.joined().utf8), port: port)
            return whole.split(separator: "HTTP/1.1 ").map { String($0) }
        }
    }

    private func lines(_ answer: String) -> Set<String> {
        Set(answer.split(separator: "\r\n").map { $0.lowercased() })
    }

    private func way(_ answer: String) -> String? {
        lines(answer).first { $0.hasPrefix("x-way: ") }.map { String($0.dropFirst(7)) }
    }

    @Test("a plain request is answered without the router, and in the same words")
    func same() async throws {
        let id = "X-Request-Id: r1\r\n"
        let answers = try await exchange([
            post("hello", headers: id), post("hello", headers: id + "Expect: nothing\r\n"),
        ])
        #expect(answers.compactMap(way) == ["express", "router"])
        let said = answers.map { lines($0).filter { $0.hasPrefix("x-way") == false && $0.hasPrefix("date") == false } }
        #expect(said.count == 2 && said.first == said.last)
        #expect(answers.allSatisfy { answer in lines(answer).contains { $0.hasPrefix("date: ") } })
    }

    @Test("pipelined requests are answered in their order, whichever way they go")
    func order() async throws {
        let answers = try await exchange([
            post("1"), post("2", headers: "Expect: nothing\r\n"), post("3"), post("x", path: "/other"), post("5"),
            post("leave"), post("7"),
        ])
        let bodies = answers.map { $0.split(separator: "\r\n\r\n").last.map { String($0) } }
        #expect(bodies == ["1", "2", "3", "other", "5", "leave", "7"])
        #expect(answers.first.flatMap(way) == "express")
        #expect(route.answered.contains("leave") == false)
    }

    @Test("what the route throws is answered as the router would answer it")
    func errors() async throws {
        let answers = try await exchange([post("problem"), post("trouble"), post("last")])
        #expect(answers.map { $0.prefix(3) } == ["409", "500", "200"])
        #expect(answers.first?.contains(Problem.contentType) == true)
        #expect(answers.dropFirst().first?.contains("its log says why") == true)
    }

    @Test(
        "whatever has more than one reading is left to the router",
        arguments: [
            "POST /lane HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "POST /lane HTTP/1.0\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
            "POST /lane HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
            "POST /lane HTTP/1.1\r\nHost: localhost\r\nX-Refuse: 1\r\nContent-Length: 5\r\n\r\nhello",
            "POST /lane HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n"
                + String(repeating: "a", count: 70_000),
        ]
    )
    func left(text: String) async throws {
        let answers = try await exchange([text])
        #expect(answers.count == 1)
        #expect(answers.first.flatMap(way) == "router")
    }

    @Test("a request under another name than loopback's, or from a page of another, does not pass by the gate")
    func gate() async throws {
        // One connection each, for after a request that the router has all others go there as well.
        var statuses: [Substring] = []
        for request in [
            post("1"), post("2", headers: "Origin: https://example.com\r\n"),
            post("3").replacing("localhost", with: "example.com"), post("4", headers: "Origin: http://localhost:1\r\n"),
        ] {
            statuses += try await exchange([request]).map { $0.prefix(3) }
        }
        #expect(statuses == ["200", "403", "421", "200"])
        #expect(route.answered == ["1", "4"])
    }

    @Test(
        "what breaks off, or states two lengths, is never taken for a whole request",
        arguments: ["Content-Length: 50\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n"]
    )
    func broken(length: String) async throws {
        let answers = try await exchange(["POST /lane HTTP/1.1\r\nHost: localhost\r\n\(length)\r\nhello!"])
        #expect(answers.allSatisfy { $0.hasPrefix("200") == false })
        #expect(route.answered.isEmpty)
    }

    @Test("a request under way at shutdown gets its answer, and then its connection ends")
    func shutdown() async throws {
        let service = try application
        let group = ServiceGroup(configuration: .init(services: [service], logger: service.logger))
        async let running: Void = group.run()
        let port = try #require(await ports.stream.first { _ in true })
        async let answer = RawConnection.exchange(Array(post("wait").utf8), port: port, endsSending: false)
        await route.waiting()
        await group.triggerGracefulShutdown()
        route.release()
        #expect(try await answer.hasPrefix("HTTP/1.1 200 OK"))
        try await running
    }

    @Test("the date is written as HTTP wants it")
    func date() {
        #expect(DateHeader.text(Date(timeIntervalSince1970: 784_111_777)) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}
