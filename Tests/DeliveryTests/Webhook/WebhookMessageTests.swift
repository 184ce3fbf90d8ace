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

/// The message is written without a tree; each of these is compared with the tree's text.
@Suite("Webhook messages, beside their tree")
struct WebhookTreeTests {
    @Test("a message is the text of its tree, whatever the finding has and lacks", arguments: 0..<10)
    func same(seed: Int) throws {
        var numbers = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<25 {
            let notification = notification(&numbers)
            let now = Date.sample.addingTimeInterval(Double.random(in: -100...10_000, using: &numbers))
            let bytes = WebhookMessage.render(notification, now: now)
            let tree = WebhookTree.of(notification, like: try JSONDocument.parse(bytes), now: now)
            #expect(bytes == tree.bytes)
        }
    }

    private func notification(_ numbers: inout SeededGenerator) -> Notification {
        let transitions = Transition.allCases
        var notification = Notification.sample(
            transition: transitions[Int.random(in: transitions.indices, using: &numbers)]
        )
        if Bool.random(using: &numbers) { notification.content.bundle = Notification.bundle(.group).content.bundle }
        notification.content.finding = finding(&numbers)
        notification.content.rule = text(&numbers)
        notification.content.openedAt = date(&numbers) ?? .sample
        notification.content.receivedAt = date(&numbers) ?? .sample
        notification.isMinimal = Int.random(in: 0..<4, using: &numbers) == 0
        notification.uncertain = Int.random(in: 0...1, using: &numbers)
        notification.fallbackFor = maybe(&numbers)
        return notification
    }

    private func finding(_ numbers: inout SeededGenerator) -> Finding {
        var finding = Finding.example(kind: FindingKind.allCases.randomElement(using: &numbers) ?? .text)
        finding.id = text(&numbers)
        finding.title = text(&numbers)
        finding.description = String(repeating: text(&numbers), count: Int.random(in: 0...9, using: &numbers))
        finding.severity = Severity.allCases.randomElement(using: &numbers) ?? .high
        finding.account = maybe(&numbers)
        finding.accountName = maybe(&numbers)
        finding.region = maybe(&numbers)
        finding.product = text(&numbers)
        finding.types = texts(&numbers)
        finding.controls = texts(&numbers)
        finding.standards = texts(&numbers)
        finding.tags = texts(&numbers).map { Tag(key: $0, value: text(&numbers)) }
        finding.resources = texts(&numbers).map { Resource(id: $0, type: maybe(&numbers), region: maybe(&numbers)) }
        finding.createdAt = date(&numbers)
        finding.updatedAt = date(&numbers)
        finding.url = maybe(&numbers)
        finding.remediation =
            Bool.random(using: &numbers) ? Remediation(text: maybe(&numbers), url: maybe(&numbers)) : nil
        finding.actor = maybe(&numbers)
        finding.sourceAddress = maybe(&numbers)
        finding.log = Bool.random(using: &numbers) ? LogOrigin(group: maybe(&numbers), stream: maybe(&numbers)) : nil
        finding.pages =
            Bool.random(using: &numbers) ? Pages(communication: "c", received: [1, 3], total: 4) : nil
        return finding
    }

    private func text(_ numbers: inout SeededGenerator) -> String {
        let texts =
            HostileText.all.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(40))) } + [
                "S3.8", "eu-west-1", "", "ünïcödé 長い <b>", "a\u{2028}\"\\",
            ]
        return String(
            repeating: texts.randomElement(using: &numbers) ?? "",
            count: [1, 1, 1, 3, 60].randomElement(using: &numbers) ?? 1
        )
    }

    private func maybe(_ numbers: inout SeededGenerator) -> String? {
        Bool.random(using: &numbers) ? text(&numbers) : nil
    }

    private func texts(_ numbers: inout SeededGenerator) -> [String] {
        (0..<([0, 1, 2, 25].randomElement(using: &numbers) ?? 0)).map { _ in text(&numbers) }
    }

    private func date(_ numbers: inout SeededGenerator) -> Date? {
        Bool.random(using: &numbers)
            ? Date(timeIntervalSinceReferenceDate: .random(in: -2e9...3e9, using: &numbers)) : nil
    }
}
