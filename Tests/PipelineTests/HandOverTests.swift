import Findings
import Testing
import Triage

@testable import Pipeline

@Suite("HandOver")
struct HandOverTests {
    private func decoded(bytes: Int) -> HandOver.Decoded {
        HandOver.Decoded(body: DecodedBody(items: []), defaults: .documented, bytes: bytes)
    }

    @Test("what was put can be taken once")
    func once() {
        let handOver = HandOver()
        handOver.put(decoded(bytes: 5), at: 3)
        #expect(handOver.take(2) == nil)
        #expect(handOver.take(3)?.bytes == 5)
        #expect(handOver.take(3) == nil)
    }

    @Test("when it is full the oldest stay, and what is taken makes room")
    func bounded() {
        let handOver = HandOver(entries: 3, bytes: 10)
        handOver.put(decoded(bytes: 6), at: 1)
        handOver.put(decoded(bytes: 5), at: 2)
        handOver.put(decoded(bytes: 4), at: 3)
        #expect(handOver.take(2) == nil)
        #expect(handOver.take(1) != nil)
        handOver.put(decoded(bytes: 1), at: 4)
        handOver.put(decoded(bytes: 1), at: 5)
        handOver.put(decoded(bytes: 1), at: 6)
        #expect([3, 4, 5, 6].map { handOver.take($0) != nil } == [true, true, true, false])
    }

    @Test("what came too late is forgotten")
    func forgotten() {
        let handOver = HandOver(entries: 2)
        handOver.put(decoded(bytes: 1), at: 1)
        handOver.put(decoded(bytes: 1), at: 2)
        handOver.forget(through: JournalCursor([1]))
        handOver.put(decoded(bytes: 1), at: 3)
        #expect([1, 2, 3].map { handOver.take($0) != nil } == [false, true, true])
    }
}
