import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing

@testable import Delivery
import Triage

@Suite("Pages of one message, in words")
struct PagesTests {
    private func pages(_ received: [Int], _ transition: Transition) -> String? {
        let notification = Notification.sample(transition: transition) { finding in
            finding.pages = Pages(communication: "c", received: received, total: 3)
        }
        return MessageFacts(notification, now: .sample).fields.first { $0.name == "Pages" }?.value
    }

    @Test("more is promised only where more is told")
    func words() {
        #expect(pages([1], .opened) == "1 of 3 are in, more resources follow")
        #expect(pages([1, 3], .updated) == "2 of 3 are in, more resources follow")
        #expect(pages([1, 2], .resolved) == "2 of 3 are in")
        for transition in [Transition.opened, .updated, .resolved] {
            #expect(pages([1, 2, 3], transition) == "all 3 are in")
        }
    }
}
