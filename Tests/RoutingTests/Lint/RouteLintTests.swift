import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Lints of rule sets")
struct RouteLintTests {
    private func claims(_ rules: String, fallback: Bool = true) throws -> [Claim] {
        let text = document(
            rules: rules,
            accounts: #"{"production": ["111122223333", "4444*"], "sandbox": ["9999*"]}"#
        ).replacing(#", "fallback": {"send": ["soc"]}"#, with: fallback ? #", "fallback": {"send": ["soc"]}"# : "")
        let parsed = try parse(text)
        let lint = RouteLint(parsed, text: try JSONDocument.parse(text), file: "routes.json")
        let table = RoutingTable(parsed, version: 1)
        for claim in lint.claims { #expect(claim.isBorneOut(by: table), "\(claim.description)") }
        return lint.claims
    }

    private func rule(_ name: String, _ when: String, _ rest: String = #""send": ["soc"]"#) -> String {
        #"{"name": "\#(name)", "when": \#(when), \#(rest)}"#
    }

    private func isWitnessed(_ claim: Claim) -> Bool {
        guard case .witness = claim.proof else { return false }
        return true
    }

    @Test(
        "a rule whose conditions exclude one another is found, with a finding that meets all but one of them",
        arguments: [
            #"{"severity": ">critical"}"#,
            #"{"severity": "high", "not": {"severity": ">=medium"}}"#,
            #"{"severity": "high", "any": [{"severity": "low"}, {"severity": "medium"}]}"#,
            #"{"region": ["us-*"], "not": {"region": "us-*"}}"#,
            #"{"account": ["@production", "!@production"], "severity": "low"}"#,
            #"{"account": "4444*", "not": {"account": "@production"}}"#,
            #"{"region": "us-east-1", "any": [{"region": "eu-*"}, {"region": "ap-*"}]}"#,
            #"{"tag": ["env=prod", "!env"], "title": "x"}"#,
            #"{"control": ["S3.8", "!s3.*"]}"#,
            #"{"not": {}}"#,
            #"{"title": "*a*", "not": {"title": "*"}}"#,
            #"{"status": ["!ACTIVE", "!ACKNOWLEDGED", "!RESOLVED"], "severity": "low"}"#,
        ]
    )
    func contradictions(when: String) throws {
        let claims = try claims("[\(rule("r", when))]")
        #expect(claims.map(\.kind) == [.neverMatches(rule: "r")])
        #expect(claims.first?.diagnostic.pointer == "/rules/0")
    }

    @Test(
        "a rule that something matches is not called contradictory",
        arguments: [
            "{}",
            #"{"type": ["TTPs/*"], "any": [{"type": "Effects/*"}]}"#,
            #"{"tag": ["env"], "not": {"tag": "env=prod"}}"#,
            #"{"region": ["us-*", "!us-east-1"], "not": {"region": "us-west-*"}}"#,
            #"{"title": "*a*b*", "not": {"title": "*ab*"}}"#,
            #"{"account": ["@production", "!111122223333"], "severity": ">=high", "status": "failed"}"#,
            #"{"pattern": {"detail": {"findings": {"Severity": {"Label": ["HIGH"]}, "Note": [{"exists": false}]}}}}"#,
            #"{"pattern": {"detail": {"service": {"count": [{"numeric": [">", 3, "<", 4]}], "ip": [{"cidr": "10.0.0.0/8"}]}}}}"#,
            #"{"pattern": {"a": [{"wildcard": "*x*y*"}], "$or": [{"b": [true]}, {"c": [{"prefix": {"equals-ignore-case": "Ab"}}]}]}}"#,
            #"{"not": {"pattern": {"source": ["aws.securityhub"]}}}"#,
        ]
    )
    func satisfiable(when: String) throws {
        #expect(try claims("[\(rule("r", when))]").isEmpty)
    }

    @Test(
        "a rule that an earlier one leaves nothing for is found, with a finding that is cut off",
        arguments: [
            (#"{}"#, #"{"severity": "high"}"#),
            (#"{"severity": ">=medium"}"#, #"{"severity": "high", "region": "us-*"}"#),
            (#"{"account": "4444*"}"#, #"{"account": "444455556666"}"#),
            (#"{"region": "us-*"}"#, #"{"any": [{"region": "us-east-1"}, {"region": "us-west-*"}]}"#),
            (#"{"not": {"severity": "low"}}"#, #"{"severity": ["high", "critical"]}"#),
            (#"{"account": "@production"}"#, #"{"account": "111122223333", "title": "*x*"}"#),
        ]
    )
    func shadowed(earlier: String, later: String) throws {
        for end in [#""suppress": "known""#, #""send": ["mail"], "stop": true"#] {
            let claims = try claims("[\(rule("a", earlier, end)), \(rule("b", later))]")
            #expect(claims.map(\.kind) == [.shadowed(rule: "b", by: "a")])
            #expect(claims.allSatisfy(isWitnessed))
        }
    }

    @Test("a rule that earlier ones leave nothing for together is found")
    func shadowedTogether() throws {
        let stop = #""send": ["mail"], "stop": true"#
        let rules = [
            rule("a", #"{"severity": ">=high"}"#, stop), rule("b", #"{"severity": "<=medium"}"#, stop),
            rule("c", #"{"region": "eu-*"}"#),
        ]
        let claims = try claims("[\(rules.joined(separator: ","))]")
        #expect(claims.count == 1)
        #expect(claims.first?.kind.code == "shadowed")
        #expect(claims.allSatisfy(isWitnessed))
    }

    @Test(
        "a rule that still gets something is not called shadowed",
        arguments: [
            (#"{"severity": "high"}"#, #"{"severity": ">=high"}"#), (#"{"region": "us-*"}"#, #"{}"#),
            (#"{"account": "@sandbox"}"#, #"{"account": "9*"}"#), (#"{"type": "TTPs/*"}"#, #"{"type": "TTPs*"}"#),
        ]
    )
    func reached(earlier: String, later: String) throws {
        let rules = [rule("a", earlier, #""suppress": "known""#), rule("b", later)]
        #expect(try claims("[\(rules.joined(separator: ","))]").isEmpty)
    }

    @Test("two rules that send one finding to one destination on different terms are told, with such a finding")
    func overlaps() throws {
        let opened = #""send": ["mail", "soc"], "notify": ["opened"]"#
        let overlapping = try claims(
            "[\(rule("a", #"{"severity": "high"}"#)), \(rule("b", #"{"region": "eu-*"}"#, opened))]"
        )
        #expect(overlapping.map(\.kind) == [.overlaps(rule: "b", with: "a", destination: "soc")])
        #expect(overlapping.allSatisfy(isWitnessed))
        #expect(overlapping.first?.diagnostic.severity == .note)
        let apart = #"[\#(rule("a", #"{"severity": "high"}"#)), \#(rule("b", #"{"severity": "low"}"#, opened))]"#
        #expect(try claims(apart).isEmpty)
        let same = #"[\#(rule("a", #"{"severity": "high"}"#)), \#(rule("b", #"{"region": "eu-*"}"#))]"#
        #expect(try claims(same).isEmpty)
    }

    @Test("a missing fallback is told, with a finding that nobody gets, unless every finding is matched")
    func fallback() throws {
        let some = try claims("[\(rule("a", #"{"severity": ">=low"}"#))]", fallback: false)
        #expect(some.map(\.kind) == [.noFallback])
        #expect(some.allSatisfy(isWitnessed))
        let all = [rule("a", #"{"severity": ">=low"}"#), rule("b", #"{"severity": "<low"}"#)]
        #expect(try claims("[\(all.joined(separator: ","))]", fallback: false).isEmpty)
    }

    @Test(
        "anything-but alternatives that refuse nothing are found, with an event that was to be refused",
        arguments: [
            #"[{"anything-but": "a"}, {"anything-but": "b"}]"#, #"["a", {"anything-but": "a"}]"#,
            #"[{"anything-but": {"prefix": "a"}}, {"anything-but": {"prefix": "b"}}]"#,
            #"[{"anything-but": {"wildcard": "*a*"}}, {"anything-but": {"equals-ignore-case": "B"}}]"#,
            #"[{"anything-but": [1, 2]}, {"anything-but": 3}]"#, #"[{"anything-but": "a"}, {"anything-but": 3}]"#,
        ]
    )
    func acceptsEverything(alternatives: String) throws {
        let claims = try claims("[\(rule("r", #"{"pattern": {"detail": {"state": \#(alternatives)}}}"#))]")
        #expect(claims.map(\.kind) == [.acceptsEverything(rule: "r")])
        #expect(claims.allSatisfy(isWitnessed))
    }

    @Test(
        "anything-but that refuses something is left alone",
        arguments: [
            #"[{"anything-but": ["a", "b"]}]"#, #"[{"anything-but": ["a", "b"]}, {"anything-but": ["b", "c"]}]"#,
            #"["x", {"anything-but": "a"}]"#,
            #"[{"anything-but": {"prefix": "a"}}, {"anything-but": {"suffix": "z"}}]"#,
            #"[{"anything-but": 3}, 4]"#, #"[{"exists": true}, "a"]"#, #"["a", {"prefix": ""}]"#,
        ]
    )
    func refusesSomething(alternatives: String) throws {
        #expect(try claims("[\(rule("r", #"{"pattern": {"detail": {"state": \#(alternatives)}}}"#))]").isEmpty)
    }

    @Test(
        "words that name nothing, or should not stand there, are found",
        arguments: [
            (#"{"region": "us-east-9"}"#, "unknown-region", "/rules/0/when/region"),
            (#"{"not": {"region": ["eu-west-1", "!mars-*"]}}"#, "unknown-region", "/rules/0/when/not/region"),
            (#"{"pattern": {"region": ["us-esat-1"]}}"#, "unknown-region", "/rules/0/when/pattern/region/0"),
            (#"{"pattern": {"account": ["12345"]}}"#, "account-id", "/rules/0/when/pattern/account/0"),
            (#"{"type": "TTP/Discovery"}"#, "unknown-type", "/rules/0/when/type"),
            (#"{"type": "Recn:EC2/*"}"#, "unknown-type", "/rules/0/when/type"),
            (
                #"{"any": [{"pattern": {"detail": {"type": ["recon:EC2/PortSweep"]}}}]}"#, "unknown-type",
                "/rules/0/when/any/0/pattern/detail/type/0"
            ),
            (#"{"pattern": {"a": {"b": ["x"]}, "a.b": ["y"]}}"#, "repeated-path", "/rules/0/when/pattern"),
            (#"{"pattern": {"a": ["x"], "a": ["y"]}}"#, "repeated-path", "/rules/0/when/pattern"),
            (
                #"{"pattern": {"detail": {"state": {"prefix": ["x"]}}}}"#, "operator-as-field",
                "/rules/0/when/pattern/detail/state/prefix"
            ),
            (#"{"title": "*ghp_0123456789abcdefghij*"}"#, "", ""),
            (#"{"title": "ghp_0123456789abcdefghij"}"#, "secret", "/rules/0/when/title"),
        ]
    )
    func words(when: String, code: String, pointer: String) throws {
        let claims = try claims("[\(rule("r", when))]")
        #expect(claims.map(\.kind.code) == (code.isEmpty ? [] : [code]))
        #expect(claims.map(\.diagnostic.pointer) == (code.isEmpty ? [] : [pointer]))
        #expect(claims.allSatisfy { $0.diagnostic.message.contains("ghp_") == false })
    }

    @Test(
        "words that name something are left alone",
        arguments: [
            #"{"region": ["us-*", "eu-west-1", "global", "!cn-*", "*"]}"#, #"{"type": ["TTPs/*", "ec2/RunInstances"]}"#,
            #"{"type": ["Recon:EC2/*", "AWS_EC2_OPERATIONAL_ISSUE", "*Bitcoin*", "sensitivedata:s3object/*"]}"#,
            #"{"title": "http://example.com/a:b@c"}"#,
        ]
    )
    func goodWords(when: String) throws {
        #expect(try claims("[\(rule("r", when))]").isEmpty)
    }

    @Test(
        "names that nothing is known to have are found, with the nearest that something has",
        arguments: [
            (#"{"product": ["GaurdDuty"]}"#, "unknown-product", "GuardDuty"),
            (#"{"product": "!guard-dutty"}"#, "unknown-product", "GuardDuty"),
            (#"{"product": ["GuardDuty", "Inspectr*"]}"#, "unknown-product", "Inspector*"),
            (#"{"product": "Acme Scanner"}"#, "unknown-product", nil),
            (#"{"not": {"product": ["Maci"]}}"#, "unknown-product", "Macie"),
            (#"{"source": ["aws.gaurdduty"]}"#, "unknown-source", "aws.guardduty"),
            (#"{"source": "aws-guardduty"}"#, "unknown-source", "aws.guardduty"),
            (#"{"source": "inspector-2x"}"#, "unknown-source", "aws.inspector2"),
            (#"{"source": "AWS.*"}"#, "unknown-source", "aws.*"),
            (#"{"pattern": {"source": ["guardduty"]}}"#, "unknown-source", "aws.guardduty"),
            (#"{"pattern": {"detail-type": ["GuardDuty Findings"]}}"#, "unknown-kind", "GuardDuty Finding"),
            (#"{"status": "NEW"}"#, "partial-status", "ACTIVE"),
            (#"{"status": ["NEW"], "product": "GuardDuty"}"#, "partial-status", "ACTIVE"),
            (#"{"status": "ACTVE"}"#, "unknown-status", "ACTIVE"),
            (#"{"status": ["ACTIVE", "pending review"]}"#, "unknown-status", nil),
            (#"{"control": "Lamda.1"}"#, "unknown-control", "Lambda.1"),
            (#"{"control": "s3-8"}"#, "unknown-control", "S3.8"),
            (#"{"control": ["IAM.*", "CloudTrial.2"]}"#, "unknown-control", "CloudTrail.2"),
            (#"{"control": "[S3.8]"}"#, "unknown-control", "S3.8"),
            (#"{"control": "S3.08"}"#, "unknown-control", "S3.8"),
            (#"{"control": "S3"}"#, "unknown-control", "S3.*"), (#"{"control": "S3,8"}"#, "unknown-control", "S3.8"),
            (#"{"control": "IAM.O1"}"#, "unknown-control", "IAM.1"),
            (#"{"control": "S3.eight"}"#, "unknown-control", nil),
            (#"{"control": "!SecurityHub.S3.8"}"#, "unknown-control", "S3.8"),
            (#"{"control": "security-control/s3.8"}"#, "unknown-control", "S3.8"),
            (#"{"type": "Backdoor"}"#, "part-of-type", "Backdoor:*"), (#"{"type": "TTPs"}"#, "part-of-type", "TTPs/*"),
            (#"{"type": "SSHBruteForce"}"#, "part-of-type", "*/SSHBruteForce*"),
            (#"{"tag": "env:prod"}"#, "tag-form", "env=prod"), (#"{"tag": "!env = prod"}"#, "tag-form", "env=prod"),
            (#"{"sourceAddress": "10.0.0.0/33"}"#, "address", nil),
            (#"{"sourceAddress": "10.0.0"}"#, "address", "10.0.0.*"),
            (
                #"{"pattern": {"detail": {"findings": {"Severity": {"Label": ["Critical", "HIGH"]}}}}}"#,
                "unknown-severity",
                "CRITICAL"
            ),
            (#"{"pattern": {"detailtype": ["GuardDuty Finding"]}}"#, "unknown-field", "detail-type"),
            (#"{"standard": "pci-dss"}"#, "unknown-standard", "pci-dss/*"),
            (#"{"standard": "FSBP"}"#, "unknown-standard", "aws-foundational-security-best-practices/*"),
            (
                #"{"standard": "cis-aws-foundation-benchmark/v/1.4.0"}"#, "unknown-standard",
                "cis-aws-foundations-benchmark/v/1.4.0"
            ),
            (#"{"resourceType": "AwsS3Buckets"}"#, "unknown-resource-type", "AwsS3Bucket"),
            (#"{"resourceType": "AwsEc2Instanse"}"#, "unknown-resource-type", "AwsEc2Instance"),
            (#"{"resourceType": "AWS::S3::Buckett"}"#, "unknown-resource-type", "AWS::S3::Bucket"),
            (#"{"resourceType": "!AWS::RDS::DBInstnace"}"#, "unknown-resource-type", "AWS::RDS::DbInstance"),
            (#"{"resourceType": "AWS::Lamda::Function"}"#, "unknown-resource-type", "AWS::Lambda::Function"),
            (#"{"control": "S3.88888"}"#, "unknown-control", nil),
            (#"{"type": "TTPs/Initial Acess"}"#, "unknown-type", "TTPs/Initial Access"),
            (#"{"type": "Effects/Data Exfiltrasion/*"}"#, "unknown-type", "Effects/Data Exfiltration/*"),
            (#"{"type": "CryptoCurency:*"}"#, "unknown-type", "CryptoCurrency:*"),
            (#"{"type": "PACKAGE_VULNERABILTY"}"#, "unknown-type", "PACKAGE_VULNERABILITY"),
        ] as [(String, String, String?)]
    )
    func unknownNames(when: String, code: String, suggestion: String?) throws {
        let claims = try claims("[\(rule("r", when))]")
        #expect(claims.map(\.kind.code) == [code])
        #expect(claims.first?.diagnostic.severity == .warning)
        #expect(claims.first?.diagnostic.suggestion == suggestion)
    }

    @Test(
        "names as people write them are left alone",
        arguments: [
            #"{"product": ["guard-duty", "Guard Duty", "GUARDDUTY", "Amazon Inspector", "AWS Config", "access analyzer"]}"#,
            #"{"product": ["Security Hub CSPM", "Prowler", "kube bench", "*Duty", "aws.glue"]}"#,
            #"{"source": ["guardduty", "AWS.Health", "aws.*", "security-hub", "com.example.scanner", "aws.partner/a/b"]}"#,
            #"{"status": ["active", "in progress", "!SUPPRESSED", "non-compliant"]}"#,
            #"{"status": "NEW", "source": "aws.securityhub"}"#, #"{"status": ["ACTIVE", "NEW"]}"#,
            #"{"control": ["s3.8", "CIS.1.14", "IAM.*", "s3-bucket-public-read-prohibited", "PCI.S3.1"]}"#,
            #"{"standard": ["pci-dss/*", "*cis*", "AWS Foundational Security Best Practices/v/1.0.0"]}"#,
            #"{"resourceType": ["AWS::S3::Bucket", "aws_s3_bucket", "Aws*", "Instance", "AWS::New::Thing"]}"#,
            #"{"tag": ["env", "aws:cloudformation:stack-name", "env=prod", "url=http://x"], "type": ["container", "CVE-2026-1"]}"#,
            #"{"sourceAddress": ["203.0.113.0/24", "2001:db8::/32", "AWS Internal", "guardduty.amazonaws.com", "10.*"]}"#,
            #"{"pattern": {"source": ["aws.guardduty", "my.app"], "detail-type": ["GuardDuty Finding", "Order Placed"]}}"#,
        ]
    )
    func spokenNames(when: String) throws {
        #expect(try claims("[\(rule("r", when))]").map(\.description) == [])
    }

    @Test("a rule that suppresses what an earlier one sends is found, with such a finding")
    func suppressesTooLate() throws {
        let late = try claims(
            "[\(rule("page", #"{"severity": ">=high"}"#)), \(rule("noise", #"{"account": "@sandbox"}"#, #""suppress": "known""#))]"
        )
        #expect(late.map(\.kind) == [.suppressesTooLate(rule: "noise", after: "page")])
        #expect(late.first?.diagnostic.severity == .warning)
        #expect(late.allSatisfy(isWitnessed))
        let never = try claims(
            "[\(rule("all", "{}")), \(rule("noise", #"{"severity": "low"}"#, #""suppress": "known""#))]"
        )
        #expect(never.map(\.kind.code) == ["suppresses-too-late"])
    }

    @Test(
        "a rule that suppresses first, something else, or after one that stops is left alone",
        arguments: [
            (#"{"severity": "low"}"#, #""suppress": "known""#, #""send": ["soc"]"#),
            (#"{"severity": "high"}"#, #""send": ["soc"]"#, #""suppress": "known""#),
            (#"{"region": "us-*"}"#, #""send": ["soc"], "stop": true"#, #""suppress": "known""#),
        ]
    )
    func suppressesInTime(when: String, first: String, second: String) throws {
        let claims = try claims("[\(rule("a", when, first)), \(rule("b", #"{"severity": "<=low"}"#, second))]")
        #expect(claims.map(\.kind.code).contains("suppresses-too-late") == false)
    }

    @Test("every claim about random rules is borne out by the engine, and contradicted by no finding", arguments: 1...6)
    func random(seed: UInt64) throws {
        var random = RandomRoutes(seed: 1_000 + seed)
        for _ in 0..<3 {
            let text = random.document(rules: 20, endings: true)
            let parsed = try parse(text)
            let table = RoutingTable(parsed, version: 1)
            let claims = RouteLint(parsed, text: try JSONDocument.parse(text), file: "f").claims
            var unmatched: Set<String> = []
            for claim in claims {
                #expect(claim.isBorneOut(by: table), "\(claim.description)")
                switch (claim.kind, claim.diagnostic.severity) {
                case (.neverMatches(let rule), .warning), (.shadowed(let rule, _), _): unmatched.insert(rule)
                default: break
                }
            }
            for _ in 0..<200 {
                let matched = table.decide(try random.observation()).matched
                #expect(unmatched.isDisjoint(with: matched), "\(text)")
            }
        }
    }
}
