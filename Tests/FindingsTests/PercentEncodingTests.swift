import Findings
import Testing

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "what is encoded is decoded, and a percent sign without two digits stays",
        arguments: [
            ("a%20b", false, "a b"), ("a+b", false, "a+b"), ("a+b", true, "a b"), ("%41%5a%5A", false, "AZZ"),
            ("%", false, "%"),
            ("%4", false, "%4"), ("%4g", false, "%4g"), ("%+4", false, "%+4"), ("%-1", true, "%-1"),
            ("%%41", false, "%A"),
            ("%2541", false, "%41"), ("%C3%A9", true, "é"), ("", true, ""),
        ]
    )
    func lenient(encoded: String, plusIsSpace: Bool, text: String) {
        let bytes = encoded.utf8.percentDecoded(plusIsSpace: plusIsSpace)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test("nothing else is taken by the strict reading", arguments: ["%", "%4", "%4g", "%+4", "%-1", "%%41", "%FF"])
    func strict(encoded: String) { #expect(encoded.percentDecoded() == nil) }

    @Test(
        "every text comes back from its encoded form",
        arguments: ["", "a b+c%", "é\u{1F525}", "\u{0}\n\"'<>&", "~-._"]
    )
    func back(text: String) {
        #expect(text.percentEncoded.percentDecoded() == text)
        #expect(Array(text.percentEncoded.utf8).percentDecoded() == Array(text.utf8))
    }

    @Test("bytes are written in two digits each")
    func hex() { #expect([0, 9, 16, 0xAB, 0xFF].map { UInt8($0) }.hex == "000910abff") }
}
