import Findings
import Testing

/// Mute windows, inhibition, digests and storms.
@Suite("What holds news back, and what becomes of it")
struct HoldScenarioTests {
    // The story begins at 06:13:20, so that 07:00 is at 2,800 s and 08:00 at 6,400 s.
    private static let hold = """
        { "name": "r", "when": {}, "send": ["chat"], "mute": [{ "during": ["hour"], "severity": "<=high" }] }
        """
    private static let drop = """
        { "name": "r", "when": {}, "send": ["chat"],
          "mute": [{ "during": ["hour"], "then": "drop", "reason": "maintenance at seven" }] }
        """
    private static let groupHold = """
        { "name": "r", "when": {}, "send": ["chat"], "group": { "by": [], "wait": "10m", "interval": "5m" },
          "mute": [{ "during": ["hour"], "severity": "<=high" }] }
        """
    private static let unless = """
        { "name": "r", "when": {}, "send": ["chat"], "unless": { "equal": ["account", "resource"] } }
        """
    private static let mixed = """
        { "name": "high", "when": { "severity": ">=high" }, "send": ["chat"] },
        { "name": "rest", "when": {}, "send": ["chat"], "unless": { "equal": ["resource"] } }
        """
    private static let unlessMissing = """
        { "name": "r", "when": {}, "send": ["chat"], "unless": { "equal": ["resource"], "missing": "equal" } }
        """
    private static let digest = """
        { "name": "r", "when": {}, "send": ["mail"], "digest": { "at": ["09:00"] } }
        """
    private static let unlessReminding = """
        { "name": "r", "when": {}, "send": ["chat"],
          "group": { "by": ["account"], "wait": "0s", "interval": "5m", "repeat": "1h" },
          "unless": { "equal": ["resource"] } }
        """
    private static let weekly = """
        { "name": "r", "when": {}, "send": ["mail"], "digest": { "at": ["09:00"], "weekdays": ["monday"] } }
        """
    private static let later = """
        { "name": "r", "when": {}, "send": ["mail"], "digest": { "at": ["10:00"] } }
        """
    private static let slow = #"{ "name": "r", "when": {}, "send": ["slow"] }"#

    @Test(
        "what is said, and when",
        arguments: [
            Scenario(
                "a window holds what comes in it and tells it together when it ends",
                hold,
                [.see(3_000, "a", .high, .active), .see(3_100, "b", .low, .active), .until(9_000)],
                ["6400 chat held of 2: opened a HIGH, opened b LOW"]
            ),
            Scenario(
                "what is more severe than the window's severities passes",
                hold,
                [.see(3_000, "a", .critical, .active), .until(9_000)],
                ["3000 chat: opened a CRITICAL"]
            ),
            Scenario(
                "what opened and ended in the window is not told",
                hold,
                [.see(3_000, "a", .high, .active), .see(3_100, "a", .high, .resolved), .until(9_000)],
                []
            ),
            Scenario(
                "the end of what was told waits for the end of the window, and is not lost",
                hold,
                [.see(0, "a", .high, .active), .see(3_100, "a", .high, .resolved), .until(9_000)],
                ["0 chat: opened a HIGH", "6400 chat: resolved a HIGH"]
            ),
            Scenario(
                "a window that drops tells no beginning until it is over and the source says it again, and always an end",
                drop,
                [
                    .see(0, "a", .high, .active), .see(3_000, "b", .high, .active),
                    .see(3_100, "a", .high, .resolved), .see(7_000, "b", .high, .active),
                    .see(7_100, "b", .high, .resolved), .until(9_000),
                ],
                [
                    "0 chat: opened a HIGH", "6400 chat: resolved a HIGH", "7000 chat: opened b HIGH",
                    "7100 chat: resolved b HIGH",
                ]
            ),
            Scenario(
                "what is released while its group is reminded keeps the time of its own message",
                unlessReminding,
                [
                    .see(0, "a@1/y", .high, .active), .see(10, "c@2/x", .critical, .active),
                    .see(20, "b@1/x", .medium, .active), .seeAsleep(3_590, "c@2/x", .critical, .resolved),
                    .wake(3_605), .until(4_000),
                ],
                [
                    "0 chat: opened a HIGH", "10 chat: opened c CRITICAL", "3605 chat: reminder a HIGH",
                    "3610 chat: resolved c CRITICAL", "3900 chat: opened b MEDIUM",
                ]
            ),
            Scenario(
                "a digest whose schedule was edited is told by the new one once there is news",
                weekly,
                [
                    .see(0, "a", .high, .active), .edit(100, digest), .see(200, "b", .high, .active), .until(20_000),
                ],
                ["10000 mail digest of 2: opened a HIGH, opened b HIGH"]
            ),
            Scenario(
                "a digest whose schedule is edited tells what already waits at the new time, without news",
                weekly,
                [.see(0, "a", .high, .active), .edit(100, digest), .until(20_000)],
                ["10000 mail digest of 1: opened a HIGH"]
            ),
            Scenario(
                "a digest that is put off puts off what already waits, without news and with it",
                digest,
                [
                    .see(0, "a", .high, .active), .edit(100, later), .see(200, "b", .high, .active), .until(20_000),
                ],
                ["13600 mail digest of 2: opened a HIGH, opened b HIGH"]
            ),
            Scenario(
                "a window that begins before a group's message holds that",
                groupHold,
                [.see(2_500, "a", .high, .active), .until(9_000)],
                ["6400 chat: opened a HIGH"]
            ),
            Scenario(
                "in a group only what the window mutes waits for its end",
                groupHold,
                [.see(2_500, "a", .high, .active), .see(2_600, "b", .critical, .active), .until(9_000)],
                ["3100 chat: opened b CRITICAL", "6400 chat: opened a HIGH"]
            ),
            Scenario(
                "a more severe alert about the same thing holds others back",
                unless,
                [.see(0, "a@1/x", .high, .active), .see(10, "b@1/x", .low, .active), .until(3_000)],
                ["0 chat: opened a HIGH"]
            ),
            Scenario(
                "an equally severe one does not",
                unless,
                [.see(0, "a@1/x", .high, .active), .see(10, "b@1/x", .high, .active), .until(3_000)],
                ["0 chat: opened a HIGH", "10 chat: opened b HIGH"]
            ),
            Scenario(
                "one about another thing does not",
                unless,
                [
                    .see(0, "a@1/x", .high, .active), .see(10, "b@1/y", .low, .active),
                    .see(20, "c@2/x", .low, .active), .until(3_000),
                ],
                ["0 chat: opened a HIGH", "10 chat: opened b LOW", "20 chat: opened c LOW"]
            ),
            Scenario(
                "when it is over, what it held back is told",
                unless,
                [
                    .see(0, "a@1/x", .high, .active), .see(10, "b@1/x", .low, .active),
                    .see(60, "a@1/x", .high, .resolved), .until(3_000),
                ],
                ["0 chat: opened a HIGH", "60 chat: resolved a HIGH", "60 chat: opened b LOW"]
            ),
            Scenario(
                "as long as one of several is active, the others' end changes nothing",
                unless,
                [
                    .see(0, "a@1/x", .high, .active), .see(1, "c@1/x", .critical, .active),
                    .see(10, "b@1/x", .low, .active), .see(60, "c@1/x", .high, .resolved),
                    .see(90, "a@1/x", .high, .resolved), .until(3_000),
                ],
                [
                    "0 chat: opened a HIGH", "1 chat: opened c CRITICAL", "60 chat: resolved c CRITICAL",
                    "90 chat: resolved a HIGH", "90 chat: opened b LOW",
                ]
            ),
            Scenario(
                "what was held back and is over is not told",
                unless,
                [
                    .see(0, "a@1/x", .high, .active), .see(10, "b@1/x", .low, .active),
                    .see(20, "b@1/x", .low, .resolved), .see(60, "a@1/x", .high, .resolved), .until(3_000),
                ],
                ["0 chat: opened a HIGH", "60 chat: resolved a HIGH"]
            ),
            Scenario(
                "what rises above what held it back is told",
                unless,
                [
                    .see(0, "a@1/x", .high, .active), .see(10, "b@1/x", .low, .active),
                    .see(20, "b@1/x", .critical, .active), .until(3_000),
                ],
                ["0 chat: opened a HIGH", "20 chat: opened b CRITICAL"]
            ),
            Scenario(
                "what lacks a field of `equal` is held back by nothing",
                unless,
                [.see(0, "a@1/", .high, .active), .see(10, "b@1/", .low, .active), .until(3_000)],
                ["0 chat: opened a HIGH", "10 chat: opened b LOW"]
            ),
            Scenario(
                "unless the rule says that two who lack it agree",
                unlessMissing,
                [.see(0, "a@1/", .high, .active), .see(10, "b@1/", .low, .active), .until(3_000)],
                ["0 chat: opened a HIGH"]
            ),
            Scenario(
                "a rule without `unless` lets go what the earlier one held back",
                unless,
                [
                    .see(0, "a@1/x", .high, .active), .see(10, "b@1/x", .low, .active),
                    .edit(30, #"{ "name": "r", "when": {}, "send": ["chat"] }"#),
                    .see(40, "z", .low, .active), .until(3_000),
                ],
                ["0 chat: opened a HIGH", "30 chat: opened b LOW", "40 chat: opened z LOW"]
            ),
            // 09:00 is at 10,000 s; nothing new until then, nothing is sent the next day.
            Scenario(
                "a digest tells at its time what is open and what is over",
                digest,
                [
                    .see(0, "a", .high, .active), .see(100, "b", .low, .active), .see(200, "b", .low, .resolved),
                    .see(20_000, "a", .high, .resolved), .see(20_001, "c", .medium, .active), .until(300_000),
                ],
                [
                    "10000 mail digest of 1: opened a HIGH",
                    "96400 mail digest of 2: opened c MEDIUM, resolved a HIGH",
                ]
            ),
            Scenario(
                "what is older than what is known, and meets another rule, does not make what is held back unfindable",
                mixed,
                [
                    .seeDated(0, 0, "x@1/r", .high, .active), .seeDated(100, 100, "a@1/r", .medium, .active),
                    .seeDated(110, 50, "a@1/r", .high, .active), .seeDated(200, 200, "x@1/r", .high, .resolved),
                    .until(900),
                ],
                ["0 chat: opened x HIGH", "200 chat: resolved x HIGH", "200 chat: opened a MEDIUM"]
            ),
            Scenario(
                "more than a minute's worth becomes one summary, and what is critical does not wait for it",
                slow,
                [
                    .see(0, "a", .high, .active), .see(1, "b", .low, .active), .see(2, "c", .low, .active),
                    .see(3, "d", .critical, .active), .see(4, "e", .medium, .active), .until(900),
                ],
                [
                    "2 slow storm of 3: opened a HIGH, opened b LOW, opened c LOW",
                    "3 slow: opened d CRITICAL",
                    "62 slow storm_ended of 4: opened e MEDIUM",
                ]
            ),
        ]
    )
    func told(scenario: Scenario) throws {
        let messages = try scenario.run()
        #expect(messages == scenario.messages)
    }

    @Test("of more than one look takes in, what was silenced meanwhile is told when the silence ends, all of it")
    func crowd() throws {
        let rule = #"{ "name": "r", "when": {}, "send": ["hook"], "mute": [{ "during": ["hour"] }] }"#
        let crowd = (0...2_000).map { Scenario.Step.see(3_000, "f\($0)", .high, .active) }
        let silence = Scenario.Step.silence(4_000, "s", account: "1", until: 20_000)
        let messages = try Scenario("crowd", rule, crowd + [silence, .until(30_000)], []).run()
        #expect(messages.count == 1)
        #expect(messages.first?.hasPrefix("20001 hook silence_ended of 2001: ") == true)
    }
}
