import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Slack messages")
struct SlackMessageTests {
    private func render(
        _ notification: Notification,
        _ dialect: SlackSettings.Dialect = .slack,
        mentions: [Severity: String] = [:],
        now: Date = .sample
    ) throws -> JSON {
        let settings = SlackSettings(url: .environment("URL"), dialect: dialect, mentions: mentions)
        return try JSONDocument.parse(SlackMessage.render(notification, for: settings, now: now))
    }

    @Test("a message for Slack says everything that the reader must know")
    func everything() throws {
        let message = try render(.sample())
        let words = message.strings.joined(separator: "\n")
        for word in [
            "HIGH: Credentials of the role deploy were used from outside AWS", "111122223333 (production)", "us-east-1",
            "AwsIamRole arn:aws:iam::111122223333:role/deploy", "(2) ", "GuardDuty", "2026-11-18 11:06 UTC",
            "3 times",
            "The credentials of an instance were used from 198.51.100.7.", "Revoke the sessions of the role.",
            "https://us-east-1.console.aws.amazon.com/guardduty/home?region=us-east-1#/findings?fId=f&x=1\nOpen the finding",
            "https://docs.aws.amazon.com/guardduty/\nHow to fix it", "Rule \"critical in production\", version 7",
            "Noroshi 0190a1b2c3d4e5f60718293a4b5c6d7e",
        ] {
            #expect(words.contains(word), "\(word)")
        }
        #expect(message["attachments"]?.elements.first?["color"]?.string == "#e4572e")
    }

    @Test(
        "resources are named as long as they fit, and their number stands first",
        arguments: [
            (1, 8, "i-0aaaa0"), (3, 8, "(3) i-0aaaa0, i-0aaaa1, i-0aaaa2"),
            (12, 8, "(5 of 12) i-0aaaa0, "), (4, 150, "(2 of 4) i-0aaa"), (2, 2_000, "(1 of 2) i-0aaa"),
        ]
    )
    func resources(count: Int, length: Int, expected: String) throws {
        let message = try render(
            .sample {
                $0.resources = (0..<count).map { index in
                    let digits = String(index)
                    return Resource(id: "i-0" + String(repeating: "a", count: length - 3 - digits.count) + digits)
                }
            }
        )
        #expect(message.strings.joined(separator: "\n").contains(expected))
    }

    @Test(
        "the headline says what changed, in every dialect",
        arguments: [
            (Transition.opened, "HIGH"), (.raised, "RAISED to HIGH"), (.reopened, "REOPENED · HIGH"),
            (.resolved, "RESOLVED · HIGH"), (.acknowledged, "ACKNOWLEDGED · HIGH"),
        ],
        SlackSettings.Dialect.allCases
    )
    func transitions(_ transition: (Transition, String), dialect: SlackSettings.Dialect) throws {
        let message = try render(.sample(transition: transition.0), dialect)
        #expect(message["text"]?.string?.hasPrefix("[\(transition.1)] Credentials") == true)
    }

    @Test("a late, repeated or diverted message says so", arguments: SlackSettings.Dialect.allCases)
    func notes(dialect: SlackSettings.Dialect) throws {
        var notification = Notification.sample()
        let calm = try render(notification, dialect, now: Date.sample.addingTimeInterval(59)).strings.joined()
        #expect(calm.contains("delayed") == false && calm.contains("possible repeat") == false)
        notification.uncertain = 1
        notification.fallbackFor = "1"
        let words = try render(notification, dialect, now: Date.sample.addingTimeInterval(7 * 60 + 5)).strings.joined()
        #expect(words.contains("delayed 7 min"))
        #expect(words.contains("possible repeat"))
        #expect(words.contains("sent here because its own destination"))
    }

    @Test(
        "mentions come from the destination alone, by severity, and not when it is resolved",
        arguments: SlackSettings.Dialect.allCases
    )
    func mentions(dialect: SlackSettings.Dialect) throws {
        let mentions: [Severity: String] = [.high: "<!here>", .critical: "<!channel>"]
        #expect(
            try render(.sample(), dialect, mentions: mentions)["text"]?.string?.hasPrefix("<!here> ") == true
                || dialect == .plain
        )
        #expect(try render(.sample(), dialect, mentions: mentions).strings.contains { $0.contains("<!here>") })
        let resolved = try render(.sample(transition: .resolved), dialect, mentions: mentions)
        #expect(resolved.strings.contains { $0.contains("<!") } == false)
        let low = try render(.sample { $0.severity = .low }, dialect, mentions: mentions)
        #expect(low.strings.contains { $0.contains("<!") } == false)
    }

    @Test("the minimal form is one line of text without mentions", arguments: SlackSettings.Dialect.allCases)
    func minimal(dialect: SlackSettings.Dialect) throws {
        var notification = Notification.sample()
        notification.isMinimal = true
        let message = try render(notification, dialect, mentions: [.high: "<!here>"])
        #expect(message.members.map(\.key) == ["text"])
        let text = try #require(message["text"]?.string)
        #expect(text.contains("[HIGH] Credentials") && text.contains("111122223333") && text.contains("us-east-1"))
        #expect(text.contains("<!here>") == false)
        #expect(text.contains("\n") == false)
    }

    @Test(
        "nothing in a finding's text is markup, a mention or a hidden character",
        arguments: HostileText.all.indices,
        SlackSettings.Dialect.allCases
    )
    func hostile(index: Int, dialect: SlackSettings.Dialect) throws {
        let text = HostileText.all[index]
        let notifications = [Notification.hostile(text), .bundle(.digest, count: 2, text: String(text.prefix(400)))]
        for (notification, isMinimal) in notifications.flatMap({ [($0, false), ($0, true)] }) {
            var notification = notification
            notification.isMinimal = isMinimal
            let message = try render(notification, dialect)
            for string in message.markup {
                guard dialect != .slack, dialect != .plain else {
                    #expect(string.contains("<") == false, "\(string.prefix(300))")
                    continue
                }
                let words = MarkdownReading(string, dialect)
                #expect(words.bare.contains("<") == false, "\(string.prefix(300))")
                #expect(
                    words.bare.contains("@") == false && words.bare.contains("](") == false,
                    "\(string.prefix(300))"
                )
            }
            for string in message.strings {
                #expect(string.unicodeScalars.allSatisfy { isVisible($0) }, "\(string.prefix(300).debugDescription)")
            }
        }
    }

    private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A: true
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
            0xE0000...0xE007F:
            false
        default: true
        }
    }

    @Test("severity, account, Region and title survive a text of any length", arguments: SlackSettings.Dialect.allCases)
    func neverCutAway(dialect: SlackSettings.Dialect) throws {
        for isMinimal in [false, true] {
            var notification = Notification.sample { finding in
                finding.title = "TITLE " + String(repeating: "long & longer ", count: 20_000)
                finding.accountName = String(repeating: "n", count: 9000)
                finding.description = String(repeating: "d", count: 200_000)
            }
            notification.isMinimal = isMinimal
            let words = try render(notification, dialect).strings.joined(separator: "\n")
            for word in ["HIGH", "TITLE long", "111122223333", "us-east-1"] { #expect(words.contains(word), "\(word)") }
            #expect(words.contains(#/… \([0-9,]+ more characters\)/#))
        }
    }

    @Test("every message keeps the limits that its receiver documents, as slack_sdk and our own table see them")
    func limits() async throws {
        var cases: [(name: String, line: [UInt8])] = []
        for dialect in SlackSettings.Dialect.allCases {
            let settings = SlackSettings(
                url: .environment("URL"),
                dialect: dialect,
                mentions: Dictionary(
                    uniqueKeysWithValues: Severity.allCases.map { ($0, String(repeating: "<!here> ", count: 60)) }
                )
            )
            var notifications = HostileText.all.map { Notification.hostile($0) }
            notifications += Severity.allCases.flatMap { severity in
                Transition.allCases.map { Notification.sample(transition: $0) { $0.severity = severity } }
            }
            notifications += HostileText.all.map { text in Notification.sample { $0.title = text } }
            notifications += Notification.bundles
            let console = try PublicAddress.longest()
            for (index, notification) in notifications.enumerated() {
                // Other tests have connections that do not wait for as long as all of this takes.
                await Task.yield()
                for isMinimal in [false, true] {
                    var notification = notification
                    notification.isMinimal = isMinimal
                    notification.uncertain = 1
                    notification.fallbackFor = "x"
                    let bytes = SlackMessage.render(
                        notification,
                        for: settings,
                        now: Date.sample.addingTimeInterval(1e6),
                        console: index.isMultiple(of: 2) ? console : nil
                    )
                    let line: JSONValue = [
                        "dialect": .string(dialect.rawValue), "message": .raw(String(decoding: bytes, as: UTF8.self)),
                    ]
                    cases.append(("\(dialect) \(index) \(isMinimal)", line.bytes + Array("\n".utf8)))
                }
            }
        }
        let printed = try PeerProcess.run(python: HTTPReceiver.peer("check_slack.py"), input: cases.flatMap(\.line))
        let verdicts = printed.split(separator: "\n")
        #expect(verdicts.count == cases.count)
        for (verdict, name) in zip(verdicts, cases.map(\.name)) { #expect(verdict == "ok", "\(name)") }
    }
}

extension JSON {
    /// Every string that a receiver reads as markup: what stands neither in rich text nor in plain text objects, nor is an
    /// address, a footer or a title that is shown as it is.
    var markup: [String] {
        switch kind {
        case .string: return [string ?? ""]
        case .array: return elements.flatMap(\.markup)
        case .object:
            let type = self["type"]?.string
            if type == "rich_text" || type == "plain_text" { return [] }
            let shown: Set<String> = ["type", "color", "footer", "title", "title_link"]
            return members.filter { shown.contains($0.key) == false }.flatMap(\.value.markup)
        default: return []
        }
    }

    /// Every string value inside, in order.
    var strings: [String] {
        switch kind {
        case .string: [string ?? ""]
        case .array: elements.flatMap(\.strings)
        case .object: members.flatMap(\.value.strings)
        default: []
        }
    }
}
