import Findings
import Testing

/// What a rule's group promises, as Alertmanager's users know it from its dispatcher and its log of notifications.
@Suite("Groups, told by their timers")
struct GroupScenarioTests {
    private static let severe = """
        { "name": "critical", "when": { "severity": "critical" }, "send": ["chat"] },
        { "name": "rest", "when": {}, "send": ["chat"], "notify": ["opened"] }
        """
    private static let knowing = """
        { "name": "r", "when": {}, "send": ["chat"],
          "group": { "by": ["account"], "wait": "30s", "interval": "5m", "repeat": "4h" },
          "notify": ["opened", "raised", "reopened", "resolved", "acknowledged"] }
        """
    private static let account = """
        { "name": "r", "when": {}, "send": ["chat"],
          "group": { "by": ["account"], "wait": "30s", "interval": "5m", "repeat": "4h" } }
        """
    private static let silent = """
        { "name": "r", "when": {}, "send": ["chat"], "notify": ["opened"],
          "group": { "by": ["account"], "wait": "30s", "interval": "5m" } }
        """
    private static let all = """
        { "name": "r", "when": {}, "send": ["chat"], "group": { "by": "all", "wait": "0s", "interval": "1m" } }
        """
    private static let none = """
        { "name": "r", "when": {}, "send": ["chat"], "group": { "by": [], "wait": "30s", "interval": "5m" } }
        """

    @Test(
        "what is said, and when",
        arguments: [
            Scenario(
                "the first alert is told after the wait",
                account,
                [.see(0, "a", .high, .active), .until(3_000)],
                [
                    "30 chat: opened a HIGH"
                ]
            ),
            Scenario(
                "alerts that come within the wait share the message",
                account,
                [.see(0, "a", .high, .active), .see(20, "b", .low, .active), .until(3_000)],
                ["30 chat group of 2: opened a HIGH, opened b LOW"]
            ),
            Scenario(
                "a new alert after the first message waits for the next tick",
                account,
                [.see(0, "a", .high, .active), .see(40, "b", .low, .active), .until(3_000)],
                ["30 chat: opened a HIGH", "330 chat: opened b LOW"]
            ),
            Scenario(
                "ticks are counted from the first message, however long nothing came",
                account,
                [.see(0, "a", .high, .active), .see(700, "b", .low, .active), .until(3_000)],
                ["30 chat: opened a HIGH", "930 chat: opened b LOW"]
            ),
            Scenario(
                "what is sent again and has not changed is not said again",
                account,
                [
                    .see(0, "a", .high, .active), .see(60, "a", .high, .active), .see(400, "a", .high, .active),
                    .until(3_000),
                ],
                ["30 chat: opened a HIGH"]
            ),
            Scenario(
                "what was resolved before its message is never told",
                account,
                [.see(0, "a", .high, .active), .see(10, "a", .high, .resolved), .until(3_000)],
                []
            ),
            Scenario(
                "the end is told at the next tick",
                account,
                [.see(0, "a", .high, .active), .see(50, "a", .high, .resolved), .until(3_000)],
                ["30 chat: opened a HIGH", "330 chat: resolved a HIGH"]
            ),
            Scenario(
                "the end of one and the beginning of another share the tick",
                account,
                [
                    .see(0, "a", .high, .active), .see(50, "a", .high, .resolved), .see(60, "b", .high, .active),
                    .until(3_000),
                ],
                ["30 chat: opened a HIGH", "330 chat group of 2: opened b HIGH, resolved a HIGH"]
            ),
            Scenario(
                "where ends are not wanted none is told",
                silent,
                [.see(0, "a", .high, .active), .see(50, "a", .high, .resolved), .until(9_000)],
                ["30 chat: opened a HIGH"]
            ),
            Scenario(
                "an end that was taken back before its tick is not told, and nothing else is",
                account,
                [
                    .see(0, "a", .high, .active), .see(50, "a", .high, .resolved), .see(60, "a", .high, .active),
                    .until(3_000),
                ],
                ["30 chat: opened a HIGH"]
            ),
            Scenario(
                "what is open is said again after `repeat`, though the source says nothing",
                account,
                [.see(0, "a", .high, .active), .see(100, "b", .low, .active), .until(30_000)],
                [
                    "30 chat: opened a HIGH", "330 chat: opened b LOW",
                    "14430 chat reminder of 2: reminder a HIGH, reminder b LOW",
                    "28830 chat reminder of 2: reminder a HIGH, reminder b LOW",
                ]
            ),
            Scenario(
                "news of others does not put the reminder off",
                account,
                [
                    .see(0, "a", .high, .active), .see(5_000, "b", .low, .active), .see(10_000, "b", .low, .resolved),
                    .see(14_000, "c", .low, .active), .until(15_000),
                ],
                [
                    "30 chat: opened a HIGH", "5130 chat: opened b LOW", "10230 chat: resolved b LOW",
                    "14130 chat: opened c LOW", "14430 chat reminder of 2: reminder a HIGH, reminder c LOW",
                ]
            ),
            Scenario(
                "what somebody acknowledges before it is told is told as it opened, and its end withdraws it",
                knowing,
                [
                    .see(0, "a", .high, .active), .see(10, "a", .high, .acknowledged), .see(100, "b", .high, .active),
                    .see(110, "b", .high, .acknowledged), .see(120, "b", .high, .resolved),
                    .see(2_000, "b", .high, .active), .until(3_000),
                ],
                ["30 chat: opened a HIGH", "2030 chat: opened b HIGH"]
            ),
            Scenario(
                "what is acknowledged after it was told is told where that is wanted, unless it is taken back before",
                knowing,
                [
                    .see(0, "a", .high, .active), .see(100, "a", .high, .acknowledged),
                    .see(1_000, "a", .high, .active), .see(1_100, "a", .high, .acknowledged),
                    .see(1_110, "a", .high, .active), .until(3_000),
                ],
                ["30 chat: opened a HIGH", "330 chat: acknowledged a HIGH"]
            ),
            Scenario(
                "an end is told on the terms of the rule that told of the beginning, whichever it meets by then",
                severe,
                [
                    .see(0, "a", .critical, .active), .see(50, "a", .informational, .resolved),
                    .see(100, "b", .low, .active), .see(200, "b", .low, .resolved), .until(9_000),
                ],
                ["0 chat: opened a CRITICAL", "50 chat: resolved a CRITICAL", "100 chat: opened b LOW"]
            ),
            Scenario(
                "what is over is not said again",
                account,
                [.see(0, "a", .high, .active), .see(100, "a", .high, .resolved), .until(30_000)],
                ["30 chat: opened a HIGH", "330 chat: resolved a HIGH"]
            ),
            Scenario(
                "without `repeat` nothing is said again",
                none,
                [.see(0, "a", .high, .active), .until(90_000)],
                ["30 chat: opened a HIGH"]
            ),
            Scenario(
                "a rise passes the wait and takes along what waits",
                account,
                [
                    .see(0, "a", .low, .active), .see(5, "b", .low, .active), .see(10, "a", .high, .active),
                    .until(3_000),
                ],
                ["10 chat group of 2: opened a HIGH, opened b LOW"]
            ),
            Scenario(
                "a rise passes the interval",
                account,
                [.see(0, "a", .low, .active), .see(60, "a", .critical, .active), .until(3_000)],
                ["30 chat: opened a LOW", "60 chat: raised a CRITICAL"]
            ),
            Scenario(
                "the wait is counted from when an alert was received, so that none waits twice",
                account,
                [.seeLate(0, 100, "a", .high), .until(3_000)],
                ["100 chat: opened a HIGH"]
            ),
            Scenario(
                "each account has its own message and its own timers",
                account,
                [.see(0, "a@1", .high, .active), .see(20, "b@2", .high, .active), .until(3_000)],
                ["30 chat: opened a HIGH", "50 chat: opened b HIGH"]
            ),
            Scenario(
                "by nothing: everything of a rule shares messages",
                none,
                [.see(0, "a@1", .high, .active), .see(20, "b@2", .high, .active), .until(3_000)],
                ["30 chat group of 2: opened a HIGH, opened b HIGH"]
            ),
            Scenario(
                "by all: each alert by itself",
                all,
                [
                    .see(0, "a", .high, .active), .see(0, "b", .high, .active), .see(10, "b", .high, .resolved),
                    .until(99),
                ],
                ["0 chat: opened a HIGH", "0 chat: opened b HIGH", "60 chat: resolved b HIGH"]
            ),
            Scenario(
                "a group whose alerts are all over begins anew with its wait",
                account,
                [
                    .see(0, "a", .high, .active), .see(50, "a", .high, .resolved), .see(400, "a", .high, .active),
                    .until(3_000),
                ],
                ["30 chat: opened a HIGH", "330 chat: resolved a HIGH", "430 chat: reopened a HIGH"]
            ),
            Scenario(
                "an edit keeps the timers of a rule whose name stays",
                account,
                [
                    .see(0, "a", .high, .active), .edit(10, account.replacing("4h", with: "2h")),
                    .see(60, "b", .low, .active), .until(3_000),
                ],
                ["30 chat: opened a HIGH", "330 chat: opened b LOW"]
            ),
            Scenario(
                "what waits for a rule that is gone is told all the same",
                account,
                [
                    .see(0, "a", .high, .active),
                    .edit(10, #"{ "name": "other", "when": {}, "send": ["hook"] }"#), .until(3_000),
                ],
                ["30 chat: opened a HIGH"]
            ),
            Scenario(
                "the end follows to where the beginning was told, whatever the rules say by then",
                account,
                [
                    .see(0, "a", .high, .active),
                    .edit(60, #"{ "name": "other", "when": { "severity": ">=critical" }, "send": ["hook"] }"#),
                    .see(100, "a", .informational, .resolved), .until(3_000),
                ],
                ["30 chat: opened a HIGH", "100 chat: resolved a HIGH"]
            ),
        ]
    )
    func told(scenario: Scenario) throws {
        let messages = try scenario.run()
        #expect(messages == scenario.messages)
    }
}
