import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing
import Triage

@Suite("Triage: what new text means for an open alert")
struct UpdateTests {
    private let asked = Rule.Terms(notify: [.opened, .updated], updatesOfEveryKind: true)

    private func judge(
        _ alert: Alert?,
        _ kind: FindingKind = .health,
        _ severity: Severity = .high,
        _ status: FindingStatus = .active,
        hasNewText: Bool,
        isSighting: Bool = true,
        terms: Rule.Terms = Rule.Terms(),
        silences: [SilenceMatch] = [],
        isStale: Bool = false
    ) -> Triage.Judgement {
        let now = Date(timeIntervalSinceReferenceDate: 800_000_000)
        let reading = Triage.read(
            alert: alert,
            key: FindingKey("finding"),
            state: ProblemState(status: status, severity: severity, isStale: isStale),
            kind: kind,
            hasNewText: hasNewText,
            isSighting: isSighting,
            observedAt: nil,
            routed: Decision.Routed(destination: "chat", rule: "r", terms: terms),
            version: 1,
            receivedAt: now
        )
        return Triage.judge(reading, terms: terms, gates: Triage.Gates(silences: silences), now: now)
    }

    private func opened(_ severity: Severity = .high) -> Alert {
        var alert = judge(nil, .health, severity, hasNewText: false).alert
        alert.announce(.opened, severity: severity)
        return alert
    }

    @Test("it is told for Health unless a rule leaves it out, and for other kinds where a rule asks for it")
    func kinds() {
        for kind in FindingKind.allCases {
            #expect(judge(opened(), kind, hasNewText: true).transition == (kind == .health ? .updated : .refreshed))
            #expect(judge(opened(), kind, hasNewText: true, terms: asked).transition == .updated)
            let without = Rule.Terms(notify: [.opened, .resolved])
            #expect(judge(opened(), kind, hasNewText: true, terms: without).transition == .refreshed)
            #expect(judge(opened(), kind, hasNewText: false, terms: asked).transition == .refreshed)
        }
    }

    @Test("one more page of a message is seen no second time, and what is new somewhere is seen once")
    func sightings() {
        let first = judge(nil, hasNewText: false).alert
        #expect(judge(first, hasNewText: true, isSighting: false).alert.count == 1)
        #expect(judge(first, hasNewText: true).alert.count == 2)
        #expect(judge(nil, hasNewText: false, isSighting: false).alert.count == 1)
    }

    @Test("a rise, an end and an opening say more than it does")
    func others() {
        #expect(judge(nil, hasNewText: true).transition == .opened)
        #expect(judge(opened(), .health, .critical, hasNewText: true).transition == .raised)
        #expect(judge(opened(), .health, .high, .resolved, hasNewText: true).transition == .resolved)
        #expect(judge(opened(), .health, .high, .acknowledged, hasNewText: true).transition == .acknowledged)
        #expect(judge(opened(), hasNewText: true, isStale: true).transition == .stale)
        // A fall that nobody wants to hear of does not hide it.
        #expect(judge(opened(), .health, .low, hasNewText: true).transition == .updated)
    }

    @Test("what a silence hides of it is still to be told afterwards, once")
    func silenced() {
        let now = Date(timeIntervalSinceReferenceDate: 800_000_000)
        let silence = SilenceMatch(silence: "s", startsAt: now, endsAt: now.addingTimeInterval(60))
        let hidden = judge(opened(), hasNewText: true, silences: [silence])
        #expect(hidden.disposition == .held(.silenced, by: "s"))
        #expect(hidden.alert.news(.high) == .updated)
        let again = judge(hidden.alert, hasNewText: false, silences: [silence])
        #expect(again.disposition == .held(.refreshed, by: nil) && again.alert.held?.reason == .silenced)
        var told = judge(again.alert, hasNewText: false)
        #expect(told.transition == .updated && told.disposition == .announce(notBefore: nil))
        told.alert.announce(told.transition, severity: told.alert.severity)
        #expect(told.alert.news(.high) == nil && told.alert.notifiedSeverity == .high)
        #expect(judge(told.alert, hasNewText: false).transition == .refreshed)
    }
}
