import HTTPSurface
import Testing

@Suite("ListenAddress")
struct ListenAddressTests {
    @Test(
        "a well-formed address is taken apart and printed again",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("127.9.8.7:1", "127.9.8.7", 1, true),
            ("[::1]:8080", "::1", 8080, true), ("localhost:0", "localhost", 0, true),
            ("LocalHost:80", "LocalHost", 80, true),
            ("0.0.0.0:8080", "0.0.0.0", 8080, false), ("[::]:65535", "::", 65535, false),
            ("10.1.2.3:8080", "10.1.2.3", 8080, false), ("[fe80::1]:8080", "fe80::1", 8080, false),
            ("[::ffff:10.0.0.1]:8080", "::ffff:10.0.0.1", 8080, false),
            ("noroshi.example.com:443", "noroshi.example.com", 443, false),
            ("127.0.0.1.example.com:80", "127.0.0.1.example.com", 80, false),
            ("localhost.example.com:80", "localhost.example.com", 80, false), ("127.1:80", "127.1", 80, false),
        ]
    )
    func wellFormed(text: String, host: String, port: Int, isLoopback: Bool) throws {
        let address = try ListenAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.isLoopback == isLoopback)
        #expect(address.description.lowercased() == text.lowercased())
    }

    @Test(
        "another text is refused with an example",
        arguments: [
            "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:080808",
            "127.0.0.1:８０", "127.0.0.1:80a", "::1:8080", "[::1]", "[::1:8080", "[localhost]:80", "[1.2.3.4]:80",
            "[]:80",
            "host name:80", "http://host:80", "host/path:80", "höst:80",
        ]
    )
    func malformed(text: String) {
        let error = #expect(throws: ListenAddressError.self) { try ListenAddress(text) }
        #expect(error?.description.hasPrefix("cannot listen on '\(text)': ") == true)
    }

    @Test(
        "without a token only loopback is listened on",
        arguments: ["0.0.0.0:8080", "[::]:8080", "192.168.1.2:8080", "noroshi.example.com:8080"]
    )
    func open(text: String) throws {
        let address = try ListenAddress(text)
        let error = #expect(throws: ListenAddressError.self) { try address.require(.none) }
        #expect(error?.description.contains("NOROSHI_TOKEN") == true)
        #expect(error?.description.contains("127.0.0.1:8080") == true)
        try address.require(Credentials(tokens: [(name: "token", secret: "secret")]))
    }

    @Test("loopback needs no token", arguments: ["127.0.0.1:8080", "[::1]:8080", "localhost:8080"])
    func loopback(text: String) throws {
        try ListenAddress(text).require(.none)
    }
}
