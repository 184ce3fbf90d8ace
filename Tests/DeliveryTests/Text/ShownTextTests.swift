import Delivery
import NoroshiTestSupport
import Testing

@Suite("Text that is shown")
struct ShownTextTests {
    @Test(
        "what cannot be seen or reorders text is dropped",
        arguments: [
            ("a\u{0}b\u{1B}c\u{7F}d\u{9F}e", "abcde"), ("a\u{202E}b\u{2066}c\u{200F}d\u{061C}e", "abcde"),
            ("\u{FEFF}a\u{200B}b\u{E0041}", "ab"), ("a\r\nb\rc\u{2028}d\u{85}e", "a\nbc\nd\ne"), ("\ta\u{A0}b ", "a b"),
            ("日本語 é 👩‍👩‍👧‍👦", "日本語 é 👩‍👩‍👧‍👦"),
        ]
    )
    func clean(text: String, shown: String) { #expect(ShownText.clean(text) == shown) }

    @Test("on a single line every run of white space is one space")
    func singleLine() { #expect(ShownText.clean(" a \r\n\r\n b\t\tc ", isSingleLine: true) == "a b c") }

    @Test("a text that fits is whole, and one unit less cuts it", arguments: ["abc", "日本語", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "a&b<c>"])
    func exactFit(text: String) {
        let whole = escape(text)
        #expect(ShownText.fit(text, whole.utf16.count, escape: escape) == whole)
        #expect(ShownText.fit(text, whole.utf16.count - 1, escape: escape).hasSuffix("…"))
    }

    @Test("what is left out is counted in words")
    func note() {
        let text = String(repeating: "x", count: 2000)
        let shown = ShownText.fit(text, 200)
        #expect(shown == String(repeating: "x", count: 156) + " … (1,844 more characters)")
        #expect(shown.utf16.count <= 200)
    }

    @Test("no limit is exceeded and no character is torn, at any border", arguments: ["👩‍👩‍👧‍👦", "🇯🇵", "é", "&", "<b>", "日"])
    func borders(unit: String) {
        let text = String(repeating: unit, count: 300)
        for limit in 1...400 {
            let shown = ShownText.fit(text, limit, escape: escape)
            #expect(shown.utf16.count <= limit)
            let body = shown.split(separator: "…", omittingEmptySubsequences: false).first.map { String($0) } ?? ""
            let isWhole = unit == "<b>" || body.trimmingSpaces().replacing(escape(unit), with: "").isEmpty
            #expect(isWhole, "torn at \(limit): \(shown)")
        }
    }

    @Test("one character of many combining marks is cut all the same")
    func combining() {
        let text = "a" + String(repeating: "\u{0301}", count: 10_000)
        #expect(ShownText.fit(text, 200).utf16.count <= 200)
    }

    @Test("random texts never exceed their limit")
    func random() {
        var generator = SeededGenerator(seed: 1)
        let alphabet: [Character] = ["a", "&", "<", ">", "é", "日", "👩‍👩‍👧‍👦", "🇯🇵", " ", "\n", "e\u{0301}\u{0302}"]
        for _ in 0..<2000 {
            let length = Int.random(in: 0...300, using: &generator)
            let text = String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
            let limit = Int.random(in: 1...250, using: &generator)
            #expect(ShownText.fit(text, limit, escape: escape).utf16.count <= limit)
        }
    }

    @Test("thousands are set apart", arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
    func grouped(number: Int, text: String) { #expect(ShownText.grouped(number) == text) }

    private func escape(_ text: String) -> String {
        text.map { $0 == "&" ? "&amp;" : $0 == "<" ? "&lt;" : $0 == ">" ? "&gt;" : String($0) }.joined()
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        var view = self[...]
        while view.last == " " { view.removeLast() }
        return String(view)
    }
}
