import Testing

@testable import Delivery

@Suite("Spans of time in words")
struct DurationTests {
    @Test(
        "a span is told in the unit that people would take",
        arguments: [(5, "5 s"), (60, "60 s"), (120, "2 min"), (3_600, "60 min"), (7_200, "2 h"), (259_200, "3 days")]
    )
    func words(seconds: Double, text: String) { #expect(MessageFacts.duration(seconds) == text) }
}
