import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import Delivery
import Triage

@Suite("When it happened, in words")
struct MomentTests {
    private static func ago(_ minutes: Double) -> Date { Date.sample.addingTimeInterval(-60 * minutes) }

    struct Case: Sendable, CustomTestStringConvertible {
        var about: String
        var change: @Sendable (inout Finding) -> Void
        var field: String

        init(_ about: String, _ field: String, _ change: @escaping @Sendable (inout Finding) -> Void) {
            self.about = about
            self.change = change
            self.field = field
        }

        var testDescription: String { about }
    }

    // The sample is received at 11:06:40.
    static let cases: [Case] = [
        Case("nothing known", "Received: 2026-11-18 11:06 UTC") { _ in },
        Case("first seen, and all else", "First seen: 2026-11-18 10:49 UTC, received 11:06 UTC") {
            $0.firstSeenAt = ago(17)
            $0.createdAt = ago(16)
            $0.occurredAt = ago(15)
        },
        Case("created", "Created: 2026-11-18 11:02 UTC") { $0.createdAt = ago(4) },
        Case("the event's own time", "Happened: 2026-11-18 10:49 UTC, received 11:06 UTC") {
            $0.occurredAt = ago(17)
            $0.createdAt = ago(17)
        },
        Case("five minutes apart", "Happened: 2026-11-18 11:01 UTC") { $0.occurredAt = ago(5) },
        Case("another day", "Created: 2026-11-17 11:06 UTC, received 2026-11-18 11:06 UTC") {
            $0.createdAt = ago(24 * 60)
        },
        Case("a clock that is ahead", "Happened: 2026-11-18 11:26 UTC, received 11:06 UTC") {
            $0.occurredAt = ago(-20)
        },
        Case("planned", "Scheduled: Starts 2026-12-02 11:06 UTC, ends 12:06 UTC, received 2026-11-18 11:06 UTC") {
            $0.occurredAt = ago(3)
            $0.createdAt = ago(-14 * 24 * 60)
            $0.startsAt = ago(-14 * 24 * 60)
            $0.endsAt = ago(-14 * 24 * 60 - 60)
        },
        Case("planned without an end", "Scheduled: Starts 2026-11-18 11:08 UTC") { $0.startsAt = ago(-2) },
    ]

    @Test(
        "the first time that the source gives is told, by its name, and the receipt when it is another",
        arguments: cases
    )
    func told(_ given: Case) {
        let notification = Notification.sample { finding in
            finding.firstSeenAt = nil
            given.change(&finding)
        }
        let fields = MessageFacts(notification, now: .sample).fields.map { "\($0.name): \($0.value)" }
        #expect(fields.contains(given.field), "\(fields)")
    }

    @Test("in a mail the receipt has a line of its own, once")
    func mail() {
        for time in [nil, MomentTests.ago(17)] as [Date?] {
            let notification = Notification.sample {
                $0.firstSeenAt = nil
                $0.occurredAt = time
            }
            let rows = MailFacts(notification, destination: "mail", now: .sample).rows
            #expect(rows.filter { $0.label == "Received" }.map(\.values) == [["2026-11-18 11:06 UTC"]])
            #expect(
                rows.filter { $0.label == "Happened" }.map(\.values) == (time == nil ? [] : [["2026-11-18 10:49 UTC"]])
            )
        }
    }

    @Test("an end counts by the source's clock when it has told both, else by the receipt")
    func span() {
        func life(_ change: (inout Finding) -> Void) -> String {
            var notification = Notification.sample(transition: .resolved, change: change)
            notification.content.openedAt = MomentTests.ago(60)
            return MessageFacts.life(notification.content)
        }
        #expect(life { $0.updatedAt = MomentTests.ago(48) } == "resolved after 12 m (opened 10:06 UTC)")
        #expect(life { $0.endsAt = MomentTests.ago(50) } == "resolved after 10 m (opened 10:06 UTC)")
        #expect(life { _ in } == "resolved after 1 h (opened 10:06 UTC)")
        // A time before the beginning or after the receipt says nothing.
        #expect(life { $0.updatedAt = MomentTests.ago(61) } == "resolved after 1 h (opened 10:06 UTC)")
        #expect(life { $0.updatedAt = MomentTests.ago(-5) } == "resolved after 1 h (opened 10:06 UTC)")
    }
}
