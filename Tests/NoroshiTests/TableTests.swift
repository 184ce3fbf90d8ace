import Findings
import FoundationEssentials
import NoroshiTestSupport
import Testing

@testable import noroshi

@Suite("Tables of the commands")
struct TableTests {
    private let table = Table(
        columns: [.init(title: "NAME"), .init(title: "COUNT", isNumber: true), .init(title: "TITLE", gives: true)],
        rows: [["a", "12", "short"], ["日本", "3", .init(String(repeating: "x", count: 60), .red)]]
    )
    private let plain = Colours(isOn: false)

    @Test("a silence is shown to the second")
    func momentsOfSilence() throws {
        let silence = try JSONDocument.parse(
            """
            {"id": "s1", "state": "active", "startsAt": "2026-01-02T03:04:05.678Z", "owner": "a", "reason": "b",
             "endsAt": "2026-01-03T03:04:05.678Z", "createdAt": "2026-01-02T03:04:05.678Z", "createdBy": "c"}
            """
        )
        let page = SilenceText.page(silence, plain)
        #expect(page.contains("until     2026-01-03T03:04:05Z"))
        #expect(page.contains(".678") == false)
    }

    @Test("numbers stand to the right, wide characters count twice")
    func aligned() {
        let lines = table.text(width: nil, colours: plain).split(separator: "\n")
        #expect(lines[0] == "NAME  COUNT  TITLE")
        #expect(lines[1] == "a        12  short")
        #expect(lines[2] == "日本      3  \(String(repeating: "x", count: 60))")
    }

    @Test(
        "the column that gives is cut in its middle first, then the others",
        arguments: [(60, 47), (30, 17), (21, 8)]
    )
    func cut(width: Int, kept: Int) {
        let lines = table.text(width: width, colours: plain).split(separator: "\n")
        let end = (kept - 1) / 2
        let text = String(repeating: "x", count: kept - 1 - end) + "…" + String(repeating: "x", count: end)
        #expect(lines[2] == "日本      3  \(text)")
        #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= width })
    }

    @Test(
        "a text is cut in its middle, by columns and not by characters",
        arguments: [
            ("abcdefgh", 8, "abcdefgh"), ("abcdefgh", 5, "ab…gh"), ("abcdefgh", 4, "ab…h"), ("abc", 1, "…"),
            ("日本語日本語", 7, "日本…語"),
        ]
    )
    func middle(text: String, width: Int, shown: String) {
        #expect(DisplayWidth.cut(text, to: width) == shown)
        #expect(DisplayWidth.of(shown) <= width)
    }

    @Test("no line is wider than the terminal: what has the highest rank goes first", arguments: [40, 60, 80, 120])
    func fits(width: Int) {
        let id = String(repeating: "1", count: 12)
        let table = Table(
            columns: [
                .init(title: "ID", isWhole: true), .init(title: "WHEN", isWhole: true), .init(title: "STATE", rank: 2),
                .init(title: "REGION", rank: 4), .init(title: "SEEN", isNumber: true, rank: 5),
                .init(title: "TITLE", gives: true),
            ],
            rows: [
                [
                    .init(id), "2026-09-21T14:13:20Z", "INFORMATIONAL", "ap-northeast-1", "12",
                    .init(String(repeating: "title ", count: 20)),
                ]
            ]
        )
        let lines = table.text(width: width, colours: plain).split(separator: "\n")
        #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= width }, "\(lines)")
        #expect(lines[1].hasPrefix("\(id)  2026-09-21T14:13:20Z"))
        let missing = [
            40: ["STATE", "REGION", "SEEN"], 60: ["STATE", "REGION", "SEEN"], 80: ["REGION", "SEEN"], 120: [],
        ]
        #expect(table.leftOut(width: width) == missing[width])
    }

    private static func items(_ text: String) throws -> [JSON] { try JSONDocument.parse("[\(text)]").elements }

    private static func finding(_ severity: String) -> String {
        """
        {"severity": "\(severity)", "status": "ACTIVE", "account": "111122223333", "accountName": "production",
         "region": "ap-northeast-1", "title": "\(String(repeating: "S3 bucket is public ", count: 6))"}
        """
    }

    @Test(
        "every list fits a terminal of 60, 80 and 120 columns, and how severe it is is never cut nor left out",
        arguments: [60, 80, 120]
    )
    func lists(width: Int) throws {
        let severities = ["CRITICAL", "HIGH", "INFORMATIONAL"]
        let when = #""2026-09-21T14:13:20.250Z""#
        let deliveries = try severities.flatMap {
            try Self.items(
                """
                {"id": "01a2240570ad0000000012f01281b5ce", "createdAt": \(when), "state": "delivered",
                 "attemptCount": 12, "destination": "security-team-mail", "finding": \(Self.finding($0))}
                """
            )
        }
        let findings = try severities.flatMap {
            try Self.items(
                """
                {"id": "f12f0", "lastSeenAt": \(when), "disposition": "suppressed", "observationCount": 1200,
                 "finding": \(Self.finding($0))}
                """
            )
        }
        let waiting = try severities.flatMap {
            try Self.items(
                """
                {"due": \(when), "kind": "digest", "count": 1200, "severity": "\($0)", "destination": "security-team",
                 "rules": ["everything of production that is not known"], "reason": "a window of maintenance"}
                """
            )
        }
        for table in [DeliveryText.table(deliveries), FindingText.table(findings), WaitingCommand.table(waiting)] {
            let lines = table.text(width: width, colours: plain).split(separator: "\n")
            #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= width }, "\(lines)")
            #expect(zip(lines.dropFirst(), severities).allSatisfy { $0.contains($1) }, "\(lines)")
        }
        // Only what says the least is left out.
        let left = [60: ["CREATED", "TRIES"], 80: ["CREATED", "TRIES"], 120: []]
        #expect(DeliveryText.table(deliveries).leftOut(width: width) == left[width])
        let most = DeliveryText.table(Array(deliveries.prefix(2)))
        let leftOfMost = [60: ["CREATED", "TRIES"], 80: ["TRIES"], 120: []]
        #expect(most.leftOut(width: width) == leftOfMost[width])
        let silences = try Self.items(
            """
            {"id": "s12", "state": "scheduled", "startsAt": \(when), "endsAt": \(when), "owner": "Network operations",
             "reason": "the move of the data centre", "when": {"account": "@production", "severity": "<=medium"}}
            """
        )
        let destinations = try Self.items(
            """
            {"name": "security-team-mail", "type": "pagerduty", "state": "broken", "reason": "no such channel: is_archived",
             "backlog": {"waiting": 120, "pending": 1200, "sending": 12, "dead": 9, "oldestPendingAt": \(when)}}
            """
        )
        for table in [SilenceText.table(silences), DestinationsCommand.table(destinations)] {
            let lines = table.text(width: width, colours: plain).split(separator: "\n")
            #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= width }, "\(lines)")
        }
    }

    @Test(
        "what is said beside a table fits too, and no command is broken",
        arguments: [
            (40, "No room for STATE; --format json has\neverything."),
            (29, "No room for STATE; --format\njson has everything."),
            (nil, "No room for STATE; --format json has everything."),
        ]
    )
    func notes(width: Int?, shown: String) {
        #expect(Terminal.wrap("No room for STATE; --format json has everything.", to: width) == shown)
        #expect(Terminal.wrap("2 more wait; 'noroshi waiting' says", to: 20) == "2 more wait;\n'noroshi waiting'\nsays")
    }

    @Test(
        "JSON is shown to people with < as itself, and with every other escape as it is",
        arguments: [
            (#"{"severity":"\u003c=high"}"#, #"{"severity":"<=high"}"#),
            (#"["\\u003c","\n\u003C"]"#, #"["\\u003c","\n<"]"#),
            (#"["a"]"#, #"["a"]"#),
        ]
    )
    func plain(received: String, shown: String) throws {
        #expect(try JSONDocument.parse(received).plainText == shown)
    }

    @Test("colour changes nothing about the width")
    func coloured() {
        let lines = table.text(width: nil, colours: Colours(isOn: true)).split(separator: "\n")
        #expect(lines[2].contains("\u{1B}[31mx"))
        #expect(lines[1].hasSuffix("  short"))
    }

    @Test(
        "moments are spans before now or dates",
        arguments: [("90s", 90), ("15m", 900), ("2h", 7_200), ("3d", 259_200)]
    )
    func moments(text: String, seconds: Double) throws {
        let now = try #require(Moment(argument: "0s")).date(before: .init(timeIntervalSince1970: 1_790_000_000))
        #expect(now == "2026-09-21T14:13:20Z")
        let moment = try #require(Moment(argument: text))
        let there = moment.date(before: .init(timeIntervalSince1970: 1_790_000_000 + seconds))
        #expect(there == now)
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "h", "-1h", "1y", "tomorrow", "2026-02-31", "2026-1-1", "2026-01-01T25:00", "20260101", "2026-01",
        ]
    )
    func noMoment(text: String) { #expect(Moment(argument: text) == nil) }

    @Test(
        "days and times without a zone are those of this machine",
        arguments: [
            ("today", 0.0), ("yesterday", -86_400), ("2026-09-20", -86_400), ("2026-09-21 06:30", 23_400),
            ("2026-09-21T06:30:05", 23_405),
        ]
    )
    func days(text: String, seconds: Double) throws {
        // Noon, so that the day is the same one in every time zone that is within eleven hours of this one's.
        let midnight = try #require(Moment(argument: "2026-09-21")).date(before: Date(timeIntervalSince1970: 0))
        let start = try Date.ISO8601FormatStyle().parse(midnight)
        let moment = try #require(Moment(argument: text))
        #expect(moment.isLocal)
        #expect(moment.date(before: start + 43_200) == (start + seconds).iso8601)
    }

    @Test(
        "a moment is shown to the second",
        arguments: [
            ("2026-09-21T14:13:20.250Z", "2026-09-21T14:13:20Z"), ("2026-09-21T14:13:20Z", "2026-09-21T14:13:20Z"),
            ("-", "-"),
        ]
    )
    func second(received: String, shown: String) throws {
        #expect(try JSONDocument.parse(#"{"a":"\#(received)"}"#).moment("a") == shown)
    }

    @Test("a path segment holds nothing that ends it")
    func encoded() {
        #expect("arn:aws/ü?#%2F.-_~".percentEncoded == "arn%3Aaws%2F%C3%BC%3F%23%252F.-_~")
    }

    @Test(
        "a server's URL is judged before anything is sent",
        arguments: ["", "localhost:8080", "ftp://x", "http://x?y=1", "http://"]
    )
    func badURL(url: String) throws {
        #expect(throws: ServerFailure.self) { try ServerConnection(url: url, token: nil) }
        let option = try CommandRun(CommandRun.noroshi, ["status", "--server", url])
        #expect(option.status == 64, "\(option.errors)")
        guard url.isEmpty == false else { return }
        let variable = try CommandRun(CommandRun.noroshi, ["status"], environment: ["NOROSHI_SERVER": url])
        #expect(variable.status == 64 && variable.errors.contains("NOROSHI_SERVER"), "\(variable.errors)")
    }

    @Test("what is critical looks different from what is high")
    func severities() {
        let colours = Colours(isOn: true)
        let shown = ["CRITICAL", "HIGH", "MEDIUM", "LOW"].map {
            colours.paint("x", DeliveryText.colour(ofSeverity: $0))
        }
        #expect(Set(shown).count == 4)
    }

    @Test(
        "examples of the help can be pasted: no line is broken in a terminal of 80 columns",
        arguments: [
            ["--help"], ["serve", "--help"], ["check", "--help"], ["decode", "--help"], ["explain", "--help"],
            ["match", "--help"], ["inbox", "--help"], ["status", "--help"], ["findings", "--help"],
            ["waiting", "--help"], ["deliveries", "--help"], ["destinations", "--help"], ["silence", "--help"],
            ["routes", "--help"], ["quarantine", "--help"],
        ]
    )
    func help(arguments: [String]) throws {
        let run = try CommandRun(CommandRun.noroshi, arguments, environment: ["COLUMNS": "80"])
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        let examples = lines.drop { $0.contains("EXAMPLES") == false }.dropFirst().prefix { $0.isEmpty == false }
        for line in examples {
            #expect(line.utf8.count <= 80 && line.hasPrefix("  "), "\(line)")
            #expect(line.count { $0 == "\"" } % 2 == 0 && line.count { $0 == "'" } % 2 == 0, "\(line)")
        }
    }
}
