import Findings
import FoundationEssentials
import HTTPSurface
import NoroshiTestSupport
import Operations
import Store
import Testing
import Triage

@testable import Console

@Suite("What became of a finding, in its row")
struct StandingWordsTests {
    private func text(_ standings: [AlertStanding], disposition: String = "routed") -> String {
        var record = Example.state.findings[0].record
        record.disposition = disposition
        return StandingWords.html(ListedFinding(record: record, standings: standings)).text
    }

    @Test("destinations that share a state share a line, and states are told apart")
    func mixed() {
        let mixed = text([
            .init(destination: "a", state: .waiting), .init(destination: "b", state: .failed),
            .init(destination: "c", state: .failed),
        ])
        #expect(mixed.contains("waits: a<") && mixed.contains("could not be told: b, c<"))
        let partly = text([.init(destination: "a", state: .told), .init(destination: "b", state: .failed)])
        #expect(partly.contains("could not be told: b") && partly.contains(">a") == false)
        #expect(text([.init(destination: "a", state: .told)]).contains(">a<"))
        #expect(text([.init(destination: "a", state: .told)], disposition: "suppressed").isEmpty)
    }

    @Test("what somebody waits for is said, until when, and whose silence hides it")
    func reasons() {
        let until = Example.now + 3_600
        let digest = text([.init(destination: "a", state: .waiting, waitsFor: .digest, until: until)])
        #expect(digest.contains("a, told in a digest, <time"))
        let hidden = text([.init(destination: "a", state: .silenced, silence: "s1\"><b>")])
        #expect(hidden.contains("a, by <a href=\"/silences/s1%22%3E%3Cb%3E\">") && hidden.contains("<b>") == false)
    }
}
