import Findings
import FoundationEssentials
import HTTPSurface
import NoroshiTestSupport
import Routing
import Testing

@testable import Console

@Suite("What is wrong with rules, in the console")
struct BadCorpusTests {
    private static func texts(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../RoutingTests/Fixtures/\(folder)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path())
            .filter { $0.hasSuffix(".json") }
            .sorted()
            .map { name in
                let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
                // The editor ends the text as the file that it is about.
                return (name, bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")])
            }
    }

    /// The places that the page names, in its order.
    private static func places(_ body: String) -> [String] {
        body.split(separator: #"data-at=""#, omittingEmptySubsequences: false).dropFirst()
            .map { String($0.prefix { $0 != "\"" }) }
    }

    @Test(
        "the editor names every error at the place that noroshi check names",
        arguments: ["bad", "bad-beyond-schema"]
    )
    func corpus(folder: String) async throws {
        let editor = try await EditorHarness()
        let texts = try Self.texts(folder)
        #expect(texts.count >= 30)
        for (name, bytes) in texts {
            let expected: [RouteDiagnostic]
            do throws(RouteDocumentError) {
                _ = try RouteDocument.parse(bytes, file: "routes.json")
                expected = []
            } catch {
                expected = error.diagnostics.filter { $0.severity == .error }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let answer = try await editor.post("/rules/json", [("json", text), ("do", "check")], tag: "")
            let wanted = expected.prefix(100).map { "\($0.position.line):\($0.position.column)" }
            #expect(Self.places(answer.body) == wanted && wanted.isEmpty == false, "\(name)")
            for error in expected.prefix(100) {
                let words: HTML = "<b>\(error.message.prefix(1).uppercased() + error.message.dropFirst()).</b>"
                #expect(answer.body.contains(words.text), "\(name): \(words.text)")
            }
        }
        #expect(editor.draft == nil)
    }
}
