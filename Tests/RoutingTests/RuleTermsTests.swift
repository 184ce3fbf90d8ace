import Findings
import Routing
import Testing

@Suite("The terms of rules and destinations")
struct RuleTermsTests {
    private let windows = #"{"nights": {"times": ["22:00-06:00"]}, "office": {"times": ["09:00-17:00"]}}"#

    private func text(rule: String = "", destination: String = "", fallback: String = "", rules: String? = nil)
        -> String
    {
        """
        {"version": 1, "windows": \(windows),
         "destinations": {
          "soc": {"type": "slack", "url": {"env": "U"}\(destination)}, "hook": {"type": "webhook", "url": {"env": "H"}}},
         "rules": \(rules ?? #"[{"name": "a", "when": {}, "send": ["soc"]\#(rule)}]"#),
         "fallback": {"send": ["soc", "hook"]\(fallback)}}
        """
    }

    private func routed(_ text: String) throws -> [Decision.Routed] {
        let decision = RoutingTable(try parse(text), version: 1).decide(try observation())
        guard case .routed(let routed) = decision.verdict else { return [] }
        return routed
    }

    @Test("a rule's mutes come before the destination's, in the order written")
    func mutes() throws {
        let terms = try #require(
            try routed(
                text(
                    rule: #"""
                        , "mute": [{"during": ["nights"], "severity": "<=medium"},
                                   {"outside": ["office", "nights"], "then": "drop", "reason": "not ours"}]
                        """#,
                    destination: #", "mute": [{"during": ["office"]}]"#
                )
            ).first?.terms
        )
        #expect(terms.mutes.map(\.reason) == ["during nights", "not ours", "during office"])
        #expect(terms.mutes.map(\.isOutside) == [false, true, false])
        #expect(terms.mutes.map(\.action) == [.hold, .drop, .hold])
        #expect(terms.mutes.map(\.severities.count) == [4, 6, 6])
        #expect(terms.mutes.map { $0.windows.map(\.name) } == [["nights"], ["office", "nights"], ["office"]])
    }

    @Test("a rule's digest wins over the destination's, which serves rules without one")
    func digests() throws {
        let destination = #", "digest": {"at": ["08:00"]}"#
        let own = try routed(text(rule: #", "digest": {"at": ["09:00"]}"#, destination: destination))
        #expect(own.first?.terms.digest == DigestSchedule(at: [540]))
        let served = try routed(text(destination: destination, rules: "[]"))
        #expect(served.map(\.terms.digest) == [DigestSchedule(at: [480]), nil])
        let document = try parse(text(destination: destination))
        #expect(
            Resolutions(document).routed(to: "soc", announcedBy: "a")?.terms.digest == DigestSchedule(at: [480])
        )
        #expect(
            Resolutions(document).routed(to: "soc", announcedBy: "gone")?.terms.digest == DigestSchedule(at: [480])
        )
    }

    @Test(
        "as many messages may wait as are sent in a minute",
        arguments: [
            ("", 60), (#", "rate": "2/s""#, 120), (#", "rate": "30/m""#, 30), (#", "rate": "10/h""#, 1),
        ]
    )
    func backlog(destination: String, limit: Int) throws {
        let routed = try routed(text(destination: destination, rules: "[]"))
        #expect(routed.map(\.backlogLimit) == [limit, nil])
    }

    @Test("unless and the ways to group are read as written")
    func inhibitionAndGroups() throws {
        let unless = #", "unless": {"when": {"product": "GuardDuty"}, "equal": ["account", "resource"]}"#
        let rule = try #require(try parse(text(rule: unless)).rules.first)
        #expect(
            rule.terms.unless
                == Inhibition(
                    when: Condition(tests: [.field(.product, GlobSet(words: ["GuardDuty"]))]),
                    equal: ["account", "resource"]
                )
        )
        let equal = try parse(text(rule: #", "unless": {"equal": ["account"], "missing": "equal"}"#))
        #expect(equal.rules.first?.terms.unless == Inhibition(equal: ["account"], missingIsEqual: true))
        let groups = try [#""all""#, "[]"].map { by in
            try #require(try parse(text(rule: #", "group": {"by": \#(by)}"#)).rules.first?.terms.group)
        }
        #expect(groups.map(\.isEach) == [true, false])
        #expect(groups.map(\.by) == [[], []])
    }

    @Test("standards are merged unless the document says otherwise")
    func standards() throws {
        #expect(try parse(text()).mergeStandards)
        let separate = text().replacing(#""version": 1,"#, with: #""version": 1, "mergeStandards": false,"#)
        #expect(try parse(separate).mergeStandards == false)
    }

    @Test(
        "terms without effect are warnings",
        arguments: [
            (
                #", "digest": {"at": ["09:00"]}, "group": {"by": []}"#, "",
                #""group" means nothing here: everything goes into the digest"#
            ),
            (
                #", "unless": {"equal": ["account"]}"#, #", "digest": {"at": ["09:00"]}"#,
                #""unless" means nothing here: everything goes into the digest"#
            ),
            (
                #", "notify": ["opened"], "group": {"by": [], "repeat": "1h"}"#, "",
                #""repeat" means nothing here: "notify" leaves out "reminder""#
            ),
            (
                #", "notify": ["opened", "reminder"], "group": {"by": []}"#, "",
                #"no reminder is ever due: "group" has no "repeat""#
            ),
        ]
    )
    func warnings(rule: String, destination: String, message: String) {
        let all = diagnostics(text(rule: rule, destination: destination))
        let unused = [
            #"the window "nights" is not used: no "mute" names it"#,
            #"the window "office" is not used: no "mute" names it"#,
        ]
        #expect(all.map(\.message).sorted() == (unused + [message]).sorted())
        #expect(all.allSatisfy { $0.severity == .warning })
    }
}
