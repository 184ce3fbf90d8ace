import Findings
import Testing

/// Silences, and what stands before a message that is nobody's news.
@Suite("What silences hide, and what ends with them")
struct SilenceScenarioTests {
    private static let plain = #"{ "name": "r", "when": {}, "send": ["chat"] }"#
    private static let reminding = """
        { "name": "r", "when": {}, "send": ["chat"], "group": { "by": "all", "wait": "0s", "repeat": "1h" } }
        """
    private static let waiting = """
        { "name": "r", "when": {}, "send": ["chat"], "group": { "by": ["account"], "wait": "30s", "interval": "5m" } }
        """
    private static let suppressing = """
        { "name": "noise", "when": { "account": "1" }, "suppress": "nobody looks" }, \(reminding)
        """
    private static let unless = """
        { "name": "r", "when": { "severity": ">=medium" }, "send": ["chat"], "unless": { "equal": ["resource"] } }
        """
    private static let unlessGone = #"{ "name": "r", "when": { "severity": ">=medium" }, "send": ["chat"] }"#
    private static let unlessReminding = """
        { "name": "r", "when": {}, "send": ["chat"], "group": { "by": "all", "wait": "0s", "repeat": "1h" },
          "unless": { "equal": ["resource"] } }
        """

    @Test(
        "what is said, and when",
        arguments: [
            Scenario(
                "what a silence hides is told when it ends, if it still is",
                plain,
                [
                    .silence(0, "s1", account: "1", until: 1_000), .see(100, "a", .high, .active),
                    .see(200, "b", .high, .active), .see(300, "b", .high, .resolved), .see(400, "c@2", .low, .active),
                    .until(2_000),
                ],
                ["400 chat: opened c LOW", "1001 chat silence_ended of 1: opened a HIGH"]
            ),
            Scenario(
                "a digest stays a digest when a silence ends",
                #"{ "name": "r", "when": {}, "send": ["mail"], "digest": { "at": ["08:30"], "weekdays": ["monday"] } }"#,
                [
                    .silence(0, "s1", account: "1", until: 1_000), .see(100, "a", .high, .active),
                    .see(200, "b@2", .low, .active), .until(200_000),
                ],
                ["181000 mail digest of 2: opened a HIGH, opened b LOW"]
            ),
            Scenario(
                "a window that holds back holds what a silence hid, and tells the rest at once",
                """
                { "name": "r", "when": {}, "send": ["chat"], "mute": [{ "during": ["hour"], "severity": "<=medium" }] }
                """,
                [
                    .silence(0, "s1", account: "1", until: 3_000), .see(100, "a", .high, .active),
                    .see(200, "b", .medium, .active), .until(10_000),
                ],
                [
                    "3001 chat silence_ended of 1: opened a HIGH", "6400 chat silence_ended of 1: opened b MEDIUM",
                ]
            ),
            Scenario(
                "a window that drops lets nothing out that a silence hid",
                """
                { "name": "r", "when": {}, "send": ["chat"], "mute": [{ "during": ["hour"], "then": "drop", "reason": "x" }] }
                """,
                [
                    .silence(0, "s1", account: "1", until: 3_000), .see(100, "a", .high, .active), .until(6_000),
                    .see(6_500, "a", .high, .active), .until(10_000),
                ],
                ["6500 chat: opened a HIGH"]
            ),
            Scenario(
                "what something more severe stands before is not told by the end of a silence, but after that",
                unless,
                [
                    .silence(0, "s1", account: "1", until: 1_000), .see(100, "a@1/x", .high, .active),
                    .see(200, "b@2/x", .critical, .active), .see(2_000, "b@2/x", .critical, .resolved), .until(3_000),
                ],
                ["200 chat: opened b CRITICAL", "2000 chat: resolved b CRITICAL", "2000 chat: opened a HIGH"]
            ),
            Scenario(
                "a rise breaks a silence",
                plain,
                [
                    .see(0, "a", .high, .active), .silence(10, "s1", account: "1", until: 1_000),
                    .see(100, "a", .critical, .active), .until(2_000),
                ],
                ["0 chat: opened a HIGH", "100 chat: raised a CRITICAL"]
            ),
            Scenario(
                "a rise does not break a silence that says so, and is told at its end",
                plain,
                [
                    .see(0, "a", .high, .active),
                    .silence(10, "s1", account: "1", until: 1_000, breaksOnRaise: false),
                    .see(100, "a", .critical, .active), .until(2_000),
                ],
                ["0 chat: opened a HIGH", "1001 chat silence_ended of 1: raised a CRITICAL"]
            ),
            Scenario(
                "what another silence hides as well is told at the end of the last one",
                plain,
                [
                    .silence(0, "s1", account: "1", until: 1_000), .see(100, "a", .high, .active),
                    .silence(200, "s2", account: "1", until: 5_000), .until(6_000),
                ],
                ["5001 chat silence_ended of 1: opened a HIGH"]
            ),
            Scenario(
                "a silence that takes the place of one hides on what that hid",
                plain,
                [
                    .silence(0, "s1", account: "1", until: 1_000), .see(100, "a", .high, .active),
                    .silence(200, "s2", account: "1", until: 3_000), .expire(200, "s1"), .until(6_000),
                ],
                ["3001 chat silence_ended of 1: opened a HIGH"]
            ),
            Scenario(
                "a silence that comes while news waits hides it, and neither a rise nor an end",
                waiting,
                [
                    .see(0, "a", .high, .active), .silence(10, "s1", account: "1", until: 1_000),
                    .see(11, "b", .low, .active), .see(2_000, "c", .low, .active), .see(3_000, "c", .high, .active),
                    .silence(3_001, "s2", account: "1", until: 5_000), .see(3_010, "c", .critical, .active),
                    .see(3_700, "c", .critical, .resolved), .until(4_900),
                ],
                [
                    "1001 chat silence_ended of 2: opened a HIGH, opened b LOW", "2030 chat: opened c LOW",
                    "3000 chat: raised c HIGH", "3010 chat: raised c CRITICAL", "3910 chat: resolved c CRITICAL",
                ]
            ),
            Scenario(
                "nobody is reminded of what a silence hides",
                reminding,
                [
                    .see(0, "a", .high, .active), .silence(100, "s1", account: "1", until: 8_000), .until(11_000),
                ],
                ["0 chat: opened a HIGH", "10800 chat: reminder a HIGH"]
            ),
            Scenario(
                "nobody is reminded of what a rule suppresses by now",
                reminding,
                [
                    .see(0, "a", .high, .active), .edit(100, suppressing), .see(200, "a", .high, .active),
                    .until(11_000),
                ],
                ["0 chat: opened a HIGH"]
            ),
            Scenario(
                "nobody is reminded of what something more severe stands before",
                unlessReminding,
                [
                    .see(0, "a@1/x", .high, .active), .see(1_000, "b@1/x", .critical, .active),
                    .see(5_000, "b@1/x", .critical, .resolved), .until(8_000),
                ],
                [
                    "0 chat: opened a HIGH", "1000 chat: opened b CRITICAL", "4600 chat: reminder b CRITICAL",
                    "5200 chat: resolved b CRITICAL", "7200 chat: reminder a HIGH",
                ]
            ),
            Scenario(
                "what ended while its rule had no `unless` holds nothing back when the rule has it again",
                unless,
                [
                    .see(0, "a@1/x", .critical, .active), .edit(10, unlessGone),
                    .see(20, "a@1/x", .critical, .resolved), .edit(30, unless), .see(40, "b@1/x", .medium, .active),
                    .until(100),
                ],
                ["0 chat: opened a CRITICAL", "20 chat: resolved a CRITICAL", "40 chat: opened b MEDIUM"]
            ),
            Scenario(
                "what sinks below its rule holds nothing back any more",
                unless,
                [
                    .see(0, "a@1/x", .critical, .active), .see(10, "b@1/x", .medium, .active),
                    .see(20, "a@1/x", .low, .active), .until(100),
                ],
                ["0 chat: opened a CRITICAL", "20 chat: opened b MEDIUM"]
            ),
        ]
    )
    func stories(scenario: Scenario) throws {
        let messages = try scenario.run()
        #expect(messages == scenario.messages)
    }
}
