import Findings
import FoundationEssentials
import Routing
import Testing

@Suite("Triage through simulated weeks")
struct SimulatedWeeksTests {
    /// 10,000 lives in all, unless NOROSHI_SIMULATIONS asks for more.
    private static let parts = 20

    private static var each: Int {
        let wanted = ProcessInfo.processInfo.environment["NOROSHI_SIMULATIONS"].flatMap { Int($0) } ?? 10_000
        return max(1, wanted / parts)
    }

    @Test("no message without news, no news without its message, and the equation at every step", arguments: 0..<parts)
    func lives(part: Int) async throws {
        let tables = try SimulatedRules.tables()
        let event = try JSONDocument.parse("{}")
        for number in 0..<SimulatedWeeksTests.each {
            let seed = UInt64(part * 1_000_000 + number)
            var weeks = SimulatedWeeks(seed: seed, tables: tables, event: event)
            let faults = try weeks.run(steps: 30)
            #expect(faults.isEmpty, "seed \(seed): \(faults.joined(separator: "\n"))")
            guard faults.isEmpty else { return }
            // Other tests wait for this thread.
            await Task.yield()
        }
    }
}
