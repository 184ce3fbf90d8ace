import Findings
import FoundationEssentials
import HTTPSurface
import NoroshiTestSupport
import Operations
import Store
import Synchronization
import Testing
import Triage

@testable import Console

@Suite("What filters leave out, and accounts in them")
struct FilterTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    @Test("a hyphen before a field or a word leaves out what has it")
    func findings() {
        let read = FindingFilter.read(
            #"-severity:low -account:1 -product:"Security Hub" -fate:nobody -word -"two words" region:r plain"#,
            now: FilterTests.now
        )
        #expect(read.mistakes.isEmpty, "\(read.mistakes)")
        #expect(read.filter.region == "r" && read.filter.text == "plain" && read.filter.severities == nil)
        #expect(
            Set(read.filter.without) == [
                FindingFilter(severities: [.low]), FindingFilter(account: "1"), FindingFilter(product: "Security Hub"),
                FindingFilter(fate: .unrouted), FindingFilter(text: "word"), FindingFilter(text: "two words"),
            ]
        )
        let rest = read.query.without(read.query.terms[0])
        #expect(FindingFilter.read(rest, now: FilterTests.now).filter.without.count == 5)
        #expect(rest.contains(#"-"two words""#))
    }

    @Test("what is not since a moment is before it")
    func moments() {
        let finding = FindingFilter.read("-since:2h", now: FilterTests.now).filter
        #expect(finding.seenBefore == FilterTests.now - 7_200 && finding.seenAfter == nil && finding.without.isEmpty)
        let delivery = NotificationFilter.read("-until:2h", now: FilterTests.now).filter
        #expect(delivery.createdAfter == FilterTests.now - 7_200)
        #expect(AuditFilter.read("-since:2h", now: FilterTests.now).filter.until == FilterTests.now - 7_200)
    }

    @Test("what cannot be left out is named, and nothing else is lost")
    func mistakes() {
        let findings = FindingFilter.read("-severity:worse -colour:red -region: account:1", now: FilterTests.now)
        #expect(findings.mistakes.count == 3 && findings.filter == FindingFilter(account: "1"))
        let deliveries = NotificationFilter.read("-state:open -word -to:a", now: FilterTests.now)
        #expect(deliveries.mistakes.count == 2 && deliveries.mistakes[0].hasPrefix("-word: "))
        #expect(deliveries.filter.without == [NotificationFilter(destination: "a")])
    }

    @Test("deliveries and the audit are chosen by what they are not")
    func others() {
        let deliveries = NotificationFilter.read("-state:delivered,folded -rule:a", now: FilterTests.now)
        #expect(deliveries.mistakes.isEmpty)
        #expect(
            deliveries.filter.without == [
                NotificationFilter(states: [.delivered, .folded]), NotificationFilter(rule: "a"),
            ]
        )
        let audit = AuditFilter.read("-who:anna what:routes", now: FilterTests.now)
        #expect(audit.mistakes.isEmpty && audit.filter.without == [AuditFilter(actor: "anna")])
    }

    @Test(
        "rules are left out by what they say",
        arguments: [
            ("-to:secops", ["sandbox", "rest"]), ("-is:suppress", ["high", "rest"]), ("-night", ["sandbox", "rest"]),
            ("-account:@payments", ["high", "rest"]), ("-is:off -to:mail", ["sandbox", "high"]),
            ("-lint:any", ["sandbox", "high", "rest"]), ("-severity:low", ["high"]),
        ]
    )
    func rules(query: String, expected: [String]) async throws {
        let body = try await EditorHarness().get("/rules?q=\(query.percentEncoded)").body
        let names = body.matches(of: /<h3><a href="\/rules\/edit\/[^"]*">([^<]*)<\/a>/).map { String($0.output.1) }
        #expect(names == expected)
    }

    @Test("accounts are asked for by id, name, group and with *, and what is unknown is said")
    func accounts() async throws {
        let editor = try await EditorHarness()
        let nothing: [FindingStory] = []
        func asked(_ query: String) async throws -> (filter: FindingFilter?, body: String) {
            editor.harness.roles.state.withLock { $0.findings[0].record.finding.accountName = "Payments" }
            let body = try await editor.get("/findings?q=\(query.percentEncoded)").body
            return (editor.harness.roles.state.withLock { $0.findingFilter }, body)
        }
        #expect(try await asked("account:@payments").filter?.accounts == ["111122223333"])
        #expect(try await asked("account:PAYMENTS").filter?.accounts == ["PAYMENTS", "111122223333"])
        #expect(try await asked("account:pay*").filter?.accounts == ["pay*", "111122223333"])
        #expect(try await asked("account:1111*").filter?.accounts == ["1111*"])
        #expect(try await asked("-account:@payments").filter?.without == [FindingFilter(accounts: ["111122223333"])])
        let unknown = try await asked("account:@nobody -account:@noone")
        #expect(unknown.filter == FindingFilter())
        #expect(unknown.body.contains("there is no such group of accounts; there are @payments"))
        editor.harness.roles.state.withLock { $0.findings = nothing }
        let empty = try await editor.get("/findings?q=account%3Anone").body
        #expect(empty.contains("account:none: no finding of late is of an account with this id or name"))
    }

    @Test("in rules and silences the name stands behind the id, and nothing else is taken for one")
    func naming() async throws {
        var finding = Finding.example()
        finding.accountName = "Payments <prod>"
        let book = AccountBook(SeenValues([finding]))
        #expect(book.naming("111122223333, 999900001111") == "111122223333 (Payments <prod>), 999900001111")
        for other in ["1111222233334", "x111122223333", "@payments", "11112222*"] {
            #expect(book.naming(other) == other)
        }
        #expect(AccountBook().naming("111122223333") == "111122223333")
        let routes = EditorHarness.routes.replacing(#""account": "@payments""#, with: #""account": "111122223333""#)
        let editor = try await EditorHarness(routes)
        editor.harness.roles.state.withLock { $0.findings[0].record.finding.accountName = "Payments <prod>" }
        for path in ["/rules", "/rules?at=v1"] {
            #expect(try await editor.get(path).body.contains("111122223333 (Payments &lt;prod&gt;)"), "\(path)")
        }
    }

    @Test("a name that one finding told stands beside the id everywhere, with the groups of the rules")
    func names() async throws {
        let editor = try await EditorHarness()
        editor.harness.roles.state.withLock { state in
            state.findings[0].record.finding.accountName = nil
            for index in state.notifications.indices {
                state.notifications[index].notification.content.finding.accountName = nil
            }
            var other = state.findings[0]
            other.record.id = "f2"
            other.record.finding.accountName = "Payments <prod>"
            state.findings.append(other)
        }
        let delivery = Example.id(3)
        for path in ["/findings", "/findings/f1", "/deliveries", "/deliveries/\(delivery)", "/try", "/coverage"] {
            let body = try await editor.get(path).body
            #expect(body.contains("Payments &lt;prod&gt;"), "\(path)")
            #expect(body.contains("@payments"), "\(path)")
        }
        let list = try await editor.get("/findings").body
        #expect(list.matches(of: /Payments &lt;prod&gt; <span class="mono f">111122223333/).count == 2)
    }
}
