import Findings
import Routing
import Testing

@Suite("Coverage")
struct CoverageTests {
    private static let accounts = #"{"prod": ["111122223333", "4444*"], "dev": ["555566667777"]}"#

    private func table(_ rules: String, accounts: String = accounts, fallback: String = #"{"send": ["hook"]}"#) throws
        -> RoutingTable
    {
        RoutingTable(try parse(document(rules: rules, fallback: fallback, accounts: accounts)), version: 1)
    }

    private static let high = #"{"name": "high", "when": {"severity": ">=high"}, "send": ["soc"]}"#
    private static let european = #"{"name": "eu", "when": {"region": "eu-*"}, "send": ["mail"]}"#
    private static let europeanHook = #"{"name": "eu", "when": {"region": "eu-*"}, "send": ["hook"]}"#
    private static let macie = #"{"name": "macie", "when": {"product": "Macie"}, "suppress": "known"}"#

    @Test("a draft's cells say what the rules in force make of the same example, and no cell of the same rules does")
    func compared() throws {
        let fallback = #"{"send": ["mail"]}"#
        let active = try table("[\(Self.high), \(Self.european)]", fallback: fallback)
        let draft = try table("[\(Self.high), \(Self.europeanHook)]", fallback: fallback)
        let same = Coverage(active, comparedWith: active)
        #expect(same.rows.flatMap(\.cells).contains(where: \.differs) == false)
        let other = Coverage(draft, comparedWith: active)
        for row in other.rows {
            #expect(row.cells.allSatisfy { $0.differs == (row.region == "eu-*") }, "\(row.region ?? "other")")
        }
        let alone = Coverage(draft)
        #expect(alone.rows.flatMap(\.cells).allSatisfy { $0.former == nil && $0.differs == false })
    }

    @Test("what only the rules compared with name has rows, too")
    func removedNames() throws {
        let active = try table("[\(Self.macie), \(Self.european), \(Self.high)]")
        let draft = try table("[\(Self.high)]", accounts: "{}")
        let coverage = Coverage(draft, comparedWith: active)
        #expect(coverage.rows.contains { $0.region == "eu-*" && $0.group == "@prod" })
        let macie = try #require(coverage.named.first { $0.name?.word == "Macie" })
        #expect(macie.cells.contains { $0.former == .suppressed(rule: "macie") && $0.outcome != $0.former })
    }

    @Test(
        "a row takes the accounts and Regions that it stands for",
        arguments: [
            ("@prod", "eu-*", "111122223333", "eu-west-1", true), ("@prod", "eu-*", "444400000000", "eu-north-1", true),
            ("@prod", "eu-*", "111122223333", "us-east-1", false),
            ("@prod", "eu-*", "999999999999", "eu-west-1", false),
            (nil, "eu-*", "999999999999", "eu-west-1", true), (nil, "eu-*", nil, "eu-west-1", true),
            (nil, nil, "999999999999", "us-east-1", true), (nil, nil, "999999999999", nil, true),
            (nil, nil, "555566667777", "us-east-1", false), ("@dev", nil, "555566667777", "sa-east-1", true),
        ] as [(String?, String?, String?, String?, Bool)]
    )
    func places(group: String?, region: String?, account: String?, name: String?, isTaken: Bool) throws {
        let coverage = Coverage(try table("[\(Self.high), \(Self.european)]"))
        let row = try #require(coverage.rows.first { $0.group == group && $0.region == region })
        #expect((row.place.takes(account: account) && row.place.takes(region: name)) == isTaken)
    }
}
