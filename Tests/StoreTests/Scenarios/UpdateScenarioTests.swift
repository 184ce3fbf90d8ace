import Findings
import Testing

/// What a source says of an open problem beyond its state.
@Suite("News of an open alert, and messages in pages")
struct UpdateScenarioTests {
    private static let plain = #"{ "name": "r", "when": {}, "send": ["chat"] }"#
    private static let silent = #"{ "name": "r", "when": {}, "send": ["chat"], "notify": ["opened", "resolved"] }"#
    private static let grouped = """
        { "name": "r", "when": {}, "send": ["chat"], "group": { "by": [], "wait": "30s", "interval": "5m" } }
        """
    private static let digest = """
        { "name": "r", "when": {}, "send": ["mail"], "digest": { "at": ["09:00"] } }
        """
    private static let hold = """
        { "name": "r", "when": {}, "send": ["chat"], "mute": [{ "during": ["hour"] }] }
        """
    private static let unless = """
        { "name": "r", "when": {}, "send": ["chat"], "unless": { "equal": ["account"] } }
        """
    private static let slow = #"{ "name": "r", "when": {}, "send": ["slow"] }"#

    @Test(
        "new text of an open event is told, where updates carry news",
        arguments: [
            Scenario(
                "at once",
                plain,
                [
                    .event(0, "e", text: "looking into it"), .event(100, "e", text: "looking into it"),
                    .event(200, "e", text: "leave that zone"), .until(9_000),
                ],
                ["0 chat: opened e HIGH", "200 chat: updated e HIGH"]
            ),
            Scenario(
                "not where a rule's `notify` leaves it out",
                silent,
                [.event(0, "e", text: "one"), .event(200, "e", text: "two"), .until(9_000)],
                ["0 chat: opened e HIGH"]
            ),
            Scenario(
                "with its group, once however often it changes meanwhile",
                grouped,
                [
                    .event(0, "e", text: "one"), .event(10, "e", text: "two"), .event(40, "e", text: "three"),
                    .event(50, "e", text: "four"), .until(9_000),
                ],
                ["30 chat: opened e HIGH", "330 chat: updated e HIGH"]
            ),
            Scenario(
                "in the digest",
                digest,
                [.event(0, "e", text: "one"), .until(10_100), .event(10_200, "e", text: "two"), .until(97_000)],
                ["10000 mail digest of 1: opened e HIGH", "96400 mail digest of 1: updated e HIGH"]
            ),
            Scenario(
                "when the window that holds it ends",
                hold,
                [.event(0, "e", text: "one"), .event(3_000, "e", text: "two"), .until(9_000)],
                ["0 chat: opened e HIGH", "6400 chat: updated e HIGH"]
            ),
            Scenario(
                "when the silence that hid it ends, also if the event was sent again meanwhile",
                plain,
                [
                    .event(0, "e", text: "one"), .silence(10, "s", account: "1", until: 1_000),
                    .event(20, "e", text: "two"), .event(30, "e", text: "two"), .until(2_000),
                ],
                ["0 chat: opened e HIGH", "1001 chat silence_ended of 1: updated e HIGH"]
            ),
            Scenario(
                "by an opening that a silence hid, in its newest words",
                plain,
                [
                    .silence(0, "s", account: "1", until: 1_000), .event(10, "e", text: "one"),
                    .event(20, "e", text: "two"), .until(2_000),
                ],
                ["1001 chat silence_ended of 1: opened e HIGH"]
            ),
            Scenario(
                "when nothing more severe stands before it any more",
                unless,
                [
                    .event(0, "e", text: "one"), .see(10, "x", .critical, .active), .event(20, "e", text: "two"),
                    .see(30, "x", .critical, .resolved), .until(100),
                ],
                [
                    "0 chat: opened e HIGH", "10 chat: opened x CRITICAL", "30 chat: resolved x CRITICAL",
                    "30 chat: updated e HIGH",
                ]
            ),
            Scenario(
                "not of what is no such kind, or was not known",
                plain,
                [.see(0, "a", .high, .active), .see(10, "a", .high, .active), .until(100)],
                ["0 chat: opened a HIGH"]
            ),
        ]
    )
    func updates(scenario: Scenario) throws { #expect(try scenario.run() == scenario.messages) }

    @Test(
        "pages of one message are one alert with the resources of all",
        arguments: [
            Scenario(
                "one message when all are in soon",
                plain,
                [
                    .event(0, "e", text: "t", page: 1, of: 2, resource: "a"),
                    .event(3, "e", text: "t", page: 2, of: 2, resource: "b"), .until(9_000),
                ],
                [#"10 chat: opened e HIGH 2/2 ["a", "b"]"#]
            ),
            Scenario(
                "in any order, and again",
                plain,
                [
                    .event(0, "e", text: "t", page: 3, of: 3, resource: "c"),
                    .event(1, "e", text: "t", page: 1, of: 3, resource: "a"),
                    .event(1, "e", text: "t", page: 3, of: 3, resource: "c"),
                    .event(2, "e", text: "t", page: 2, of: 3, resource: "b"),
                    .event(60, "e", text: "t", page: 2, of: 3, resource: "b"), .until(9_000),
                ],
                [#"10 chat: opened e HIGH 3/3 ["c", "a", "b"]"#]
            ),
            Scenario(
                "a page that is late is told when nothing is missing any more",
                plain,
                [
                    .event(0, "e", text: "t", page: 1, of: 3, resource: "a"),
                    .event(60, "e", text: "t", page: 2, of: 3, resource: "b"),
                    .event(70, "e", text: "t", page: 3, of: 3, resource: "c"), .until(9_000),
                ],
                [#"10 chat: opened e HIGH 1/3 ["a"]"#, #"70 chat: updated e HIGH 3/3 ["a", "b", "c"]"#]
            ),
            Scenario(
                "a new message has the resources of its own pages",
                plain,
                [
                    .event(0, "e", text: "t", page: 1, of: 2, resource: "a"),
                    .event(1, "e", text: "t", page: 2, of: 2, resource: "b"),
                    .event(100, "e", text: "u", page: 1, of: 2, resource: "b"),
                    .event(101, "e", text: "u", page: 2, of: 2, resource: "c"), .until(9_000),
                ],
                [#"10 chat: opened e HIGH 2/2 ["a", "b"]"#, #"110 chat: updated e HIGH 2/2 ["b", "c"]"#]
            ),
            Scenario(
                "in the rule's own group",
                grouped,
                [
                    .event(0, "e", text: "t", page: 1, of: 2, resource: "a"),
                    .event(3, "e", text: "t", page: 2, of: 2, resource: "b"), .until(9_000),
                ],
                [#"30 chat: opened e HIGH 2/2 ["a", "b"]"#]
            ),
            Scenario(
                "an end that comes in pages, too",
                plain,
                [
                    .event(0, "e", text: "t", resource: "a"),
                    .event(100, "e", text: "u", page: 2, of: 3, resource: "b", status: .resolved),
                    .event(101, "e", text: "u", page: 1, of: 3, resource: "a", status: .resolved),
                    .event(102, "e", text: "u", page: 3, of: 3, resource: "c", status: .resolved), .until(9_000),
                ],
                ["0 chat: opened e HIGH", #"110 chat: resolved e HIGH 3/3 ["b", "a", "c"]"#]
            ),
            Scenario(
                "an end in the rule's own group",
                grouped,
                [
                    .event(0, "e", text: "t", resource: "a"),
                    .event(100, "e", text: "u", page: 1, of: 2, resource: "a", status: .resolved),
                    .event(160, "e", text: "u", page: 2, of: 2, resource: "b", status: .resolved), .until(9_000),
                ],
                ["30 chat: opened e HIGH", #"330 chat: resolved e HIGH 2/2 ["a", "b"]"#]
            ),
        ]
    )
    func pages(scenario: Scenario) throws { #expect(try scenario.run() == scenario.messages) }

    @Test("a rule that asks for updates gets those of every kind, and keeps storms and rises as they were")
    func everyKind() throws {
        let rules = #"{ "name": "r", "when": {}, "send": ["chat"], "notify": ["opened", "updated"] }"#
        var scenario = Scenario("", rules, [.event(0, "e", text: "one"), .event(5, "e", text: "two"), .until(9)], [])
        #expect(try scenario.run() == ["0 chat: opened e HIGH", "5 chat: updated e HIGH"])
        let many = (0..<200).map { Scenario.Step.event(Double($0) / 100, "e\($0)", text: "one") }
        scenario = Scenario("", UpdateScenarioTests.slow, many + [.event(3, "e0", text: "two"), .until(90_000)], [])
        let told = try scenario.run()
        #expect(told.contains { $0.contains("storm of") } && told.count < 200)
    }
}
