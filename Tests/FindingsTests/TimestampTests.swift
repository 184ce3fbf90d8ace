import Findings
import FoundationEssentials
import NoroshiTestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
    private func written(_ date: Date) -> String {
        var bytes: [UInt8] = []
        date.writeTimestamp(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func expected(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    @Test("a timestamp is the text of Foundation's style, for any date", arguments: 0..<20)
    func same(seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<2000 {
            let seconds = Double.random(in: -1.1e9...4e9, using: &numbers)
            for value in [seconds, seconds.rounded(), (seconds * 1000).rounded() / 1000, seconds * 100] {
                let date = Date(timeIntervalSinceReferenceDate: value)
                #expect(written(date) == expected(date))
            }
        }
    }

    @Test(
        "a timestamp at the edges of days, years and of what is written here",
        arguments: [
            0, -0.000_5, -978_307_200, -978_307_200.001, -978_307_201, 86_399.999_9, 94_694_399.9, 2.5e11, 2.5e11 - 1,
            2.499_999_999_99e11, 252_423_993_600, -6.3e10,
        ]
    )
    func edges(seconds: Double) {
        let date = Date(timeIntervalSinceReferenceDate: seconds)
        #expect(written(date) == expected(date))
    }
}
