import Testing

@Suite("How long a destination was silent")
struct LaneSilenceTests {
    private let start = ContinuousClock.now

    private func longest(_ waits: [(Int, Int)], sends: [Int], refused: Set<Int> = []) -> Duration {
        LaneSilence.longest(
            waits.map { LaneSilence.Wait(since: start + .seconds($0), until: start + .seconds($1)) },
            sends.map { Receiver.Heard(path: "/", at: start + .seconds($0), isTaken: refused.contains($0) == false) }
        )
    }

    @Test("is counted while something waits, from when it came or from the last send")
    func counted() {
        #expect(longest([], sends: [0, 50]) == .zero)
        #expect(longest([(1, 3)], sends: [3]) == .seconds(2))
        // Something was sent meanwhile.
        #expect(longest([(1, 9)], sends: [4, 6, 9]) == .seconds(3))
        // Nothing waited between them.
        #expect(longest([(1, 2), (50, 51)], sends: [2, 51]) == .seconds(1))
        #expect(longest([(1, 20), (15, 16)], sends: [2, 16, 20]) == .seconds(14))
        // The destination rests after what it refused.
        #expect(longest([(1, 20)], sends: [2, 16, 20], refused: [2]) == .seconds(4))
    }
}
