@testable import Delivery
import FoundationEssentials
import NoroshiTestSupport
import Testing

@Suite("Messages that may be at fault themselves")
struct SuspectsTests {
    private var generator = SeededGenerator(seed: 3)

    @Test("one that failed leaves the next try to what has not failed, or else to what has failed less often")
    func turns() {
        var suspects = Suspects()
        #expect(suspects.leaving.isEmpty)
        for id in ["a", "b", "a", "c"] { suspects.fail(id, isToldToWait: false) }
        #expect(suspects.leaving == [["a", "b", "c"], ["a"]])
        for id in ["b", "c"] { suspects.fail(id, isToldToWait: false) }
        #expect(suspects.leaving == [["a", "b", "c"], []])
        suspects.overtake(now: .sample)
        #expect(suspects.leaving.isEmpty)
    }

    @Test("one fails alone once another got through after it, until it is taken")
    mutating func overtaken() {
        var suspects = Suspects()
        suspects.fail("a", isToldToWait: false)
        #expect(suspects.hasBeenOvertaken("a") == false)
        suspects.overtake(now: .sample)
        #expect(suspects.hasBeenOvertaken("a") && suspects.hasBeenOvertaken("b") == false)
        #expect(suspects.leaving.isEmpty)
        var rests: [Double] = []
        for _ in 0..<7 {
            suspects.failAlone("a", retryAfter: nil, now: .sample, using: &generator)
            rests.append(suspects.notBefore("a")?.timeIntervalSince(.sample) ?? 0)
        }
        #expect(rests == rests.sorted() && rests[6] > 400)
        suspects.forget("a")
        #expect(suspects.hasBeenOvertaken("a") == false)
    }

    @Test("only a few fail alone, and one that is no longer there makes room")
    func limit() {
        var suspects = Suspects()
        func isAlone(_ number: Int) -> Bool { suspects.hasBeenOvertaken("\(number)") }
        for number in 0..<100 { suspects.fail("\(number)", isToldToWait: false) }
        suspects.overtake(now: .sample)
        #expect((0..<100).count(where: isAlone) == Suspects.limit)
        suspects.fail("100", isToldToWait: false)
        suspects.overtake(now: Date.sample.addingTimeInterval(3600))
        #expect((0...100).filter(isAlone) == [100])
    }

    @Test("the word of one message is not that of two, nor the receiver's own")
    func oneWord() {
        var suspects = Suspects()
        suspects.fail("a", isToldToWait: false)
        suspects.fail("a", isToldToWait: false)
        #expect(suspects.isOne(after: 2))
        #expect(suspects.isOne(after: 3) == false)
        var told = suspects
        told.fail("a", isToldToWait: true)
        #expect(told.isOne(after: 3) == false)
        #expect(suspects.areMany == false)
        suspects.fail("b", isToldToWait: false)
        #expect(suspects.isOne(after: 3) == false && suspects.areMany)
    }
}
