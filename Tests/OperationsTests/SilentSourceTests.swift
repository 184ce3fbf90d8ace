import FoundationEssentials
import Operations
import Store
import Testing
import Triage

@Suite("Sources that have fallen silent")
struct SilentSourceTests {
    private static let now = Date(timeIntervalSince1970: 1_000_000 * 3_600 + 1_800)

    /// Names with how many hours ago something came.
    private func silent(_ hours: [String: [Int]]) -> [String] {
        let parts = hours.map { name, ages in
            FateReport.Part(
                name: name,
                buckets: Dictionary(uniqueKeysWithValues: ages.map { (1_000_000 - $0, Fates(delivered: 1)) })
            )
        }
        return SilentSource.all(in: FateReport(parts: parts), until: Self.now).map(\.name)
    }

    @Test("more than six usual gaps, and six hours, are silence")
    func silence() {
        let hourly = Array(7...40)
        #expect(silent(["a": hourly]) == ["a"])
        // It spoke five hours ago.
        #expect(silent(["a": Array(5...40)]).isEmpty)
        // Each two hours, and eleven hours ago.
        #expect(silent(["a": [11, 13, 15, 17, 19]]).isEmpty)
        #expect(silent(["a": [13, 15, 17, 19, 21]]) == ["a"])
        // Nothing is usual of one that came three times.
        #expect(silent(["a": [40, 41, 42]]).isEmpty)
        #expect(silent(["a": [20, 21, 22, 23], "b": [30, 31, 32, 33], "c": [0, 1, 2, 3]]) == ["b", "a"])
    }
}
