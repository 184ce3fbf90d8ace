import NoroshiTestSupport
import Testing

@testable import Routing

@Suite("Globs")
struct GlobTests {
    @Test(
        "a star stands for any characters and everything else for itself",
        arguments: [
            ("", "", true), ("", "a", false), ("abc", "abc", true), ("abc", "abcd", false), ("abc", "ABC", false),
            ("*", "", true), ("*", "anything", true), ("**", "", true), ("a*", "a", true), ("a*", "abc", true),
            ("a*", "ba", false), ("*a", "a", true), ("*a", "ba", true), ("*a", "ab", false), ("a*a", "a", false),
            ("a*a", "aa", true), ("a*b*c", "abc", true), ("a*b*c", "axxbyyc", true), ("a*b*c", "acb", false),
            ("*ab*", "xxabxx", true), ("*ab*", "axb", false), ("*aab*", "aaab", true), ("*abab*c", "abaababc", true),
            ("ab*ab", "ab", false), ("ab*ab", "aba", false), ("ab*ab", "abab", true), ("a*bc*bc", "abcbc", true),
            ("a*bc*bc", "abc", false), ("9999*", "999912345678", true), ("?", "x", false), ("[a]", "a", false),
            ("é*", "éa", true), ("*é", "e\u{301}", false), ("ap-northeast-*", "ap-northeast-1", true),
        ]
    )
    func star(glob: String, value: String, matches: Bool) {
        #expect(Glob(glob, foldsCase: false).matches(Array(value.utf8)) == matches)
    }

    @Test(
        "folding makes ASCII letters equal and leaves others alone",
        arguments: [
            ("AwsS3*", "awss3bucket", true), ("É", "é", false), ("A@[`{", "a@[`{", true),
        ]
    )
    func folding(glob: String, folded: String, matches: Bool) {
        #expect(Glob(glob, foldsCase: true).matches(Array(folded.utf8)) == matches)
    }

    @Test("the matcher agrees with the definition on texts of two letters")
    func agreesWithDefinition() {
        var generator = SeededGenerator(seed: 20)
        for _ in 0..<20_000 {
            let glob = word("ab*", upTo: 8, using: &generator)
            let value = word("ab", upTo: 12, using: &generator)
            let expected = defines(glob[...], value[...])
            #expect(Glob(String(glob), foldsCase: false).matches(Array(String(value).utf8)) == expected)
        }
    }

    /// What the glob means, without regard to time.
    private func defines(_ glob: ArraySlice<Character>, _ value: ArraySlice<Character>) -> Bool {
        guard let first = glob.first else { return value.isEmpty }
        if first == "*" {
            return defines(glob.dropFirst(), value) || (value.isEmpty == false && defines(glob, value.dropFirst()))
        }
        return value.first == first && defines(glob.dropFirst(), value.dropFirst())
    }

    private func word(
        _ letters: String,
        upTo count: Int,
        using generator: inout SeededGenerator
    ) -> [Character] {
        let letters = Array(letters)
        return (0..<Int.random(in: 0...count, using: &generator)).map { _ in
            letters[Int.random(in: 0..<letters.count, using: &generator)]
        }
    }
}
