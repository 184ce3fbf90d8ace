import Findings
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Routing
import Testing

@Suite("What is wrong with rules, over the API")
struct BadCorpusTests {
    /// The corpus of bad files that the parser is tested with.
    private static func files(_ folder: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: CommandRun.root.appending(path: "Tests/RoutingTests/Fixtures/\(folder)"),
            includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "json" }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    private static func errors(_ text: [UInt8]) -> [RouteDiagnostic] {
        do throws(RouteDocumentError) {
            _ = try RouteDocument.parse(text, file: "routes.json")
            return []
        } catch {
            return error.diagnostics.filter { $0.severity == .error }
        }
    }

    /// An error as the API says it.
    private static func answered(_ error: RouteDiagnostic) -> [String?] {
        [error.pointer, "\(error.position.line):\(error.position.column)", error.text, error.suggestion]
    }

    @Test(
        "a draft is refused with the errors of noroshi check, at their places",
        arguments: ["bad", "bad-beyond-schema"]
    )
    func corpus(folder: String) async throws {
        let files = try Self.files(folder)
        #expect(files.count >= 30)
        try await Example.app(FakeRoles(Example.state)).test(.router) { client in
            _ = try await client.execute(uri: "/api/v1/drafts", method: .post)
            for file in files {
                let text = Array(try Data(contentsOf: file))
                let response = try await client.execute(
                    uri: "/api/v1/drafts/d1",
                    method: .put,
                    headers: [.contentType: "application/json", .ifMatch: "*"],
                    body: ByteBuffer(bytes: text)
                )
                // An empty body is none.
                guard text.isEmpty == false else {
                    #expect(response.status == .badRequest, "\(file.lastPathComponent)")
                    continue
                }
                #expect(response.status == .unprocessableContent, "\(file.lastPathComponent)")
                let answer = try JSONDocument.parse(String(buffer: response.body))
                let found = answer["errors"]?.elements.map { error -> [String?] in
                    let place = "\(error["line"]?.integer ?? 0):\(error["column"]?.integer ?? 0)"
                    return [error["pointer"]?.string, place, error["detail"]?.string, error["nearest"]?.string]
                }
                #expect(found == Self.errors(text).map(Self.answered), "\(file.lastPathComponent)")
            }
        }
    }

    @Test("noroshi check says the same as JSON", arguments: ["bad", "bad-beyond-schema"])
    func command(folder: String) async throws {
        // Each is a process of its own, so that some have to do.
        for file in try Self.files(folder).enumerated().filter({ $0.offset % 8 == 0 }).map(\.element) {
            let run = try await CommandRun.apart(CommandRun.noroshi, ["check", "--format", "json", file.path])
            #expect(run.status == 1, "\(file.lastPathComponent): \(run.errors)")
            let found = try JSONDocument.parse(run.output)["diagnostics"]?.elements
                .filter { $0["severity"]?.string == "error" }
                .map { error -> [String?] in
                    let place = "\(error["line"]?.integer ?? 0):\(error["column"]?.integer ?? 0)"
                    let words = error["message"]?.string ?? ""
                    let nearest = error["suggestion"]?.string
                    return [
                        error["pointer"]?.string, place,
                        nearest.map { "\(words); did you mean \"\($0)\"?" } ?? words, nearest,
                    ]
                }
            let text = Array(try Data(contentsOf: file))
            #expect(found == Self.errors(text).map(Self.answered), "\(file.lastPathComponent)")
        }
    }
}
