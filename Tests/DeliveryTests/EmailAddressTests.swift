import Delivery
import Testing

@Suite("Mail addresses")
struct EmailAddressTests {
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
            ("", .noDomain), ("ops", .noDomain), ("@example.com", .localPart), ("ops@", .domain),
            ("ops@example.com\r\nRCPT TO:<evil@example.net>", .unusableCharacter),
            ("ops@exam\nple.com", .unusableCharacter),
            ("o\0ps@example.com", .unusableCharacter), ("ops @example.com", .unusableCharacter),
            ("<ops@example.com>", .localPart), ("ops@example.com>", .domain),
            ("Ops <ops@example.com>", .unusableCharacter),
            ("狼煙@example.com", .unusableCharacter), ("ops@狼煙.example", .unusableCharacter),
            ("\"a b\"@example.com", .unusableCharacter), ("\"ab\"@example.com", .localPart),
            ("a..b@example.com", .localPart), (".a@example.com", .localPart), ("a@b@example.com", .localPart),
            ("ops@[127.0.0.1]", .domain), ("ops@-example.com", .domain), ("ops@example..com", .domain),
            ("ops@example.com.", .domain), ("ops,dev@example.com", .localPart),
            (String(repeating: "a", count: 65) + "@example.com", .localPart),
            ("a@" + String(repeating: "a", count: 64) + ".com", .domain),
            ("a@" + String(repeating: "abcdefg.", count: 32) + "com", .tooLong),
        ] as [(String, MailAddressError)]
    )
    func refused(text: String, expected: MailAddressError) {
        #expect(throws: expected) { try MailAddress(text) }
    }
}
