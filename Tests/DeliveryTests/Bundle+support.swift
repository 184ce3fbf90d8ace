import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Triage

extension Notification.Bundle.Item {
    /// One of several alerts: number 0 is the most severe.
    static func sample(_ number: Int, transition: Transition = .opened, text: String? = nil) -> Self {
        Notification.Bundle.Item(
            findingID: "f-\(number)",
            title: text ?? "Finding number \(number) of the account",
            severity: number < 2 ? .critical : .high,
            transition: transition,
            account: text ?? "111122223333",
            accountName: text ?? "production",
            region: text ?? "us-east-1",
            resource: text ?? "arn:aws:s3:::bucket-\(number)",
            openedAt: Date.sample.addingTimeInterval(-11_520 - Double(number) * 60),
            count: 1 + number % 3,
            url: text.map { "https://example.com/\($0)" }
                ?? "https://us-east-1.console.aws.amazon.com/securityhub/home?region=us-east-1#/findings?n=\(number)&x=1"
        )
    }
}

extension Notification {
    /// So many alerts in one message, of which 20 at most are listed.
    static func bundle(
        _ occasion: Bundle.Occasion,
        count: Int = 12,
        transition: Transition = .opened,
        text: String? = nil,
        change: (inout Bundle) -> Void = { _ in }
    ) -> Notification {
        var notification = text.map { Notification.hostile($0) } ?? .sample { $0.severity = .critical }
        let transition = occasion == .reminder ? .reminder : transition
        func tally(_ name: String, _ count: Int) -> Bundle.Tally { Bundle.Tally(name: text ?? name, count: count) }
        var bundle = Bundle(
            occasion: occasion,
            items: (0..<min(count, Bundle.mostItems)).map { .sample($0, transition: transition, text: text) },
            total: count,
            counts: Bundle.Counts(
                severities: [tally("HIGH", max(0, count - 2)), tally("CRITICAL", min(2, count))].filter {
                    $0.count > 0
                },
                transitions: [Bundle.Tally(name: transition.rawValue, count: count)],
                accounts: [tally("111122223333", count)],
                products: [tally("Security Hub", count)],
                controls: [tally("S3.8", count - count / 4), tally("IAM.1", count / 4)].filter { $0.count > 0 }
            ),
            group: occasion == .group ? [Bundle.Pair(name: "account", value: text ?? "111122223333")] : [],
            since: Date.sample.addingTimeInterval(-11_520),
            until: .sample,
            reason: text ?? (occasion == .silenceEnded || occasion == .held ? "the move to the new VPC, by ana" : nil),
            oldestOpen: occasion == .digest ? .sample(99, text: text) : nil
        )
        change(&bundle)
        notification.content.bundle = bundle
        notification.content.transition = transition
        return notification
    }

    /// Every occasion with few and with many alerts, and the hostile texts with one occasion each.
    static let bundles: [Notification] =
        Bundle.Occasion.allCases.flatMap { occasion in
            [1, 412].map { Notification.bundle(occasion, count: $0) }
        }
        + HostileText.all.enumerated().map { index, text in
            let occasions = Bundle.Occasion.allCases
            return Notification.bundle(occasions[index % occasions.count], count: 20, text: String(text.prefix(400)))
        }
}
