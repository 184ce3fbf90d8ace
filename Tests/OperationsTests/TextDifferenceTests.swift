import Foundation
import NoroshiTestSupport
import Operations
import Testing

@Suite("Differences as git takes them")
struct TextDifferenceTests {
    /// Lines of which many are alike, and some look like parts of a difference.
    private static let words = [
        "", "{", "}", "  \"rules\": [", "--- a/x", "+++ b/x", "@@ -1,2 +1,2 @@", "\\ No newline at end of file", "-",
        "+",
        " ", "\t", "sévère", "se\u{301}ve\u{300}re", "s\u{E9}v\u{E8}re", "烽火", "\u{FEFF}", "\u{2028}", "a\rb", "a", "b",
    ]

    private struct Edits {
        var generator: SeededGenerator

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        mutating func word() -> String {
            TextDifferenceTests.words[number(0...TextDifferenceTests.words.count - 1)]
                + (number(0...3) == 0 ? String(number(0...9)) : "")
        }
        /// Mostly one kind of line end in a text, now and then both.
        mutating func lines(_ count: Int, end: String) -> [String] {
            (0..<count).map { _ in word() + (number(0...19) == 0 ? "\r\n" : end) }
        }

        mutating func edited(_ lines: [String], times: Int, end: String) -> [String] {
            var lines = lines
            for _ in 0..<times {
                let at = number(0...lines.count)
                let upTo = min(lines.count, at + number(0...3))
                lines.replaceSubrange(at..<upTo, with: self.lines(number(0...3), end: end))
            }
            return lines
        }

        mutating func text(_ lines: [String]) -> [UInt8] {
            var bytes = lines.flatMap { Array($0.utf8) }
            if number(0...3) == 0, bytes.last == 10 { bytes.removeLast() }
            return bytes
        }

        /// Two texts, some of which have nothing in common, or are long, or empty.
        mutating func pair(_ size: Int) -> (before: [UInt8], after: [UInt8]) {
            let end = number(0...2) == 0 ? "\r\n" : "\n"
            let before = lines(number(0...size), end: end)
            let after =
                number(0...9) == 0 ? lines(number(0...size), end: end) : edited(before, times: number(0...6), end: end)
            return (text(before), text(after))
        }
    }

    /// Has git apply the differences of all pairs, each in a file of its own.
    private func apply(_ pairs: [(before: [UInt8], after: [UInt8])]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "noroshi-patch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { print("left behind: \(error)") }
        }
        func file(_ index: Int) -> URL { folder.appending(path: "\(index).json") }
        func git(_ arguments: [String], input: String = "") throws -> CommandRun {
            try CommandRun("git", ["-C", folder.path] + arguments, input: input)
        }
        #expect(try git(["init", "--quiet"]).status == 0)
        var patch = ""
        for (index, pair) in pairs.enumerated() {
            try Data(pair.before).write(to: file(index))
            let difference = TextDifference(from: pair.before, to: pair.after)
                .unified(before: "a/\(index).json", after: "b/\(index).json")
            #expect(difference.isEmpty == (pair.before == pair.after), "\(index)")
            patch += difference
        }
        let run = try git(["apply", "--whitespace=nowarn"], input: patch)
        #expect(run.status == 0, "\(run.errors)")
        for (index, pair) in pairs.enumerated() {
            #expect(FileManager.default.contents(atPath: file(index).path).map { Array($0) } == pair.after, "\(index)")
        }
    }

    @Test("git makes the one text of the other, byte for byte", arguments: 0..<8)
    func random(seed: UInt64) throws {
        var edits = Edits(generator: SeededGenerator(seed: seed))
        try apply((0..<60).map { index in edits.pair([3, 12, 60, 400][index % 4]) })
    }

    @Test("texts that are too long to be compared line by line are told as replaced, which git takes as well")
    func long() throws {
        var edits = Edits(generator: SeededGenerator(seed: 99))
        let before = edits.lines(4_300, end: "\n")
        let few = edits.edited(before, times: 5, end: "\n")
        let ends = ["first\n"] + before.dropFirst().dropLast() + ["last\n"]
        try apply([few, ends, edits.lines(4_200, end: "\r\n")].map { (edits.text(before), edits.text($0)) })
    }

    @Test("nothing becomes something, and something nothing")
    func empty() throws {
        let texts = ["", "\n", "a", "a\n", "\r\n"].map { Array($0.utf8) }
        try apply(texts.flatMap { before in texts.map { (before, $0) } })
    }
}
