import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Webhook messages")
struct WebhookMessageTests {
    @Test("a message names its schema, type, rule, alert and finding")
    func shape() throws {
        let message = try JSONDocument.parse(
            WebhookMessage.render(.sample(transition: .reopened), now: Date.sample.addingTimeInterval(90))
        )
        #expect(message["schema"]?.integer == 1)
        #expect(message["id"]?.string == "0190a1b2c3d4e5f60718293a4b5c6d7e")
        #expect(message["type"]?.string == "finding.reopened")
        #expect(message["timestamp"]?.string == "2026-11-18T11:06:40.000Z")
        #expect(message[path: "rule", "name"]?.string == "critical in production")
        #expect(message[path: "alert", "count"]?.integer == 3)
        #expect(message[path: "delivery", "delayedSeconds"]?.integer == 90)
        #expect(message[path: "finding", "severity"]?.string == "HIGH")
        #expect(message[path: "finding", "account"]?.string == "111122223333")
        #expect(message[path: "finding", "resources"]?.elements.count == 2)
    }

    @Test("a message is valid JSON and bounded, whatever the finding holds", arguments: HostileText.all.indices)
    func hostile(index: Int) throws {
        for isMinimal in [false, true] {
            var notification = Notification.hostile(HostileText.all[index])
            notification.isMinimal = isMinimal
            let bytes = WebhookMessage.render(notification, now: .sample)
            _ = try JSONDocument.parse(bytes)
            #expect(bytes.count < 600_000)
        }
    }
}
