import Foundation
import CurlClient
import Findings
import NoroshiTestSupport

/// Where the programs that mail tests talk to are.
private func peer(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Peers/\(name)").path
}

/// The mail of `Peers/golden.eml`, with LF line ends.
func goldenMail() throws -> String { try String(contentsOf: URL(fileURLWithPath: peer("golden.eml")), encoding: .utf8) }

/// A mail peer: its ports, and what arrived at it.
protocol MailPeer: Sendable {
    var process: PeerProcess { get }
}

extension MailPeer {
    func port(_ name: String) throws -> Int {
        guard let port = process.value(name).flatMap(Int.init) else { throw PeerError(description: "no port \(name)") }
        return port
    }

    /// The mails for an address, as soon as there are so many.
    func mails(for address: String, count: Int = 1) async throws -> [[UInt8]] {
        let encoded = address.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return try await page("?to=\(encoded)&count=\(count)").elements.map { mail in
            Data(base64Encoded: mail["bytes"]?.string ?? "").map(Array.init) ?? []
        }
    }

    /// The commands that the peer noted.
    func log() async throws -> [String] { try await page("_log").elements.compactMap(\.string) }

    private func page(_ query: String) async throws -> JSON {
        let url = try WebURL("http://127.0.0.1:\(port("page"))/\(query)")
        let request = HTTPRequest(method: "GET", url: url, timeout: .seconds(120), addresses: .any)
        return try JSONDocument.parse(await HTTPClient().perform(request).result.get().body)
    }
}

/// The scripted receiver of `Peers/smtp_receiver.py`; see there for its ports and for what recipients ask of it.
struct SMTPReceiver: MailPeer {
    let process: PeerProcess

    init() throws { process = try PeerProcess(python: peer("smtp_receiver.py")) }
}

/// A real mail server, exim4, as `Peers/exim_relay.py` runs it.
struct EximRelay: MailPeer {
    static let password = "canary-7f3a9c-password"
    static let isInstalled = ["/usr/sbin/exim4", "/usr/bin/exim4"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let process: PeerProcess
    let caFile: String

    init() throws {
        process = try PeerProcess(python: peer("exim_relay.py"), arguments: [EximRelay.password])
        guard let caFile = process.value("ca") else { throw PeerError(description: "the relay told no certificate") }
        self.caFile = caFile
    }
}

/// What Python's `email` package makes of mails.
struct MailCheck {
    let mails: [JSON]

    init(_ messages: [[UInt8]]) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // nothing of it is needed any more
        for (index, message) in messages.enumerated() {
            let name = String(repeating: "0", count: 6 - String(index).count) + String(index)
            try Data(message).write(to: directory.appendingPathComponent(name))
        }
        let text = try PeerProcess.run(python: peer("mail_check.py"), arguments: [directory.path])
        mails = try JSONDocument.parse(text).elements
    }

    init(_ message: [UInt8]) throws { try self.init([message]) }

    func defects(_ index: Int = 0) -> [String] { mails[index]["defects"]?.elements.compactMap(\.string) ?? [] }

    func header(_ name: String, _ index: Int = 0) -> String? { mails[index]["headers"]?[name]?.string }

    /// The decoded text of the part with this type, `text/plain` or `text/html`.
    func text(_ type: String, _ index: Int = 0) -> String? {
        mails[index]["parts"]?.elements.first { $0["type"]?.string == type }?["text"]?.string
    }
}
