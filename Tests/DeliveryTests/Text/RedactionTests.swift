import CurlClient
import Routing
import Testing

@testable import Delivery

@Suite("What a receiver echoes of a secret")
struct RedactionTests {
    private static let url =
        "https://user:pa%2Fss%22word@example.com/hook/Canary%2FPath%20Key/in?sig=CanarySig%2BabcD%3D"

    @Test(
        "in whatever form it is written, it is taken out",
        arguments: [
            ("no pa/ss\"word here", "no <secret> here"),
            ("{\"p\":\"pa\\/ss\\\"word\"}", "{\"p\":\"<secret>\"}"),
            ("{\"p\":\"pa\\u002fss\\u0022word\"}", "{\"p\":\"<secret>\"}"),
            ("pa%2fss%22word, PA%2FSS%22WORD", "<secret>, <secret>"),
            ("<b>pa&#x2F;ss&quot;word</b>", "<b><secret></b>"),
            ("twice: pa%252Fss%2522word", "twice: <secret>"),
            ("Canary%2fPath+Key", "Canary%2fPath+Key"),
            ("Canary\\/Path Key!", "<secret>!"),
            ("sig CanarySig\\u002BabcD=", "sig <secret>"),
            ("token t\\u006fk/en-123", "token <secret>"),
            ("100% of \\ & nothing &amp; %zz \\u12", "100% of \\ & nothing &amp; %zz \\u12"),
        ]
    )
    func forms(reply: String, kept: String) throws {
        let redaction = Redaction(url: try WebURL(RedactionTests.url), others: [Secret("tok/en-123")])
        #expect(redaction.apply(reply) == kept)
    }
}
