import CurlClient
import Foundation
import Testing

@Suite("Tokens that change while the service runs", .timeLimit(.minutes(15)))
struct TokenRotationTests {
    private static let routes = #"{"version":1,"destinations":{},"rules":[]}"#

    private func status(_ server: ServerProcess, _ token: String) async throws -> Int {
        try await server.request("GET", "/api/v1/status", headers: [("authorization", "Bearer \(token)")]).status
    }

    private func wait(_ server: ServerProcess, _ token: String, for expected: Int) async throws {
        while try await status(server, token) != expected { try await ContinuousClock().sleep(for: .milliseconds(20)) }
    }

    @Test("a token is replaced by writing its file, at once on SIGHUP and by itself soon after")
    func rotate() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-tokens-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let first = directory.appending(path: "token")
        let second = directory.appending(path: "token-next")
        func write(_ token: String, to file: URL) throws {
            try Data((token + "\n").utf8).write(to: file, options: .atomic)
        }
        try write("one-0123456789", to: first)
        try write("two-0123456789", to: second)
        let server = try ServerProcess(
            routes: TokenRotationTests.routes,
            environment: ["NOROSHI_TOKEN_FILE": first.path, "NOROSHI_TOKEN_NEXT_FILE": second.path]
        )
        try await server.start()
        #expect(try await status(server, "one-0123456789") == 200)
        #expect(try await status(server, "two-0123456789") == 200)

        try write("three-0123456789", to: second)
        server.signal(SIGHUP)
        try await wait(server, "three-0123456789", for: 200)
        #expect(try await status(server, "two-0123456789") == 401)
        #expect(try await status(server, "one-0123456789") == 200)

        try write("four-0123456789", to: first)
        try await wait(server, "four-0123456789", for: 200)
        #expect(try await status(server, "one-0123456789") == 401)

        // What cannot be read lets nobody new in, and shuts nobody out.
        try FileManager.default.removeItem(at: first)
        server.signal(SIGHUP)
        while server.log.contains("the tokens cannot be read again") == false {
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        #expect(try await status(server, "four-0123456789") == 200)
        #expect(try await status(server, "") == 401)
        #expect(server.log.contains("0123456789") == false)
        #expect(await server.terminate() == 0)
        try FileManager.default.removeItem(at: directory)
    }
}
