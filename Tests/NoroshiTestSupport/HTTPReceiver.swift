import Findings
import Foundation

/// The scripted HTTP receiver of `Tests/DeliveryTests/Peers/http_receiver.py`; see there for what its paths do.
package final class HTTPReceiver: Sendable {
    private let process: PeerProcess
    package let port: Int
    /// PEM file of its certificate, when it speaks TLS.
    package let caFile: String?

    /// The path of a program in `Tests/DeliveryTests/Peers`.
    package static func peer(_ name: String) -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appendingPathComponent("DeliveryTests/Peers/\(name)").path
    }

    /// - Throws: When it cannot be started.
    package init(tls: Bool = false) throws {
        process = try PeerProcess(python: HTTPReceiver.peer("http_receiver.py"), arguments: tls ? ["--tls"] : [])
        guard let port = process.value("port").flatMap(Int.init) else {
            throw PeerError(description: "the receiver told no port")
        }
        self.port = port
        caFile = process.value("ca")
    }

    /// The URL of a scripted path; requests are recorded under `key`.
    package func url(_ path: String, key: String = "", host: String = "127.0.0.1") -> String {
        "\(caFile == nil ? "http" : "https")://\(host):\(port)/\(path)\(key.isEmpty ? "" : "?key=\(key)")"
    }

    /// One request as it arrived.
    package struct Received: Sendable {
        package var method: String
        package var path: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]
        /// Which connection it came over, 1 or more.
        package var connection: Int

        package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    /// Reads the answer of `/_requests`.
    ///
    /// - Parameter body: What the receiver answered.
    /// - Returns: The requests in the order in which they arrived.
    /// - Throws: When it is not JSON.
    package static func received(_ body: [UInt8]) throws -> [Received] {
        try JSONDocument.parse(body).elements.map { record in
            Received(
                method: record["method"]?.string ?? "",
                path: record["path"]?.string ?? "",
                headers: record["headers"]?.elements.map { ($0.elements[0].string ?? "", $0.elements[1].string ?? "") }
                    ?? [],
                body: Data(base64Encoded: record["body"]?.string ?? "").map(Array.init) ?? [],
                connection: record["connection"]?.integer ?? 0
            )
        }
    }
}
