import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Explanations")
struct ExplanationTests {
    private let rules = """
        [{"name": "europe", "when": {"severity": ">=high", "region": "eu-*", "account": "@production"}, "send": ["soc"]},
         {"name": "nested", "when": {"not": {"severity": "low"}, "any": [{"region": "eu-*"}, {"tag": "env=prod"}]},
          "send": ["mail"], "stop": true},
         {"name": "late", "when": {}, "send": ["hook"]}]
        """

    private func explanation() throws -> Explanation {
        let text = document(rules: rules, accounts: #"{"production": ["111122223333"]}"#)
        return try RoutingTable(parse(text), version: 3).explain(observation())
    }

    @Test("each condition stands beside what the finding has")
    func conditions() throws {
        let reading = try #require(explanation().rules.first)
        #expect(reading.outcome == .notMatched)
        #expect(
            reading.conditions == [
                .init(name: "severity", expected: ">=high", actual: "HIGH", holds: true),
                .init(name: "region", expected: "eu-*", actual: "us-east-1", holds: false),
                .init(name: "account", expected: "@production (111122223333)", actual: "111122223333", holds: true),
            ]
        )
        #expect(reading.firstFailure?.name == "region")
    }

    @Test("conditions inside others are explained too")
    func nested() throws {
        let reading = try #require(explanation().rules.dropFirst().first)
        #expect(reading.outcome == .matched)
        #expect(reading.conditions.map(\.name) == ["not", "any"])
        #expect(reading.conditions.first?.parts.map(\.holds) == [false])
        #expect(reading.conditions.last?.parts.map(\.holds) == [false, true])
        #expect(reading.conditions.last?.parts.last?.parts.first?.actual == "env=prod, team=Payments")
    }

    @Test("a rule that is not reached names the rule that ended the reading")
    func notReached() throws {
        #expect(try explanation().rules.last?.outcome == .notReached(endedBy: "nested"))
    }

    @Test(
        "why somebody is not told is said by the nearest rule that sends there",
        arguments: [
            ("soc", "Only rule “europe” sends there: region is us-east-1, the rule wants eu-*."),
            ("mail", "Rule “nested” matches and sends there."),
            ("hook", "Rule “late” would send there, and “nested” ended the reading before it."),
            ("nobody", "No rule sends to nobody."),
        ]
    )
    func whyNot(destination: String, words: String) throws {
        #expect(try explanation().whyNot(destination) == words)
    }

    @Test("of several rules the one with the fewest conditions in the way is the nearest")
    func nearest() throws {
        let rules = """
            [{"name": "far", "when": {"severity": "low", "region": "eu-*"}, "send": ["soc"]},
             {"name": "near", "when": {"severity": "high", "region": "eu-*"}, "send": ["soc"]}]
            """
        let explanation = try RoutingTable(parse(document(rules: rules)), version: 1).explain(observation())
        #expect(
            explanation.whyNot("soc")
                == "The nearest rule that sends there, “near” does not match: region is us-east-1, the rule wants eu-*."
        )
    }

    @Test("of the nearest rule, the condition that is named is the one in the way", arguments: 1...5)
    func nearestOfMany(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var pairs = 0
        for _ in 0..<40 {
            let accounts = #"{"production": ["111122223333"]}"#
            let text = document(rules: RandomRules.list(of: 12, using: &generator), accounts: accounts)
            let rules = try JSONDocument.parse(text)["rules"]?.elements ?? []
            let table = RoutingTable(try parse(text), version: 1)
            for _ in 0..<10 {
                let observation = try RandomRules.observation(using: &generator)
                let explanation = table.explain(observation)
                for destination in ["soc", "mail"] {
                    guard let nearest = explanation.nearest(to: destination), let failed = nearest.firstFailure,
                        let rule = rules.first(where: { $0["name"]?.string == nearest.rule.name }),
                        let conditions = rule["when"]?.members
                    else { continue }
                    let others = explanation.rules.filter { $0.rule.send.contains(destination) }
                    #expect(others.allSatisfy { $0.failures >= nearest.failures })
                    pairs += 1
                    // When it wants what the finding has, or does not stand there, one failure fewer is left.
                    let has = Self.value(of: failed.name, in: observation.finding)
                    let rest = conditions.compactMap { member -> String? in
                        guard member.key == failed.name else { return "\"\(member.key)\": \(member.value.text)" }
                        return has.map { "\"\(member.key)\": \(JSONValue.string($0).text)" }
                    }
                    let eased = #"[{"name": "r", "when": {\#(rest.joined(separator: ", "))}, "send": ["soc"]}]"#
                    let again = RoutingTable(try parse(document(rules: eased, accounts: accounts)), version: 1).explain(
                        observation
                    )
                    #expect(again.nearest(to: "soc")?.failures == nearest.failures - 1, "\(rule.text)")
                }
            }
        }
        // Over all seeds 500 at the least.
        #expect(pairs >= 100)
    }

    /// What a finding has for a condition to want; `nil` where it has nothing, or more than a word is needed to want it.
    private static func value(of field: String, in finding: Finding) -> String? {
        switch field {
        case "severity": finding.severity.label
        case "account": finding.account
        case "region": finding.region
        case "product": finding.product
        case "control": finding.controls.first
        case "resourceType": finding.resources.first?.type
        case "tag": finding.tags.first.map { "\($0.key)=\($0.value)" }
        case "status": finding.status.rawValue
        default: nil
        }
    }

    @Test("the text names rules, conditions, destinations and terms")
    func text() throws {
        let text = try explanation().text
        for line in [
            "[HIGH] EC2 instance i-99999999 is querying a domain of a Bitcoin pool.",
            "✗ rule \"europe\" does not match: region is us-east-1, the rule wants eu-*",
            "    ✗ region: wants eu-*, has us-east-1",
            "✓ rule \"nested\" matches, sends to mail, and ends the reading",
            "        ✓ 2: wants all of these, has all hold",
            "- rule \"late\" is not reached: \"nested\" ended the reading; it would have matched",
            "→ mail (soc@example.com) on the terms of rule \"nested\": opened, raised, reopened, resolved",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)\n\n\(text)")
        }
    }

    @Test("what earlier rules cut off is told apart from what would not have matched anyway")
    func cutOff() throws {
        let rules = """
            [{"name": "a", "when": {}, "suppress": "known"}, {"name": "b", "when": {"severity": "high"}, "send": ["soc"]},
             {"name": "c", "when": {"severity": "low"}, "send": ["soc"]}]
            """
        let explanation = try RoutingTable(parse(document(rules: rules)), version: 7).explain(observation())
        #expect(explanation.cutOff.map(\.rule.name) == ["b"])
        let json = try JSONDocument.parse(explanation.json.text)
        #expect(json["cutOff"]?.elements.map(\.string) == ["b"])
        #expect(json["rules"]?.elements.map { $0["wouldMatch"]?.bool } == [nil, true, false])
        #expect(explanation.text.hasSuffix("→ suppressed by rule \"a\": known\n  by version 7 of the rules\n"))
    }

    @Test(
        "the first condition that fails is a sentence",
        arguments: [
            (#"{"severity": ">=critical"}"#, "severity is HIGH, the rule wants >=critical"),
            (#"{"account": "@sandbox"}"#, "account 111122223333 is not in @sandbox"),
            (
                #"{"account": ["@sandbox", "1234*"]}"#,
                "account is 111122223333, the rule wants @sandbox (9999*), 1234*"
            ),
            (#"{"region": ["eu-*", "ap-*"]}"#, "region is us-east-1, the rule wants eu-*, ap-*"),
            (#"{"title": "x", "severity": "low"}"#, "title is empty, the rule wants x"),
            (#"{"control": "S3.*"}"#, "control is missing, the rule wants S3.*"),
            (#"{"not": {"severity": "high"}}"#, "all of the conditions inside not hold: severity"),
            (
                #"{"any": [{"severity": "low"}, {"region": "eu-*"}]}"#,
                "none of the alternatives of any holds: severity is HIGH, the rule wants low, "
                    + "region is us-east-1, the rule wants eu-*"
            ),
        ]
    )
    func reason(when: String, reason: String) throws {
        let text = document(
            rules: #"[{"name": "r", "when": \#(when), "send": ["soc"]}]"#,
            accounts: #"{"sandbox": ["9999*"]}"#
        )
        let observation = try observation { finding in
            finding.title = ""
            finding.controls = []
        }
        #expect(try RoutingTable(parse(text), version: 1).explain(observation).rules.first?.reason == reason)
    }

    @Test("hostile text cannot steer a terminal")
    func hostile() throws {
        let hostile = try observation { finding in
            finding.title = "\u{1B}[2J\u{202E}evil\r\nnext"
            finding.region = "\u{7}"
        }
        let text = try RoutingTable(parse(document(rules: rules.replacing("@production", with: "1*"))), version: 1)
            .explain(hostile).text
        #expect(text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 7 } == false)
        #expect(text.contains(#"[HIGH] \u{1b}[2J\u{202e}evil\u{d}\u{a}next"#))
    }

    @Test("the JSON form holds verdict, destinations and rules")
    func json() throws {
        let json = try JSONDocument.parse(explanation().json.text)
        #expect(json["verdict"]?.string == "routed")
        #expect(json["version"]?.integer == 3)
        #expect(json[path: "finding", "severity"]?.string == "HIGH")
        #expect(json[path: "destinations", "destination"]?.string == "mail")
        #expect(json[path: "destinations", "recipients"]?.elements.first?.string == "soc@example.com")
        let rules = json["rules"]?.elements ?? []
        #expect(rules.map { $0["outcome"]?.string } == ["not_matched", "matched", "not_reached"])
        #expect(rules.first?[path: "firstFailure", "name"]?.string == "region")
        #expect(rules.last?["endedBy"]?.string == "nested")
    }

    @Test("explaining never disagrees with deciding", arguments: 1...20)
    func agreesWithDecide(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let text = document(
                rules: RandomRules.list(of: 12, using: &generator),
                fallback: #"{"send": ["hook"]}"#,
                accounts: #"{"production": ["1111*", "2222*"]}"#
            )
            let table = RoutingTable(try parse(text), version: 1)
            for _ in 0..<50 {
                let observation = try RandomRules.observation(using: &generator)
                let decision = table.decide(observation)
                let explanation = table.explain(observation)
                #expect(explanation.decision == decision)
                let matched = explanation.rules.filter { $0.outcome == .matched }
                #expect(matched.map(\.rule.name) == decision.matched)
                #expect(matched.allSatisfy { $0.firstFailure == nil })
                let unmatched = explanation.rules.filter { $0.outcome == .notMatched }
                #expect(unmatched.allSatisfy { $0.firstFailure != nil })
            }
        }
    }
}
