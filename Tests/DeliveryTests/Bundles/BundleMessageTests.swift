import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Synchronization
import Testing
import Triage

extension MailCheck {
    private static let checked = Mutex<[Notification: MailCheck]>([:])

    /// The mail of a notification as another program reads it, which is asked once for each.
    fileprivate static func once(_ notification: Notification) throws -> MailCheck {
        if let known = checked.withLock({ $0[notification] }) { return known }
        let check = try MailCheck(try notification.mail().bytes)
        checked.withLock { $0[notification] = check }
        return check
    }
}

@Suite("Messages about several alerts")
struct BundleMessageTests {
    /// Every form in which a message leaves, as words.
    enum Channel: CaseIterable {
        case slack, mattermost, plain, mailText, mailHTML

        func words(_ notification: Notification) throws -> String {
            switch self {
            case .slack: try slack(notification, .slack)
            case .mattermost: try slack(notification, .mattermost)
            case .plain: try slack(notification, .plain)
            case .mailText: try mail(notification, "text/plain")
            case .mailHTML: try mail(notification, "text/html")
            }
        }

        private func slack(_ notification: Notification, _ dialect: SlackSettings.Dialect) throws -> String {
            let settings = SlackSettings(url: .environment("URL"), dialect: dialect)
            let bytes = SlackMessage.render(notification, for: settings, now: .sample)
            return try JSONDocument.parse(bytes).strings.joined(separator: "\n")
        }

        private func mail(_ notification: Notification, _ type: String) throws -> String {
            var notification = notification
            notification.recipient = "ops@example.com"
            let text = try #require(try MailCheck.once(notification).text(type))
            return type == "text/html" ? text.replacing("&quot;", with: "\"").replacing("&amp;", with: "&") : text
        }
    }

    @Test(
        "the headline says what it is, how severe, and where",
        arguments: [
            (Notification.Bundle.Occasion.group, "12 alerts: 2 CRITICAL, 10 HIGH · account 111122223333"),
            (.reminder, "12 alerts still open: 2 CRITICAL, 10 HIGH · account 111122223333"),
            (.held, "12 alerts held back until now: 2 CRITICAL, 10 HIGH · account 111122223333"),
            (.digest, "Digest of 12 alerts: 2 CRITICAL, 10 HIGH · account 111122223333"),
            (.silenceEnded, "A silence has ended, 12 alerts still active: 2 CRITICAL, 10 HIGH · account 111122223333"),
            (.storm, "Storm of 12 alerts: 2 CRITICAL, 10 HIGH · account 111122223333"),
            (.stormEnded, "The storm is over, 12 alerts: 2 CRITICAL, 10 HIGH · account 111122223333"),
        ],
        Channel.allCases
    )
    func headline(_ given: (occasion: Notification.Bundle.Occasion, headline: String), channel: Channel) throws {
        #expect(try channel.words(.bundle(given.occasion)).contains(given.headline))
    }

    @Test(
        "why it comes is said in words",
        arguments: [
            (Notification.Bundle.Occasion.reminder, "Still open since 07:54 UTC."),
            (.held, "A mute window held these back and has ended: the move to the new VPC, by ana."),
            (.silenceEnded, "The silence that hid these has ended: the move to the new VPC, by ana."),
            (.digest, "12 opened, 0 resolved."),
            (.storm, "Most of it comes from account 111122223333 (12 of 12) and control S3.8 (9 of 12)."),
            (.storm, "every finding is in the ledger, see \"noroshi findings list\""),
            (.stormEnded, "It lasted 3 h 12 m, from 07:54 UTC to 11:06 UTC."),
            (.stormEnded, "every finding is in the ledger"),
        ],
        Channel.allCases
    )
    func reason(_ given: (occasion: Notification.Bundle.Occasion, words: String), channel: Channel) throws {
        // A mail of the tests is rendered on a later day, and then the date stands before the time.
        let words = try channel.words(.bundle(given.occasion)).replacing("2026-11-18 ", with: "")
        #expect(words.contains(given.words), "\(words)")
    }

    @Test("each alert is told with severity, title, account, Region and age", arguments: Channel.allCases)
    func items(channel: Channel) throws {
        let words = try channel.words(.bundle(.group, count: 3))
        for word in [
            "CRITICAL", "Finding number 0 of the account", "Finding number 2 of the account", "HIGH",
            "111122223333 (production)", "us-east-1", "open since", "07:54 UTC", "seen 2 times",
            "securityhub/home?region=us-east-1#/findings?n=2",
            "S3.8 (3)", "Security Hub (3)", "3 opened",
        ] {
            #expect(words.contains(word), "\(word) in \(words)")
        }
    }

    @Test("alerts that are not listed are counted", arguments: Channel.allCases)
    func unlisted(channel: Channel) throws {
        let words = try channel.words(.bundle(.storm, count: 412))
        let listed = (0..<20).filter { words.contains("Finding number \($0) of") }
        #expect(listed == Array(0..<listed.count) && listed.count >= 6, "\(listed.count)")
        #expect(words.contains("… \(412 - listed.count) more alerts are not listed here"))
        #expect(try channel.words(.bundle(.group, count: 3)).contains("not listed") == false)
    }

    @Test("what has been open longest stands in a digest", arguments: Channel.allCases)
    func oldest(channel: Channel) throws {
        #expect(try channel.words(.bundle(.digest)).contains("Finding number 99 of the account"))
        #expect(try channel.words(.bundle(.digest)).contains("Open longest"))
    }

    @Test("the most severe alert stands whole, however long the texts are", arguments: Channel.allCases)
    func neverCutAway(channel: Channel) throws {
        for isMinimal in [false, true] where isMinimal == false || channel != .mailHTML {
            var notification = Notification.bundle(.group, count: 30) { bundle in
                for index in bundle.items.indices {
                    bundle.items[index].title = "TITLE " + String(repeating: "long & longer ", count: 200)
                    bundle.items[index].accountName = String(repeating: "n", count: 5_000)
                    bundle.items[index].resource = String(repeating: "r", count: 5_000)
                }
            }
            notification.isMinimal = isMinimal
            let words = try channel.words(notification)
            for word in ["CRITICAL", "TITLE long", "111122223333", "us-east-1", "more"] {
                #expect(words.contains(word), "\(word)")
            }
        }
    }

    @Test("what is all over is green and wakes nobody; a digest and the end of a storm wake nobody either")
    func calm() throws {
        let settings = SlackSettings(url: .environment("URL"), mentions: [.critical: "<!here>"])
        func message(_ notification: Notification) throws -> JSON {
            try JSONDocument.parse(SlackMessage.render(notification, for: settings, now: .sample))
        }
        func wakes(_ notification: Notification) throws -> Bool {
            try message(notification).strings.contains { $0.contains("<!here>") }
        }
        let resolved = Notification.bundle(.group, transition: .resolved)
        #expect(try message(resolved)["attachments"]?.elements.first?["color"]?.string == "#2e7d32")
        #expect(try message(resolved)["text"]?.string?.hasPrefix("12 alerts resolved: ") == true)
        #expect(try wakes(resolved) == false)
        #expect(try wakes(.bundle(.digest)) == false)
        #expect(try wakes(.bundle(.stormEnded)) == false)
        #expect(try wakes(.bundle(.group)) && wakes(.bundle(.storm)))
    }

    @Test("a message that a timer sent is late from its own moment on, not from the last observation")
    func lateness() throws {
        var notification = Notification.bundle(.reminder)
        notification.content.receivedAt = Date.sample.addingTimeInterval(-86_400)
        #expect(try Channel.plain.words(notification).contains("delayed") == false)
    }

    @Test("a generic webhook gets the bundle as it is", arguments: Notification.Bundle.Occasion.allCases)
    func webhook(occasion: Notification.Bundle.Occasion) throws {
        let message = try JSONDocument.parse(WebhookMessage.render(.bundle(occasion, count: 412), now: .sample))
        #expect(message["schema"]?.integer == 1)
        #expect(message["type"]?.string == "alerts.\(occasion.rawValue)")
        #expect(message["thread"]?.string == "a1-0")
        let bundle = try #require(message["bundle"])
        #expect(bundle["occasion"]?.string == occasion.rawValue)
        #expect(bundle["total"]?.integer == 412)
        #expect(bundle["items"]?.elements.count == 20 && bundle["unlisted"]?.integer == 392)
        #expect(bundle["items"]?.elements.first?["severity"]?.string == "CRITICAL")
        #expect(bundle["counts"]?["severities"]?.elements.first?["count"]?.integer == 410)
        #expect(message["finding"]?["severity"]?.string == "CRITICAL")
    }

    @Test("mails about several alerts are sound, whatever stands in them, and stay below 100 KB")
    func mails() async throws {
        for notification in Notification.bundles {
            // Other tests have connections that do not wait for as long as all of this takes.
            await Task.yield()
            var notification = notification
            notification.recipient = "ops@example.com"
            for isMinimal in [false, true] {
                notification.isMinimal = isMinimal
                let bytes = try notification.mail(console: .longest()).bytes
                #expect(EmailForm.faults(bytes) == [])
                #expect(bytes.count < 102_400, "\(bytes.count)")
            }
        }
    }

    @Test("no text of a finding becomes markup in a mail about several", arguments: HostileText.all.indices)
    func hostileMail(index: Int) throws {
        var notification = Notification.bundle(.digest, count: 3, text: HostileText.all[index])
        notification.recipient = "ops@example.com"
        let mail = try MailCheck(try notification.mail().bytes)
        #expect(mail.defects() == [])
        let html = try #require(mail.text("text/html"))
        #expect(["<script", "<img", "<b>", "\u{202E}", "\0", "\u{1B}"].allSatisfy { html.contains($0) == false })
    }
}

@Suite("Messages that follow an alert's life")
struct AlertLifeTests {
    @Test(
        "a later message says how long it has been going on",
        arguments: [
            (Transition.resolved, 11_520.0, "resolved after 3 h 12 m (opened 07:54 UTC)"),
            (.resolved, 45, "resolved after 45 s (opened 11:05 UTC)"),
            (.resolved, 12 * 60, "resolved after 12 m (opened 10:54 UTC)"),
            (.resolved, 100_000, "resolved after 1 d 3 h (opened 2026-11-17 07:20 UTC)"),
            (.resolved, -10, "resolved after 0 s (opened 11:06 UTC)"),
            (.reminder, 11_520, "still open since 07:54 UTC"),
            (.lowered, 11_520, "lowered to HIGH, open since 07:54 UTC"),
            (.raised, 11_520, "raised to HIGH, open since 07:54 UTC"),
            (.updated, 11_520, "news of what is open since 07:54 UTC"),
        ],
        BundleMessageTests.Channel.allCases
    )
    func life(_ given: (transition: Transition, seconds: Double, words: String), channel: BundleMessageTests.Channel)
        throws
    {
        var notification = Notification.sample(transition: given.transition)
        notification.content.openedAt = Date.sample.addingTimeInterval(-given.seconds)
        for isMinimal in [false, true] where isMinimal == false || channel != .mailHTML {
            notification.isMinimal = isMinimal
            #expect(try channel.words(notification).contains(given.words))
        }
    }

    @Test("a generic webhook gets the same words")
    func webhook() throws {
        var notification = Notification.sample(transition: .resolved)
        notification.content.openedAt = Date.sample.addingTimeInterval(-11_520)
        let message = try JSONDocument.parse(WebhookMessage.render(notification, now: .sample))
        #expect(message["alert"]?["words"]?.string == "resolved after 3 h 12 m (opened 07:54 UTC)")
        let opened = try JSONDocument.parse(WebhookMessage.render(.sample(), now: .sample))
        #expect(opened["alert"]?["words"] == nil && opened["bundle"] == nil)
    }
}
