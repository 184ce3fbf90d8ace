import Findings
import HTTPSurface
import HTTPTypes
import Store
import Synchronization
import Testing

@testable import Console
@testable import NoroshiTestSupport

@Suite("Files of findings and of the audit")
struct ExportTests {
    @Test("a file of findings has one line each, under the filter of the page")
    func findings() async throws {
        let harness = ConsoleHarness()
        let csv = try await harness.send(.get, "/findings/export?as=csv&q=region%3Aeu-west-1")
        #expect(csv.status == 200 && csv.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(csv.headers[.contentDisposition]?.contains("noroshi-findings.csv") == true)
        let lines = csv.body.split(separator: "\r\n")
        #expect(lines.count == 2 && lines[0].hasPrefix(#""id","severity""#) && lines[1].hasPrefix(#""f1","HIGH""#))
        #expect(harness.roles.state.withLock { $0.findingFilter?.region } == "eu-west-1")
        let ndjson = try await harness.send(.get, "/findings/export?as=ndjson")
        let json = try JSONDocument.parse(ndjson.body)
        #expect(json["id"]?.string == "f1" && json["fate"]?.string == "told" && json["told"]?.string == "secops")
    }

    @Test("a mistaken filter gives no file of everything", arguments: ["as=csv&q=sevrity%3Ahigh", "as=xlsx"])
    func mistaken(query: String) async throws {
        #expect(try await ConsoleHarness().send(.get, "/findings/export?\(query)").status == 400)
    }

    @Test(
        "what a spreadsheet would run is text, and quotes stay quotes",
        arguments: [
            ("=cmd|'/c calc'!A1", #""'=cmd|'/c calc'!A1""#), ("+1", #""'+1""#), ("-1", #""'-1""#), ("@x", #""'@x""#),
            ("\tx", "\"'\tx\""), (#"a "b", c"#, #""a ""b"", c""#), ("two\nlines", "\"two\nlines\""), ("", #""""#),
        ]
    )
    func formulas(field: String, written: String) {
        #expect(FindingsExport.line([field]) == written + "\r\n")
    }

    @Test("the audit is a file of one JSON object a line")
    func audit() async throws {
        let editor = try await EditorHarness()
        _ = try await editor.post("/destinations/secops/pause", [("reason", "moving")])
        let file = try await editor.get("/audit/export")
        #expect(file.status == 200 && file.headers[.contentType] == "application/x-ndjson")
        let entry = try JSONDocument.parse(file.body.split(separator: "\n").first.map(String.init) ?? "")
        #expect(entry["action"]?.string == "destination.pause" && entry["note"]?.string == "moving")
    }

    @Test("nobody takes a file away without signing in")
    func signedOut() async throws {
        let harness = ConsoleHarness(credentials: Credentials(tokens: [(name: "token.a", secret: "a")], roles: [:]))
        for path in ["/findings/export", "/audit/export"] {
            #expect(try await harness.send(.get, path).headers[.location] == "/sign-in")
        }
    }
}
