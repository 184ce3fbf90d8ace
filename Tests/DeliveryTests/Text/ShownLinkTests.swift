import Delivery
import Testing

@Suite("Links that are shown")
struct ShownLinkTests {
    @Test(
        "what could end a link early is percent-encoded",
        arguments: [
            ("https://a.example/x?b=1&c=2#/d", "https://a.example/x?b=1&c=2#/d"),
            ("https://a.example/|x>y<z", "https://a.example/%7Cx%3Ey%3Cz"),
            ("https://a.example/\n\"'()[]", "https://a.example/%0A%22%27%28%29%5B%5D"),
            ("HTTP://a.example/é", "HTTP://a.example/%C3%A9"),
        ]
    )
    func encoded(text: String, url: String) { #expect(ShownLink(text, limit: 200)?.url == url) }

    @Test(
        "only web links are links",
        arguments: ["javascript:alert(1)", "data:text/html,x", "ftp://a", "//a", "", " https://a"]
    )
    func refused(text: String) { #expect(ShownLink(text, limit: 200) == nil) }

    @Test("a link that is too long is left out whole")
    func long() {
        #expect(ShownLink("https://a.example/" + String(repeating: "x", count: 183), limit: 200) == nil)
        #expect(ShownLink("https://a.example/" + String(repeating: "x", count: 182), limit: 200) != nil)
        #expect(ShownLink("https://a.example/" + String(repeating: "&", count: 50), limit: 200) == nil)
        #expect(ShownLink(nil, limit: 200) == nil)
    }
}
