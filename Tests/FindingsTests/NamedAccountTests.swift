import Findings
import Testing

@Suite("Accounts by name")
struct NamedAccountTests {
    @Test(
        "the id stands whole and first, its name beside it where one is known",
        arguments: [
            ("111122223333", "production", "111122223333 (production)"), ("111122223333", nil, "111122223333"),
            ("111122223333", "", "111122223333"), ("111122223333", "111122223333", "111122223333"),
            (nil, "production", "production"), ("", "production", "production"), (nil, nil, nil), (nil, "", nil),
        ] as [(String?, String?, String?)]
    )
    func text(id: String?, name: String?, expected: String?) {
        #expect(NamedAccount.text(id, name: name) == expected)
    }
}
