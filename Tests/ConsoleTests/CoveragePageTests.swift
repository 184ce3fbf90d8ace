import Findings
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Routing
import Testing

@testable import Console

@Suite("Coverage in the console")
struct CoveragePageTests {
    @Test("each cell leads to its example in Try it, and that says what the cell says")
    func examples() async throws {
        let harness = ConsoleHarness()
        let body = try await harness.send(.get, "/coverage").body
        #expect(body.contains("cells reach nobody") && body.contains(#"class="hole""#))
        let links = body.split(separator: #"href=""#).compactMap { part -> String? in
            part.hasPrefix("/try?") ? String(part.prefix { $0 != "\"" }).replacing("&amp;", with: "&") : nil
        }
        #expect(links.isEmpty == false)
        for link in links {
            let page = try await harness.send(.get, link)
            #expect(page.status == 200 && page.body.contains(#"aria-label="The way""#), "\(link)")
        }
        let hole = try #require(body.firstRange(of: #"<td class="hole"><a class="t-bad row" href=""#))
        let link = String(body[hole.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        #expect(try await harness.send(.get, link).body.contains("Reaches nobody"))
    }

    @Test("only the rows that are asked for are shown")
    func filters() async throws {
        let harness = ConsoleHarness()
        #expect(try await harness.send(.get, "/coverage?q=nowhere").body.contains("No row fits"))
        #expect(try await harness.send(.get, "/coverage?holes=1").body.contains(#"value="1" checked"#))
    }
}
