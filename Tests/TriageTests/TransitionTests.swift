import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing
import Triage

@Suite("Triage: what one observation means for one alert")
struct TransitionTests {
    /// One observation and what it must mean, after the ones before it.
    struct Step: Sendable, CustomStringConvertible {
        var status: FindingStatus
        var severity: Severity
        /// The source's date in seconds after the beginning; `nil` when the source gives none.
        var dated: Double?
        var transition: Transition
        /// `nil` when a message is due.
        var held: HeldReason?

        init(
            _ status: FindingStatus,
            _ transition: Transition,
            _ held: HeldReason? = nil,
            severity: Severity = .high,
            dated: Double? = nil
        ) {
            self.status = status
            self.transition = transition
            self.held = held
            self.severity = severity
            self.dated = dated
        }

        var description: String {
            "\(status) \(severity)\(dated.map { " @\($0)" } ?? "") → \(transition)\(held.map { " (\($0))" } ?? "")"
        }
    }

    private static let start = Date(timeIntervalSinceReferenceDate: 800_000_000)

    @Test("a life begins when the source says, and a later one is never taken for the one before")
    func openedAt() {
        func read(_ alert: Alert?, _ status: FindingStatus, observed: Double, began: Double? = nil, at: Double) -> Alert
        {
            func time(_ seconds: Double) -> Date { TransitionTests.start.addingTimeInterval(seconds) }
            let routed = Decision.Routed(destination: "chat", rule: "r", terms: Rule.Terms())
            return Triage.read(
                alert: alert,
                key: FindingKey("finding"),
                state: ProblemState(status: status, severity: .high, isStale: false),
                observedAt: time(observed),
                beganAt: began.map(time),
                routed: routed,
                version: 1,
                receivedAt: time(at)
            ).alert
        }
        func opened(_ alert: Alert) -> Double { alert.openedAt.timeIntervalSince(TransitionTests.start) }
        let first = read(nil, .active, observed: 50, began: 40, at: 100)
        #expect(opened(first) == 40)
        let again = read(first, .active, observed: 60, began: 40, at: 110)
        #expect(opened(again) == 40)
        let over = read(again, .resolved, observed: 70, at: 120)
        #expect(opened(over) == 40)
        #expect(opened(read(over, .active, observed: 80, at: 130)) == 80)
        #expect(opened(read(over, .active, observed: 40, at: 130)) == 130)
        // What is announced for later, or by a clock that is ahead, begins with its receipt.
        #expect(opened(read(nil, .active, observed: 90, began: 500, at: 100)) == 100)
    }

    private func walk(_ steps: [Step], notify: Set<Transition> = Transition.announcedByDefault) -> [Alert] {
        var alert: Alert?
        var alerts: [Alert] = []
        for (index, step) in steps.enumerated() {
            let dated = step.dated.map { TransitionTests.start.addingTimeInterval($0) }
            let now = TransitionTests.start.addingTimeInterval(Double(index) * 10)
            let routed = Decision.Routed(destination: "chat", rule: "rule \(index)", terms: Rule.Terms(notify: notify))
            let isStale = dated.map { dated in alert.map { dated < $0.observedAt } ?? false } ?? false
            let reading = Triage.read(
                alert: alert,
                key: FindingKey("finding"),
                state: ProblemState(status: step.status, severity: step.severity, isStale: isStale),
                observedAt: dated,
                routed: routed,
                version: index,
                receivedAt: now
            )
            var result = Triage.judge(reading, terms: routed.terms, gates: Triage.Gates(), now: now)
            #expect(result.transition == step.transition, "observation \(index) of \(steps)")
            switch result.disposition {
            case .announce(let notBefore):
                #expect(step.held == nil && notBefore == nil, "observation \(index) of \(steps)")
                result.alert.announce(result.transition, severity: result.alert.severity)
            case .held(let reason, _): #expect(step.held == reason, "observation \(index) of \(steps)")
            }
            alert = result.alert
            alerts.append(result.alert)
        }
        return alerts
    }

    @Test(
        "every transition of the table",
        arguments: [
            [Step(.active, .opened)],
            [Step(.resolved, .resolved, .resolvedUnannounced)],
            [Step(.acknowledged, .acknowledged, .acknowledged)],
            // Re-sent, by a source that dates its observations and by one that does not.
            [Step(.active, .opened), Step(.active, .refreshed, .refreshed), Step(.active, .refreshed, .refreshed)],
            [Step(.active, .opened, dated: 0), Step(.active, .refreshed, .refreshed, dated: 60)],
            [Step(.active, .opened), Step(.resolved, .resolved), Step(.resolved, .refreshed, .refreshed)],
            [Step(.active, .opened), Step(.resolved, .resolved), Step(.active, .reopened), Step(.resolved, .resolved)],
            // Seen resolved first: its first opening is no reopening, and there is nothing to take back before.
            [Step(.resolved, .resolved, .resolvedUnannounced), Step(.active, .opened), Step(.resolved, .resolved)],
            [
                Step(.resolved, .resolved, .resolvedUnannounced), Step(.resolved, .refreshed, .refreshed),
                Step(.active, .opened),
            ],
            // Raised is measured against what was last said, not against what was last seen.
            [
                Step(.active, .opened, severity: .low), Step(.active, .raised, severity: .high),
                Step(.active, .raised, severity: .critical),
            ],
            [
                Step(.active, .opened, severity: .high), Step(.active, .refreshed, .refreshed, severity: .low),
                Step(.active, .refreshed, .refreshed, severity: .high), Step(.active, .raised, severity: .critical),
                Step(.active, .refreshed, .refreshed, severity: .medium),
                Step(.active, .refreshed, .refreshed, severity: .critical),
            ],
            // A reopening says the new severity.
            [
                Step(.active, .opened, severity: .critical), Step(.resolved, .resolved, severity: .critical),
                Step(.active, .reopened, severity: .low),
                Step(.active, .raised, severity: .medium),
            ],
            [
                Step(.active, .opened), Step(.acknowledged, .acknowledged, .acknowledged),
                Step(.acknowledged, .refreshed, .refreshed), Step(.active, .refreshed, .refreshed),
                Step(.resolved, .resolved),
            ],
            [
                Step(.active, .opened, severity: .low),
                Step(.acknowledged, .acknowledged, .acknowledged, severity: .low),
                Step(.active, .raised, severity: .high),
            ],
            [Step(.acknowledged, .acknowledged, .acknowledged), Step(.active, .opened)],
            [Step(.acknowledged, .acknowledged, .acknowledged), Step(.resolved, .resolved, .resolvedUnannounced)],
            // Nobody was told that it was there again.
            [
                Step(.active, .opened), Step(.resolved, .resolved),
                Step(.acknowledged, .acknowledged, .acknowledged), Step(.resolved, .resolved, .resolvedUnannounced),
            ],
            // Stale by the source's own dates; equal dates are not, for BatchUpdateFindings leaves the date as it was.
            [
                Step(.active, .opened, dated: 10), Step(.resolved, .stale, .stale, dated: 9),
                Step(.active, .stale, .stale, severity: .critical, dated: 9.999),
                Step(.active, .refreshed, .refreshed, dated: 10),
            ],
            [
                Step(.active, .opened, dated: 10), Step(.acknowledged, .acknowledged, .acknowledged, dated: 10),
                Step(.resolved, .resolved, dated: 10), Step(.active, .reopened, dated: 10),
            ],
            // The resolution overtook the opening.
            [Step(.resolved, .resolved, .resolvedUnannounced, dated: 10), Step(.active, .stale, .stale, dated: 5)],
        ]
    )
    func transitions(steps: [Step]) {
        _ = walk(steps)
    }

    @Test("an observation without a date of its own is never stale")
    func undated() {
        _ = walk([Step(.active, .opened, dated: 1_000_000), Step(.resolved, .resolved)])
    }

    @Test("what `notify` leaves out is held back for that reason")
    func notify() {
        _ = walk([Step(.active, .opened), Step(.resolved, .resolved, .notInNotify)], notify: [.opened])
        _ = walk(
            [Step(.active, .opened), Step(.active, .raised, .notInNotify, severity: .critical)],
            notify: [.opened]
        )
        _ = walk([Step(.acknowledged, .acknowledged)], notify: [.acknowledged])
        _ = walk([Step(.active, .opened), Step(.active, .refreshed, .refreshed)], notify: Set(Transition.allCases))
        _ = walk(
            [Step(.active, .opened, dated: 2), Step(.active, .stale, .stale, dated: 1)],
            notify: [.opened, .stale]
        )
    }

    @Test("a raise that was not announced is held once, and said as soon as it may be")
    func unannouncedRaise() {
        let alerts = walk(
            [
                Step(.active, .opened, severity: .low), Step(.active, .raised, .notInNotify, severity: .high),
                Step(.active, .refreshed, .refreshed, severity: .high),
                Step(.active, .raised, .notInNotify, severity: .critical),
            ],
            notify: [.opened]
        )
        #expect(alerts.map(\.notifiedSeverity) == [.low, .low, .low, .low])
    }

    @Test("an opening that was not announced has no resolution to announce, and no second opening")
    func unannouncedOpening() {
        _ = walk(
            [
                Step(.active, .opened, .notInNotify), Step(.active, .refreshed, .refreshed),
                Step(.resolved, .resolved, .resolvedUnannounced), Step(.active, .opened, .notInNotify),
            ],
            notify: [.resolved, .reopened]
        )
    }

    @Test("the alert keeps when it was first and last seen, how often, and since when it is open")
    func dates() throws {
        let alerts = walk([
            Step(.active, .opened, dated: 100), Step(.active, .raised, severity: .critical, dated: 200),
            Step(.active, .stale, .stale, dated: 150), Step(.resolved, .resolved, dated: 300),
            Step(.active, .reopened, dated: 400),
        ])
        let start = TransitionTests.start
        #expect(alerts.map(\.count) == [1, 2, 2, 3, 4])
        #expect(alerts.map(\.firstSeenAt) == Array(repeating: start, count: 5))
        #expect(alerts.map { $0.lastSeenAt.timeIntervalSince(start) } == [0, 10, 10, 30, 40])
        #expect(alerts.map { $0.openedAt.timeIntervalSince(start) } == [0, 0, 0, 0, 40])
        #expect(alerts.map { $0.observedAt.timeIntervalSince(start) } == [100, 200, 200, 300, 400])
        #expect(alerts.map(\.version) == [0, 1, 1, 3, 4])
        #expect(alerts.map(\.rule) == ["rule 0", "rule 1", "rule 1", "rule 3", "rule 4"])
        #expect(alerts.map(\.severity) == [.high, .critical, .critical, .high, .high])
    }
}
