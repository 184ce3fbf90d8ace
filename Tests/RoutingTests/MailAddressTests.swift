import Routing
import Testing

@Suite("Mail addresses")
struct MailAddressTests {
    @Test(
        "an ordinary address is taken as written",
        arguments: [
            "ops@example.com", "first.last+tag@mail.example.co.jp", "x@localhost", "a_b=c@xn--r8jz45g.example",
            "o'neil@example.com",
        ]
    )
    func accepted(text: String) throws {
        #expect(try MailAddress(text).description == text)
    }

    @Test(
        "what could end a command or a header, or is no address, is refused",
        arguments: [
            ("", .noAt), ("ops", .noAt), ("@example.com", .localPart), ("ops@", .domain),
            ("ops@example.com\r\nRCPT TO:<evil@example.net>", .controlCharacter),
            ("ops@exam\nple.com", .controlCharacter),
            ("o\0ps@example.com", .controlCharacter), ("ops @example.com", .space),
            ("<ops@example.com>", .angleBracket), ("ops@example.com>", .angleBracket),
            ("Ops <ops@example.com>", .angleBracket), ("狼煙@example.com", .notASCII), ("ops@狼煙.example", .notASCII),
            ("\"a b\"@example.com", .space), ("\"ab\"@example.com", .localPart),
            ("a..b@example.com", .localPart), (".a@example.com", .localPart), ("a@b@example.com", .severalAts),
            ("ops@[127.0.0.1]", .domain), ("ops@-example.com", .domain), ("ops@example..com", .domain),
            ("ops@a.-b.com", .domain), ("ops@example.com.", .domain), ("ops,dev@example.com", .localPart),
            (String(repeating: "a", count: 65) + "@example.com", .localPart),
            ("a@" + String(repeating: "a", count: 64) + ".com", .domain),
            ("a@" + String(repeating: "abcdefg.", count: 32) + "com", .tooLong),
        ] as [(String, MailAddressError)]
    )
    func refused(text: String, expected: MailAddressError) {
        #expect(throws: expected) { try MailAddress(text) }
    }
}
