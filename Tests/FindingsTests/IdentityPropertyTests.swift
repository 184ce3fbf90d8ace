import Findings
import NoroshiTestSupport
import Testing

@Suite("identity, for findings nobody thought of")
struct IdentityPropertyTests {
    /// What tells one problem from another, and how it is written.
    private struct Problem: Hashable {
        var company: String
        var product: String
        var account: String
        var id: String
        var resource: String?

        var isAWS: Bool { company == "aws" }

        /// As Security Hub CSPM has it.
        func asff(region: String) -> String {
            let resources = resource.map { #"[{"Type":"Other","Id":\#(quoted($0))}]"# } ?? "[]"
            return """
                {"SchemaVersion":"2018-10-08","Id":\(quoted(id)),"AwsAccountId":"\(account)","Region":"\(region)",
                "ProductArn":\(quoted("arn:aws:securityhub:\(region)::product/\(company)/\(product)")),"Title":"t",
                "Resources":\(resources)}
                """
        }

        /// As the newer Security Hub has it.
        func ocsf(region: String, alternative: Bool) -> String {
            let key = alternative && resource?.hasPrefix("arn:") == true ? #""uid":"AIDAEXAMPLE","uid_alt""# : #""uid""#
            let resources = resource.map { #"[{"type":"Other",\#(key):\#(quoted($0))}]"# } ?? "[]"
            return """
                {"class_uid":2004,"finding_info":{"uid":\(quoted(id)),"title":"t"},
                "cloud":{"account":{"uid":"\(account)"},"region":"\(region)"},
                "metadata":{"version":"1.6.0","product":{"name":"P","vendor_name":"V",
                "uid":\(quoted("arn:aws:securityhub:\(region)::productv2/\(company)/\(product)"))}},
                "resources":\(resources)}
                """
        }

        /// As a product writes it that knows nothing of Security Hub.
        func bare(region: String) -> String {
            let resources = resource.map { #"[{"name":"n","uid":\#(quoted($0))}]"# } ?? "[]"
            return """
                {"class_uid":2002,"finding_info":{"uid":\(quoted(id)),"title":"t"},
                "cloud":{"account":{"uid":"\(account)"},"region":"\(region)"},
                "metadata":{"version":"1.3.0","product":{"name":\(quoted(product)),"vendor_name":\(quoted(company))}},
                "resources":\(resources)}
                """
        }

        private func quoted(_ text: String) -> String { JSONValue.string(text).text }
    }

    private static let companies = ["acme", "a", "b/c", "aquasecurity", "Prowler", "aws/x", "aws|"]
    private static let products = ["tool", "b", "c/d", "default", "tool|x", "aquasecurity"]
    private static let accounts = ["111122223333", "444455556666", "777788889999"]
    private static let ids = [
        "1001", "1", "nginx:1.25/CVE-2024-0001", "a/b", "a|b", "a%7Cb", "scan/111122223333/7", "b",
        "arn:aws:s3:::bucket", "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f",
        "arn:aws:ec2:eu-west-1:444455556666:instance/i-1",
    ]
    private static let resources = [
        nil, "b", "b|1", "vol-9", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "arn:aws:s3:::bucket",
        "arn:aws:s3:::bucket/a|b",
    ]

    private func random(_ generator: inout SeededGenerator) -> Problem {
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &generator)] }
        return Problem(
            company: pick(IdentityPropertyTests.companies).replacing("/", with: "-"),
            product: pick(IdentityPropertyTests.products),
            account: pick(IdentityPropertyTests.accounts),
            id: pick(IdentityPropertyTests.ids),
            resource: pick(IdentityPropertyTests.resources)
        )
    }

    private func key(_ text: String) throws -> FindingKey {
        try #require(try FindingDecoder().decode(text: text).observations.first).finding.key
    }

    @Test(
        "of scanners that are not AWS's, findings that differ in account, product, id or resource have different keys"
    )
    func different() throws {
        var generator = SeededGenerator(seed: 64)
        var seen: [FindingKey: Problem] = [:]
        var seenBare: [FindingKey: Problem] = [:]
        for _ in 0..<3_000 {
            let problem = random(&generator)
            let key = try key(problem.asff(region: "eu-west-1"))
            #expect(seen[key].map { $0 == problem } ?? true, "\(key): \(problem) and \(seen[key] as Any)")
            seen[key] = problem
            let bare = try self.key(problem.bare(region: "eu-west-1"))
            #expect(seenBare[bare].map { $0 == problem } ?? true, "\(bare): \(problem) and \(seenBare[bare] as Any)")
            seenBare[bare] = problem
        }
        #expect(seen.count > 1_000)
    }

    @Test("a finding has the same key in ASFF and in OCSF, from member and administrator")
    func shared() throws {
        var generator = SeededGenerator(seed: 65)
        for number in 0..<1_000 {
            let problem = random(&generator)
            let region = ["eu-west-1", "us-gov-west-1", "cn-north-1"][number % 3]
            let key = try key(problem.asff(region: region))
            #expect(try self.key(problem.ocsf(region: region, alternative: false)) == key)
            #expect(try self.key(problem.ocsf(region: region, alternative: true)) == key)
            let event = { (account: String, type: String, finding: String) in
                #"{"id":"1","detail-type":"\#(type)","source":"aws.securityhub","account":"\#(account)","#
                    + #""region":"us-east-1","detail":{"findings":[\#(finding)]}}"#
            }
            for account in ["111122223333", "999999999999"] {
                #expect(
                    try self.key(
                        event(account, "Security Hub Findings - Imported", problem.asff(region: region))
                    ) == key
                )
                #expect(
                    try self.key(
                        event(account, "Findings Imported V2", problem.ocsf(region: region, alternative: false))
                    ) == key
                )
            }
        }
    }

    @Test(
        "an ARN of AWS's own is the key in every form, whoever says that it is AWS's",
        arguments: [
            #""uid":"arn:aws:securityhub:eu-west-1::productv2/aws/guardduty","name":"x","vendor_name":"y""#,
            #""name":"GuardDuty","vendor_name":"AWS""#, #""name":"Amazon GuardDuty""#,
            #""name":"GuardDuty","vendor_name":"Amazon Web Services""#,
        ]
    )
    func ownARN(product: String) throws {
        let arn = "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f"
        let key = try key(
            """
            {"class_uid":2004,"finding_info":{"uid":"\(arn)","title":"t"},"cloud":{"account":{"uid":"111122223333"}},
            "metadata":{"version":"1.6.0","product":{\(product)}},"resources":[{"uid":"i-1"}]}
            """
        )
        #expect(key.rawValue == arn)
        #expect(key.former == nil)
    }

    @Test(
        "tools behind an account's default product are told apart by their names, which the account's own need not give"
    )
    func defaultProduct() throws {
        func asff(_ more: String) throws -> FindingKey {
            try key(
                """
                {"SchemaVersion":"2018-10-08","Id":"1001","AwsAccountId":"111122223333","Title":"t",
                "ProductArn":"arn:aws:securityhub:eu-west-1:999999999999:product/999999999999/default"\(more)}
                """
            )
        }
        let plain = try asff("")
        #expect(try asff(#","ProductName":"Default","CompanyName":"Personal""#) == plain)
        let one = try asff(#","ProductName":"kube-bench""#)
        let other = try asff(#","ProductName":"JFrog Xray","CompanyName":"JFrog""#)
        #expect(Set([plain, one, other]).count == 3)
    }

    @Test("one scanner's uid on two resources is two problems, and a list of resources may grow")
    func resources() throws {
        func ocsf(_ resources: String) throws -> FindingKey {
            try key(
                """
                {"class_uid":2004,"finding_info":{"uid":"check-111122223333-web","title":"t"},
                "cloud":{"account":{"uid":"111122223333"}},"metadata":{"version":"1.4.0",
                "product":{"name":"Prowler","uid":"prowler","vendor_name":"Prowler"}},"resources":[\(resources)]}
                """
            )
        }
        #expect(try ocsf(#"{"uid":"cluster-a/web"}"#) != ocsf(#"{"uid":"cluster-b/web"}"#))
        #expect(try ocsf(#"{"uid":"a"},{"uid":"b"}"#) == ocsf(#"{"uid":"a"},{"uid":"b"},{"uid":"c"}"#))
    }

    @Test("findings without an id are told apart by the names of their products too")
    func nameless() throws {
        let keys = try [
            #"{"AwsAccountId":"1","Title":"a","ProductName":"x"}"#,
            #"{"AwsAccountId":"1","Title":"a","ProductName":"y"}"#,
            #"{"class_uid":2004,"message":"m","metadata":{"product":{"name":"x"}}}"#,
            #"{"class_uid":2004,"message":"m","metadata":{"product":{"name":"y"}}}"#,
            #"{"class_uid":2004,"message":"m","metadata":{"uid":"1","product":{"name":"x"}}}"#,
            #"{"class_uid":2004,"message":"m","metadata":{"uid":"1","product":{"name":"y"}}}"#,
        ].map(key)
        #expect(Set(keys).count == keys.count)
    }

    @Test(
        "a key that differs from that of version 0.1.0 knows what it was",
        arguments: [
            (
                #"{"Id":"x","AwsAccountId":"1","ProductArn":"arn:aws:securityhub:r::product/acme/tool","Title":"t"}"#,
                "arn:aws:securityhub:r::product/acme/tool/1/x", "arn:aws:securityhub:r::product/acme/tool/x"
            ),
            (
                #"{"class_uid":2002,"finding_info":{"uid":"7","title":"t"},"metadata":{"product":{"name":"A"}}}"#,
                "product://A//7", "7"
            ),
            (
                #"{"class_uid":2004,"finding_info":{"uid":"7","title":"t"},"metadata":{"product":{"uid":"p"}}}"#,
                "product:p////7", "p/7"
            ),
            (#"{"class_uid":2004,"metadata":{"uid":"7","product":{"name":"A"}}}"#, "ocsf/product://A//7", "ocsf/7"),
            (
                #"{"Id":"x","AwsAccountId":"1","ProductArn":"arn:aws:securityhub:r::product/aws/health","Title":"t"}"#,
                "arn:aws:securityhub:r::product/aws/health/1/x", "arn:aws:securityhub:r::product/aws/health/x"
            ),
        ]
    )
    func former(text: String, expected: String, former: String) throws {
        let key = try key(text)
        #expect(key.rawValue == expected)
        #expect(key.former == former)
    }
}
