import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Links from messages to the console")
struct PublicAddressTests {
    private let page = "https://noroshi.example.com/alerts/findings/f1a"

    private func console() throws -> PublicAddress { try PublicAddress("https://noroshi.example.com/alerts/") }

    private func slack(_ notification: Notification, _ dialect: SlackSettings.Dialect, _ console: PublicAddress?) throws
        -> [String]
    {
        let settings = SlackSettings(url: .environment("URL"), dialect: dialect)
        return try JSONDocument.parse(
            SlackMessage.render(notification, for: settings, now: .sample, console: console)
        ).strings
    }

    @Test(
        "an address that leads nowhere, or gives something away, is refused",
        arguments: [
            "", "noroshi.example.com", "ftp://noroshi.example.com", "https://", "https://u:p@noroshi.example.com",
            "https://noroshi.example.com?x=1", "https://noroshi.example.com/#top", "https://noroshi.example.com/<b>",
            "https://noroshi.example.com/a b", "https://noroshi.example.com/" + String(repeating: "p", count: 200),
        ]
    )
    func refused(text: String) {
        #expect(throws: PublicAddressError.self) { try PublicAddress(text) }
    }

    @Test("a slash at the end makes no difference")
    func slash() throws {
        #expect(try PublicAddress("http://127.0.0.1:8080").description == "http://127.0.0.1:8080")
        #expect(try PublicAddress("http://127.0.0.1:8080/") == PublicAddress("http://127.0.0.1:8080"))
    }

    @Test("a message links to its finding, and without an address to none", arguments: SlackSettings.Dialect.allCases)
    func chat(dialect: SlackSettings.Dialect) throws {
        let linked = try slack(.sample(), dialect, try console())
        #expect(linked.contains { $0.contains(page) })
        #expect(linked.contains { $0.contains("Why did I get this?") })
        let plain = try slack(.sample(), dialect, nil)
        #expect(plain.allSatisfy { $0.contains("Why did I") == false && $0.contains("noroshi.example.com") == false })
        // All else is the same; the names of the parts of rich text are no words.
        func words(_ strings: [String]) -> [String] {
            strings.filter { $0.contains(page) == false && ["  ·  ", "link", "text"].contains($0) == false }
                .filter { $0.contains("Why did I") == false }
        }
        #expect(dialect == .plain || words(linked) == words(plain))
    }

    @Test("each alert of several has a link of its own", arguments: SlackSettings.Dialect.allCases)
    func bundles(dialect: SlackSettings.Dialect) throws {
        let words = try slack(.bundle(.group, count: 3), dialect, try console()).joined(separator: "\n")
        for number in 0..<3 {
            #expect(words.contains("https://noroshi.example.com/alerts/findings/f-\(number)"))
        }
        #expect(try slack(.bundle(.group, count: 3), dialect, nil).joined().contains("Why") == false)
    }

    @Test(
        "the longest address leaves room for the most severe alerts, and for more of them where there is most",
        arguments: SlackSettings.Dialect.allCases
    )
    func long(dialect: SlackSettings.Dialect) throws {
        let notification = Notification.bundle(.storm, count: 20)
        let address = try PublicAddress.longest()
        let words = try slack(notification, dialect, address).joined(separator: "\n")
        let listed = (0..<20).filter { words.contains("Finding number \($0) of") }
        #expect(listed == Array(0..<listed.count) && listed.count >= 4, "\(listed.count)")
        if dialect == .slack || dialect == .mattermost { #expect(listed.count == 20) }
    }

    @Test("a mail links in its text and in its HTML, alone and in a digest")
    func mail() throws {
        var notifications = [Notification.sample(), .bundle(.digest, count: 3)]
        for index in notifications.indices { notifications[index].recipient = "ops@example.com" }
        for (notification, id) in zip(notifications, ["f1a", "f-2"]) {
            let linked = try MailCheck(try notification.mail(console: console()).bytes)
            #expect(linked.defects() == [])
            for type in ["text/plain", "text/html"] {
                let text = try #require(linked.text(type))
                #expect(text.contains("https://noroshi.example.com/alerts/findings/\(id)"))
                #expect(text.contains("Why did I get this?"))
            }
            let plain = try MailCheck(try notification.mail().bytes)
            #expect(try #require(plain.text("text/html")).contains("Why did I") == false)
        }
    }

    @Test("a webhook is told the address beside the source's own")
    func webhook() throws {
        func message(_ notification: Notification, _ console: PublicAddress?) throws -> JSON {
            try JSONDocument.parse(WebhookMessage.render(notification, now: .sample, console: console))
        }
        let single = try message(.sample(), try console())
        #expect(single[path: "finding", "noroshiUrl"]?.string == page)
        let several = try message(.bundle(.group, count: 3), try console())
        let items = try #require(several["bundle"]?["items"]?.elements)
        #expect(items.allSatisfy { $0["noroshiUrl"]?.string?.hasPrefix("https://noroshi.example.com/") == true })
        #expect(try message(.sample(), nil)[path: "finding", "noroshiUrl"] == nil)
    }

    @Test("a finding that is not stored has no page to link to")
    func unstored() throws {
        var notification = Notification.sample()
        notification.content.findingID = nil
        #expect(try slack(notification, .slack, try console()) == slack(notification, .slack, nil))
    }
}
