import Store
import Testing

@testable import Ingest

@Suite("Quarantine")
struct QuarantineTests {
    @Test("each item and all together are kept up to a bound, with every reason")
    func bounded() {
        var quarantine = Quarantine()
        quarantine.add([1, 2, 3], because: "short")
        for index in 0..<6 { quarantine.add(Array(repeating: 0, count: 300_000), because: "long \(index)") }
        #expect(quarantine.items.map(\.reason) == ["short"] + (0..<6).map { "long \($0)" })
        #expect(quarantine.items.map(\.bytes.count) == [3, 262_144, 262_144, 262_144, 262_141, 0, 0])
    }
}
