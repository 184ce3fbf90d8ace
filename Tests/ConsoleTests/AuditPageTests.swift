import Foundation
import HTTPTypes
import Testing

@testable import Console

@Suite("The audit's page")
struct AuditPageTests {
    @Test("what was done is said in words, with the name by which it is filtered")
    func words() async throws {
        let editor = try await EditorHarness()
        _ = try await editor.post("/destinations/secops/pause", [("reason", "moving")])
        let page = try await editor.get("/audit").body
        #expect(page.contains(#"Destination paused <span class="mono xs f">destination.pause</span>"#))
        #expect(try await editor.get("/audit?q=what:destination.pause").body.contains("Destination paused"))
    }

    @Test("everything that is noted has words, and all words are of something that is noted")
    func complete() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Operations").standardizedFileURL
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var noted: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /"((?:[a-z]+-)?[a-z]+\.[a-z]+)"/) { noted.insert(String(match.1)) }
        }
        noted.remove("routes.json")
        #expect(noted.count > 20)
        #expect(noted.filter { AuditWords.words(for: $0) == nil } == [])
        #expect(AuditWords.actions.subtracting(noted) == [])
    }

    @Test("what a later version noted stands by its name") func later() {
        #expect(AuditWords.words(for: "rule.bless") == nil)
    }
}
