import Delivery
import Findings
import FoundationEssentials
import Inbox
import NoroshiTestSupport
import Routing
import SlackReading
import Store
import Testing
import Triage

@Suite("Budgets of Slack messages")
struct SlackBudgetTests {
    private let settings = SlackSettings(
        url: .environment("URL"),
        dialect: .slack,
        mentions: Dictionary(
            uniqueKeysWithValues: Severity.allCases.map { ($0, String(repeating: "<!here> ", count: 60)) }
        )
    )

    @Test("the longest messages keep each text and the sum of all blocks below what Slack takes")
    func longest() throws {
        let long = String(repeating: "long & <longer> ", count: 2_000)
        let bundles = [Notification.Bundle.Occasion.digest, .storm, .reminder].map {
            Notification.bundle($0, count: 40, text: long)
        }
        for notification in bundles + [.hostile(long)] + HostileText.all.map({ .hostile($0) }) {
            var notification = notification
            notification.uncertain = 1
            notification.fallbackFor = "x"
            let bytes = Delivery.SlackMessage.render(
                notification,
                for: settings,
                now: Date.sample.addingTimeInterval(1e6),
                console: try .longest()
            )
            #expect(throws: Never.self) { try SlackReading.SlackMessage.read(bytes, isForm: false) }
        }
    }
}
