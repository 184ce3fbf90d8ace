import NoroshiTestSupport
import Routing
import Testing

@Suite("A rule as a sentence")
struct RuleSentenceTests {
    private func rule(_ members: String) throws -> Rule {
        let text = """
            {"version": 1, "accounts": {"payments": ["111122223333"]},
             "windows": {"nights": {"times": ["20:00-07:00"]}, "weekends": {"weekdays": ["saturday", "sunday"]}},
             "destinations": {"secops": {"type": "slack", "url": {"env": "A"}},
              "payments-oncall": {"type": "slack", "url": {"env": "B"}}},
             "rules": [{"name": "r", \(members)}]}
            """
        return try #require(parse(text).rules.first)
    }

    @Test(
        "everything that a rule can say is said",
        arguments: [
            (#""when": {}, "send": ["secops"]"#, "Every finding: tell secops."),
            (
                #""when": {"severity": ">=high", "account": "!@payments", "region": "!ap-*"}, "stop": true, "send": ["secops", "payments-oncall"], "group": {"by": ["account"]}, "mute": [{"during": ["nights"]}]"#,
                "HIGH or worse in no account of @payments, outside ap-*: tell secops and payments-oncall, grouped by account for 30 s, held during nights; read no further."
            ),
            (
                #""when": {"severity": ["low", "<= Medium"], "product": ["GuardDuty", "Macie"], "title": "!*test*"}, "suppress": "known""#,
                "LOW or MEDIUM or milder, from the product GuardDuty or Macie, not titled *test*: tell nobody, because “known”; read no further."
            ),
            (
                #""when": {"account": ["@payments", "1111*", "!222233334444"], "status": "!RESOLVED"}, "send": ["secops"], "enabled": false"#,
                "Switched off: in account 1111* or in an account of @payments, not in account 222233334444, without status RESOLVED: tell secops."
            ),
            (
                #""when": {"not": {"product": "Macie", "severity": "low"}, "any": [{"tag": "env=prod"}, {"control": "S3.*", "region": "eu-*"}]}, "send": ["secops"]"#,
                "Except (from the product Macie and LOW), either tagged env=prod or (about control S3.* and in Region eu-*): tell secops."
            ),
            (
                #""when": {"pattern": {"source": ["aws.config"]}}, "send": ["secops"], "notify": ["opened", "reminder"]"#,
                #"Whose event fits the pattern {"source": ["aws.config"]}: tell secops, only when opened or due again."#
            ),
            (
                #""when": {"severity": ">critical"}, "send": ["secops"], "group": {"by": "all", "wait": "0s", "interval": "1h", "repeat": "24h"}"#,
                "Worse than CRITICAL: tell secops, each by itself, at once, at most every 1 h, again every 1 d."
            ),
            (
                #""when": {"severity": "<high"}, "send": ["secops"], "mute": [{"outside": ["nights", "weekends"], "severity": "<=high", "then": "drop", "reason": "asleep"}]"#,
                "Milder than HIGH: tell secops, dropped outside nights or weekends if HIGH or milder (asleep)."
            ),
            (
                #""when": {"severity": "high"}, "send": ["secops"], "unless": {"equal": ["account", "resource"], "when": {"product": "Macie"}, "missing": "equal"}"#,
                "HIGH: tell secops, not while something more severe that is from the product Macie with the same account and resource is open (what both lack is the same)."
            ),
            (
                #""when": {"severity": "low"}, "send": ["secops"], "digest": {"at": ["08:30", "17:00"], "weekdays": ["monday-friday"], "timeZone": "Europe/Berlin"}"#,
                "LOW: tell secops, in a digest at 08:30 and 17:00 on Monday to Friday (Europe/Berlin)."
            ),
            (
                #""when": {"severity": "low"}, "send": ["secops"], "digest": {"at": ["08:30"], "daysOfMonth": ["1", "-3..-1"]}"#,
                "LOW: tell secops, in a digest at 08:30 on day 1 and the last day but 2 to the last day of the month (UTC)."
            ),
        ]
    )
    func says(members: String, sentence: String) throws {
        #expect(try rule(members).sentence.text == sentence)
    }

    @Test("what is this rule's own is marked")
    func marks() throws {
        let parts = try rule(#""when": {"severity": "high"}, "send": ["secops"]"#).sentence.parts
        #expect(parts.filter(\.isStrong).map(\.text) == ["HIGH", "secops"])
    }

    @Test("every field has words of its own, for what it wants and for what it excludes")
    func fields() throws {
        var seen: Set<String> = []
        for field in Condition.Field.allCases {
            for sign in ["", "!"] {
                let condition = Condition(tests: [.field(field, GlobSet(words: ["\(sign)value"]))])
                #expect(seen.insert(condition.phrase.text).inserted)
                #expect(condition.phrase.text.hasSuffix("value"))
            }
        }
    }

    @Test("conditions are chips, what excludes marked, and long ones cut")
    func chips() throws {
        let rule = try rule(
            #""when": {"severity": ">=high", "account": ["@payments", "!222233334444"], "region": ["a", "b", "c", "d"], "not": {"product": "Macie"}, "any": [{"tag": "a"}, {"tag": "b"}]}, "send": ["secops"]"#
        )
        #expect(
            rule.when.chips.map { "\($0.label) \($0.value)" } == [
                "severity ≥ HIGH", "account @payments", "account not 222233334444", "region a, b, c, +1",
                "not from the product Macie", "any of tagged a or tagged b",
            ]
        )
        #expect(rule.when.chips.map(\.isExclusion) == [false, false, true, false, true, false])
    }

    @Test(
        "a pattern is told by its fields and what they are to be",
        arguments: [
            (
                #"{"detail": {"findings": {"Resources": {"Type": ["AwsS3Bucket"]}, "Title": [{"wildcard": "*public*"}, {"prefix": "P"}]}}}"#,
                "Resources.Type AwsS3Bucket, Title *public* or P*"
            ),
            (
                #"{"source": [{"anything-but": ["a", "b"]}], "detail": {"n": [{"numeric": [">", 5]}], "e": [{"exists": false}, null]}}"#,
                "source not a, b, n > 5, e missing or null"
            ),
            (
                #"{"$or": [{"a": [{"suffix": {"equals-ignore-case": "x"}}]}, {"b": [{"cidr": "10.0.0.0/8"}], "c": [1]}]}"#,
                "a *x or b in 10.0.0.0/8 and c 1"
            ),
        ]
    )
    func patterns(text: String, summary: String) throws {
        let when = try rule(#""when": {"pattern": \#(text)}, "send": ["secops"]"#).when
        #expect(when.chips.map(\.value) == [summary])
    }

    @Test("control characters of names are made visible")
    func hostile() {
        let rule = Rule(name: "r", when: Condition(tests: []), send: ["a\u{202E}b\nc"])
        #expect(rule.sentence.text == "Every finding: tell a\\u{202e}b c.")
    }
}
