import CurlClient
import NoroshiTestSupport
import Testing

@Suite("HTTP over a real connection")
struct HTTPClientTests {
    /// However long a loaded machine lets a test wait between two requests, the second one finds the connection of the first.
    private let client = HTTPClient(idleTime: .seconds(86_400))
    private let receiver: HTTPReceiver

    private static let shared = Result { try HTTPReceiver() }

    init() throws { receiver = try HTTPClientTests.shared.get() }

    private func post(
        _ path: String,
        key: String = "",
        body: String = "{}",
        host: String = "127.0.0.1",
        headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(15),
        addresses: AddressPolicy = .any
    ) async throws -> HTTPExchange {
        let url = try WebURL(receiver.url(path, key: key, host: host))
        let request = HTTPRequest(
            url: url,
            headers: headers,
            body: Array(body.utf8),
            timeout: timeout,
            addresses: addresses
        )
        return await client.perform(request)
    }

    private func received(_ key: String) async throws -> [HTTPReceiver.Received] {
        let url = try WebURL(receiver.url("_requests", key: key))
        let exchange = await client.perform(HTTPRequest(method: "GET", url: url, addresses: .any))
        return try HTTPReceiver.received(try exchange.result.get().body)
    }

    @Test("a request arrives as given and its reply comes back with timings and peer")
    func roundTrip() async throws {
        let exchange = try await post(
            "ok",
            key: "a",
            body: #"{"text":"狼煙"}"#,
            headers: [("X-One", "1"), ("X-Empty", "")]
        )
        let response = try exchange.result.get()
        #expect(response.status == 200)
        #expect(response.body == Array("ok".utf8))
        #expect(exchange.peerAddress == "127.0.0.1")
        #expect(exchange.timings.total > 0)
        #expect(exchange.timings.connect > 0)
        let request = try #require(try await received("a").first)
        #expect(request.method == "POST")
        #expect(request.body == Array(#"{"text":"狼煙"}"#.utf8))
        #expect(request.header("x-one") == "1")
        #expect(request.header("x-empty") == "")
        #expect(request.header("expect") == nil)
        #expect(exchange.uploadedBytes == request.body.count)
    }

    @Test("a connection is used again")
    func reuse() async throws {
        #expect(try await post("ok", key: "b").isReused == false)
        #expect(try await post("ok", key: "b").isReused)
        #expect(Set(try await received("b").map(\.connection)).count == 1)
    }

    @Test(
        "nothing of a request is left for the next one, though handles are used again",
        arguments: ["POST", "PUT", "GET"]
    )
    func leftovers(method: String) async throws {
        let key = "first-\(method)"
        let first = HTTPRequest(
            method: method,
            url: try WebURL(receiver.url("ok", key: key, host: "name:hunter2@127.0.0.1")),
            headers: [("X-Secret", "swordfish"), ("Content-Type", "text/secret")],
            body: Array("a body that is much longer than the one after it".utf8),
            timeout: .seconds(15),
            addresses: .any
        )
        _ = try await client.perform(first).result.get()
        let next = "next-\(method)"
        let exchange = try await post("ok", key: next)
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.uploadedBytes == 2)
        let before = try #require(try await received(key).first)
        #expect(before.header("authorization") != nil)
        #expect(before.header("x-secret") == "swordfish")
        let request = try #require(try await received(next).first)
        #expect(request.method == "POST")
        #expect(request.body == Array("{}".utf8))
        for name in ["authorization", "x-secret"] { #expect(request.header(name) == nil) }
        #expect(request.header("content-type") != "text/secret")
        #expect(request.headers.allSatisfy { $0.value.contains("swordfish") == false })
    }

    @Test("a used connection that dies leaves the outcome uncertain, and the request is not sent again")
    func keepAliveDeath() async throws {
        #expect(try await post("ok", key: "c").result.get().status == 200)
        let exchange = try await post("die-on-reuse", key: "c")
        let error = #expect(throws: CurlError.self) { try exchange.result.get() }
        #expect(error?.detail == "The connection ended before the whole reply; the request may have arrived")
        #expect(exchange.kind == .uncertain)
        #expect(try await received("c").count == 2)
    }

    @Test(
        "a failure is told by its kind",
        arguments: [
            ("lost", CurlError.Kind.uncertain), ("reset-mid-reply", .uncertain), ("slow/5", .uncertain),
            ("many-headers", .uncertain),
        ]
    )
    func failures(path: String, kind: CurlError.Kind) async throws {
        let exchange = try await post(path, timeout: path.hasPrefix("slow") ? .seconds(1) : .seconds(15))
        #expect(exchange.kind == kind)
        #expect(exchange.partialStatus == (["reset-mid-reply", "many-headers"].contains(path) ? 200 : nil))
    }

    @Test("a lost reply is told as one, with the reason", arguments: ["lost", "reset-mid-reply"])
    func lostReply(path: String) async throws {
        let exchange = try await post(path)
        let error = #expect(throws: CurlError.self) { try exchange.result.get() }
        #expect(
            error?.detail.hasPrefix("The connection ended before the whole reply; the request may have arrived") == true
        )
    }

    @Test("no connection is told from no name")
    func noConnection() async throws {
        let closed = await client.perform(HTTPRequest(url: try WebURL("http://127.0.0.1:1/"), addresses: .any))
        #expect(closed.kind == .connect)
        let nameless = await client.perform(HTTPRequest(url: try WebURL("http://name.invalid/"), addresses: .any))
        #expect(nameless.kind == .nameLookup)
    }

    @Test("a redirect is an answer and is not followed")
    func redirect() async throws {
        let response = try await post("redirect", key: "d").result.get()
        #expect(response.status == 302)
        #expect(response.header("location") == "/ok")
        #expect(try await received("d").count == 1)
    }

    @Test("64 KiB of a huge reply are kept and the rest is not waited for")
    func hugeReply() async throws {
        let response = try await post("huge").result.get()
        #expect(response.status == 200)
        #expect(response.body.count == 65_536)
        #expect(response.isTruncated)
    }

    @Test(
        "every spelling of a loopback address is refused after resolution",
        arguments: ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"]
    )
    func refusedAddress(host: String) async throws {
        let exchange = try await post("ok", key: "refused", host: host, addresses: .publicOnly)
        #expect(exchange.kind == .addressRefused)
        #expect(try await received("refused").isEmpty)
    }

    @Test("a connection of a permissive request is not lent to a strict one")
    func noLending() async throws {
        #expect(try await post("ok").result.get().status == 200)
        #expect(try await post("ok", addresses: .publicOnly).kind == .addressRefused)
    }

    @Test("two requests under one policy that allows one host share no connection with the other host's name")
    func listedHost() async throws {
        let policy = AddressPolicy(hosts: ["localhost"])
        #expect(try await post("ok", host: "localhost", addresses: policy).result.get().status == 200)
        #expect(try await post("ok", addresses: policy).kind == .addressRefused)
    }

    @Test(
        "a header that would add a line is refused before anything is sent",
        arguments: [("X-A", "b\r\nX-Evil: 1"), ("X-A:", "b"), ("", "b"), ("X A", "b"), ("X-A", "b\0c")]
    )
    func headerInjection(name: String, value: String) async throws {
        let exchange = try await post("ok", key: "injection", headers: [(name, value)])
        #expect(exchange.kind == .configuration)
        #expect(try await received("injection").isEmpty)
    }

    @Test("a cancelled request ends at once and counts as uncertain when it was sent")
    func cancellation() async throws {
        let url = try WebURL(receiver.url("slow/20", key: "cancelled"))
        let task = Task { [client] in  // cancelled below: the only way to cancel a request is to cancel its task
            await client.perform(HTTPRequest(url: url, body: [1, 2, 3], timeout: .seconds(30), addresses: .any))
        }
        while try await received("cancelled").isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value.kind == .uncertain)
    }

    @Test("many requests at once all get their own answers")
    func concurrency() async throws {
        let codes = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for code in 200..<300 {
                group.addTask { (code, try await self.post("reply/\(code)/x").result.get().status) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let expected = (200..<300).filter { $0 != 204 }
        #expect(expected.allSatisfy { codes[$0] == $0 })
    }

    @Test("a certificate is believed only when its authority is")
    func tls() async throws {
        let secure = try HTTPReceiver(tls: true)
        let url = try WebURL(secure.url("ok", host: "localhost"))
        let request = HTTPRequest(url: url, body: [1], addresses: .any)
        #expect(await client.perform(request).kind == .certificate)
        let trusting = HTTPClient(caFile: secure.caFile)
        let exchange = await trusting.perform(request)
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.timings.tls > 0)
    }

    @Test("a server that does not speak TLS is a TLS failure")
    func noTLS() async throws {
        let url = try WebURL("https://127.0.0.1:\(receiver.port)/ok")
        #expect(await client.perform(HTTPRequest(url: url, body: [1], addresses: .any)).kind == .tls)
    }
}

extension HTTPExchange {
    fileprivate var kind: CurlError.Kind? {
        guard case .failure(let error) = result else { return nil }
        return error.kind
    }
}
