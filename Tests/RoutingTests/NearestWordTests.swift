import Testing

@testable import Routing

@Suite("The nearest word")
struct NearestWordTests {
    @Test(
        "the word that was probably meant is offered, and nothing far-fetched",
        arguments: [
            ("severty", "severity"), ("Severity", "severity"), ("sevreity", "severity"), ("wehn", "when"),
            ("acounts", "account"),
            ("environment", "env"), ("dest", "destinations"), ("xyz", nil), ("", nil), ("s", nil),
            (String(repeating: "a", count: 100), nil),
        ] as [(String, String?)]
    )
    func nearest(word: String, offered: String?) {
        let words = ["severity", "account", "when", "send", "env", "destinations"]
        #expect(NearestWord.of(word, among: words) == offered)
    }

    @Test(
        "edits are insertions, deletions, replacements and swaps",
        arguments: [
            ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1),
            ("kitten", "sitting", 3),
            ("ca", "abc", 3),
        ]
    )
    func distance(left: String, right: String, edits: Int) {
        #expect(NearestWord.distance(Array(left.unicodeScalars), Array(right.unicodeScalars)) == edits)
    }
}
