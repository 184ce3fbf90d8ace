import CurlClient
import Testing

@Suite("Web URLs")
struct WebURLTests {
    @Test("the parts are those that libcurl will use")
    func parts() throws {
        let url = try WebURL("HTTPS://Hooks.Example.com/services/T0/B0/x?y=1#z")
        #expect(url.scheme == "https")
        #expect(url.host == "hooks.example.com")
        #expect(url.port == 443)
        #expect(url.path == "/services/T0/B0/x")
        #expect(url.query == "y=1")
    }

    @Test("an IPv6 host has no brackets and a numeric host is canonical")
    func numericHosts() throws {
        #expect(try WebURL("http://[::1]:8065/hooks/a").host == "::1")
        #expect(try WebURL("http://0x7f.1/").host == "127.0.0.1")
    }

    @Test(
        "what is no http or https URL is refused without being repeated",
        arguments: [
            "", "hooks.example.com", "file:///etc/passwd", "gopher://secret/", "http://", "http://a b/",
            "http://a:99999/", "http://a/\r\nsecret",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: WebURLError.self) { try WebURL(text) }
        #expect(error?.description.contains("secret") == false)
    }

    @Test("printing a URL shows the host only")
    func printing() throws {
        let url = try WebURL("https://hooks.example.com/services/canary?token=canary")
        #expect("\(url)" == "https://hooks.example.com:443/…")
        #expect(String(reflecting: url).contains("canary") == false)
        var dumped = ""
        dump(url, to: &dumped)
        #expect(dumped.contains("canary") == false)
    }
}
