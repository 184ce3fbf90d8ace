import Store
import Testing

@Suite("What is said again and again")
struct RepeatsTests {
    @Test("the same is said once a minute, and whatever is new at once")
    func minute() {
        var repeats = Repeats()
        let said = [
            ("a", "away", 0.0), ("a", "away", 59), ("b", "away", 59), ("a", "full", 59), ("a", "full", 118),
            ("a", "full", 119),
            ("a", "away", 120),
        ].map { repeats.isNews($0.0, $0.1, now: $0.2) }
        #expect(said == [true, false, true, true, false, true, true])
    }
}
