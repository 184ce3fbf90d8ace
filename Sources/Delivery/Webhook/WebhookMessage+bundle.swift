import Findings
import FoundationEssentials
import Routing
import Store
import Triage

extension WebhookMessage {
    /// What the message says of its alerts: `total` of them, of which `items` lists the most severe and leaves `unlisted` out.
    static func bundle(
        _ bundle: Notification.Bundle,
        _ facts: BundleFacts,
        _ console: PublicAddress?,
        isMinimal: Bool
    ) -> JSONValue {
        let items = bundle.items.prefix(isMinimal ? 1 : Notification.Bundle.mostItems)
        return .compact([
            "occasion": .string(bundle.occasion.rawValue),
            "headline": text(facts.headline),
            "introduction": .array(facts.introduction.map { text($0) }),
            "total": .integer(facts.total),
            "counts": .object(
                [
                    ("severities", bundle.counts.severities), ("transitions", bundle.counts.transitions),
                    ("accounts", bundle.counts.accounts), ("products", bundle.counts.products),
                    ("controls", bundle.counts.controls),
                ].map { .init($0, .array($1.map { ["name": text($0.name, 200), "count": .integer($0.count)] })) }
            ),
            "group": .array(bundle.group.map { ["name": text($0.name, 100), "value": text($0.value, 300)] }),
            "since": bundle.since.map { .string($0.formatted(timestamp)) },
            "until": bundle.until.map { .string($0.formatted(timestamp)) },
            "reason": bundle.reason.map { text($0) },
            "oldestOpen": bundle.oldestOpen.map { item($0, console) },
            "items": .array(items.map { item($0, console) }),
            "unlisted": .integer(facts.total - items.count),
        ])
    }

    private static func item(_ item: Notification.Bundle.Item, _ console: PublicAddress?) -> JSONValue {
        .compact([
            "findingId": text(item.findingID, 200),
            "title": text(item.title, 300),
            "severity": .string(item.severity.label),
            "transition": .string(item.transition.rawValue),
            "account": item.account.map { text($0, 100) },
            "accountName": item.accountName.map { text($0, 100) },
            "region": item.region.map { text($0, 100) },
            "resource": item.resource.map { text($0, 300) },
            "openedAt": .string(item.openedAt.formatted(timestamp)),
            "count": .integer(item.count),
            // Half an address leads nowhere.
            "url": item.url.flatMap { $0.utf8.count <= 1000 ? .string($0) : nil },
            "noroshiUrl": console?.finding(item.findingID).map { .string($0.url) },
        ])
    }
}
