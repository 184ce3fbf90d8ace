import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Testing

@testable import Console

@Suite("How the console looks")
struct LookTests {
    @Test("what somebody sets is kept by their browser and written into the pages by the server")
    func kept() async throws {
        let harness = ConsoleHarness()
        let answer = try await harness.send(
            .post,
            "/theme",
            headers: .ownForm,
            form: [("theme", "dark"), ("compact", "on"), ("next", "/keys")]
        )
        #expect(answer.status == 303 && answer.headers[.location] == "/keys")
        #expect(answer.headers[.setCookie]?.contains("HttpOnly; SameSite=Lax") == true)
        let cookie = try #require(answer.cookie)
        let page = try await harness.send(.get, "/findings", headers: [.cookie: cookie]).body
        #expect(page.contains(#"<html lang="en" data-theme="dark" data-rows="compact">"#))
        #expect(page.contains(Assets.keys.path) == false)
        let usual = try await harness.send(.get, "/findings").body
        #expect(usual.contains(#"<html lang="en">"#) && usual.contains(Assets.keys.path))
    }

    @Test(
        "a cookie that says nothing of use changes nothing",
        arguments: ["noroshi-look=", "noroshi-look=\"><script>", "noroshi-look=darker", "noroshi-lookalike=dark"]
    )
    func nonsense(cookie: String) async throws {
        let page = try await ConsoleHarness().send(.get, "/findings", headers: [.cookie: cookie]).body
        #expect(page.contains(#"<html lang="en">"#))
    }

    @Test("neither another's page nor a path elsewhere can be made of it")
    func guarded() async throws {
        let harness = ConsoleHarness()
        let form = [("theme", "dark"), ("next", "//evil.example.com")]
        let own = try await harness.send(.post, "/theme", headers: .ownForm, form: form)
        #expect(own.headers[.location] == "/")
        let foreign: HTTPFields = [.secFetchSite: "cross-site"]
        #expect(try await harness.send(.post, "/theme", headers: foreign, form: form).status == 403)
    }

    @Test("every key that the page of keys lists is in the menu")
    func listed() async throws {
        let page = try await ConsoleHarness().send(.get, "/keys").body
        for area in Page.Area.allCases {
            #expect(page.contains("<kbd>g</kbd> <kbd>\(area.key)</kbd>"))
            #expect(page.contains(#"data-key="\#(area.key)""#))
        }
        #expect(Set(Page.Area.allCases.map(\.key)).count == Page.Area.allCases.count)
    }
}
