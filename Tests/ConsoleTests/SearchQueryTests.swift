import Findings
import FoundationEssentials
import Store
import Testing
import Triage

@testable import Console

@Suite("What is typed into a filter")
struct SearchQueryTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    @Test("terms, quotes and words are told apart")
    func parts() {
        let query = SearchQuery(#"severity:>=high rule:"the rest" public “read access” :x arn:aws"#)
        #expect(query.terms.map(\.field) == ["severity", "rule", "arn"])
        #expect(query.terms.map(\.value) == [">=high", "the rest", "aws"])
        #expect(query.text == "public read access :x")
        #expect(query.without(query.terms[1]) == "severity:>=high arn:aws public read access :x")
    }

    @Test("every field becomes a part of the filter")
    func findings() {
        let read = FindingFilter.read(
            #"severity:high,critical status:active account:1 region:r product:"Security Hub" rule:a destination:secops kind:guardduty fate:nobody since:2h text"#,
            now: SearchQueryTests.now
        )
        #expect(read.mistakes.isEmpty, "\(read.mistakes)")
        #expect(read.filter.severities == [.high, .critical] && read.filter.status == .active)
        #expect(read.filter.destination == "secops")
        #expect(read.filter.product == "Security Hub" && read.filter.fate == .unrouted)
        #expect(read.filter.seenAfter == SearchQueryTests.now - 7_200 && read.filter.text == "text")
    }

    @Test(
        "what cannot be used is said, one sentence each, and nothing else is lost",
        arguments: [
            ("severity:worse", "expected a severity"), ("status:open", "expected"), ("since:soon", "expected 2h"),
            ("fate:lost", "expected told, partly, waiting"), ("colour:red", "there is no field colour"),
            ("region:", "behind the colon"),
        ]
    )
    func mistakes(text: String, words: String) {
        let read = FindingFilter.read("\(text) account:1", now: SearchQueryTests.now)
        #expect(read.mistakes.count == 1 && read.mistakes[0].contains(words), "\(read.mistakes)")
        #expect(read.filter.account == "1")
    }

    @Test("deliveries are chosen by their fields")
    func deliveries() {
        let read = NotificationFilter.read(
            "state:dead,pending to:secops since:today until:2026-11-28 word",
            now: SearchQueryTests.now
        )
        #expect(read.filter.states == [.dead, .pending] && read.filter.destination == "secops")
        #expect(read.filter.createdAfter == Date(timeIntervalSince1970: 1_789_948_800))
        #expect(read.filter.createdBefore == Date(timeIntervalSince1970: 1_795_824_000))
        #expect(read.mistakes.count == 1)
    }
}
