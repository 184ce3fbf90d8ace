import CurlClient
package import Findings
import Foundation

/// The scripted AWS of `Tests/AWSRequestsTests/Peers/fake_aws.py`; see there for what it does.
package final class FakeAWS: Sendable {
    private let process: PeerProcess
    private let client = HTTPClient()
    package let port: Int

    /// Who may sign without asking for credentials first.
    package static let keys = ["AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "test/secret"]

    /// The path of a program in `Tests/AWSRequestsTests/Peers`.
    package static func peer(_ name: String) -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appendingPathComponent("AWSRequestsTests/Peers/\(name)").path
    }

    /// - Throws: When it cannot be started.
    package init() async throws {
        process = try PeerProcess(python: FakeAWS.peer("fake_aws.py"))
        guard let port = process.value("port").flatMap(Int.init) else {
            throw PeerError(description: "the fake AWS told no port")
        }
        self.port = port
        try await control(#"{"keys": {"AKIDTEST": ["test/secret", null]}}"#)
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// An environment in which everything of AWS is this fake, with shared files that say nothing.
    package var environment: [String: String] {
        [
            "AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_SERVICE_ENDPOINT": url, "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_REGION": "eu-west-1",
        ]
    }

    /// Gives an order.
    ///
    /// - Parameter order: JSON, as the peer explains it.
    /// - Throws: When it is not taken.
    package func control(_ order: String) async throws { _ = try await ask("_control", order) }

    /// Puts messages with these bodies.
    package func put(_ bodies: [String]) async throws {
        let messages = bodies.map { JSONValue.object([.init("Body", .string($0))]) }
        try await control(JSONValue.object([.init("put", .array(messages))]).text)
    }

    /// What there is, and what was asked.
    package func state() async throws -> JSON { try JSONDocument.parse(try await ask("_state", "{}")) }

    /// Returns once the condition holds.
    ///
    /// - Parameter condition: Asked again and again of the state.
    /// - Returns: The state of which it holds.
    /// - Throws: When it does not after five minutes, which a busy machine never needs.
    @discardableResult
    package func until(_ condition: (JSON) -> Bool) async throws -> JSON {
        let limit = ContinuousClock.now + .seconds(300)
        while true {
            let state = try await state()
            if condition(state) { return state }
            guard ContinuousClock.now < limit else {
                throw PeerError(description: "the fake AWS does not come to it: \(state.text.prefix(4_000))")
            }
            // Asking at once again would keep the peer from what it is asked about.
            try await ContinuousClock().sleep(for: .milliseconds(10))
        }
    }

    private func ask(_ path: String, _ body: String) async throws -> [UInt8] {
        let request = HTTPRequest(
            url: try WebURL("\(url)/\(path)"),
            headers: [("Content-Type", "application/json")],
            body: Array(body.utf8),
            timeout: .seconds(120),
            addresses: .any,
            replyLimit: 64 << 20
        )
        let response = try await client.perform(request).result.get()
        guard response.status == 200 else {
            throw PeerError(
                description: "\(path): \(response.status) \(String(decoding: response.body, as: UTF8.self))"
            )
        }
        return response.body
    }
}
