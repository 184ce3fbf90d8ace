import Delivery
import Findings
import FoundationEssentials
import Routing
import Store
import Triage

/// A webhook's message as a tree: what the one that is written front to back must be, byte by byte.
enum WebhookTree {
    /// - Parameters:
    ///   - notification: What to say.
    ///   - written: The message that was written; the words of an alert's life and of a bundle are taken from it.
    ///   - now: For the delay.
    /// - Returns: The same message.
    static func of(_ notification: Notification, like written: JSON, now: Date) -> JSONValue {
        let content = notification.content
        let type =
            content.bundle.map { "alerts.\($0.occasion.rawValue)" } ?? "finding.\(content.transition.rawValue)"
        return .compact([
            "schema": 1,
            "id": .string(notification.id),
            "type": .string(type),
            "thread": .string(content.thread),
            "timestamp": .string(content.receivedAt.formatted(timestamp)),
            "rule": ["name": .string(content.rule), "version": .integer(content.version)],
            "alert": .compact([
                "transition": .string(content.transition.rawValue),
                "words": written[path: "alert", "words"]?.string.map { .string($0) },
                "severity": .string(content.severity.label),
                "firstSeenAt": .string(content.firstSeenAt.formatted(timestamp)),
                "openedAt": .string(content.openedAt.formatted(timestamp)),
                "count": .integer(content.count),
            ]),
            "bundle": written["bundle"].map { .raw($0.text) },
            "delivery": .compact([
                "destination": .string(notification.destination),
                "attempt": .integer(notification.attempts),
                "possibleRepeat": .bool(notification.uncertain > 0),
                "delayedSeconds": .integer(max(0, Int(now.timeIntervalSince(content.receivedAt)))),
                "fallbackFor": notification.fallbackFor.map { .string($0) },
            ]),
            "finding": finding(content.finding, isMinimal: notification.isMinimal),
        ])
    }

    private static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func finding(_ finding: Finding, isMinimal: Bool) -> JSONValue {
        let items = isMinimal ? 1 : 20
        return .compact([
            "key": text(finding.key.rawValue),
            "source": text(finding.source),
            "kind": .string(finding.kind.rawValue),
            "id": text(finding.id),
            "title": text(finding.title),
            "description": isMinimal ? nil : text(finding.description, 8000),
            "severity": .string(finding.severity.label),
            "account": finding.account.map { text($0) },
            "accountName": finding.accountName.map { text($0) },
            "region": finding.region.map { text($0) },
            "status": .string(finding.status.rawValue),
            "product": text(finding.product),
            "types": isMinimal ? nil : list(finding.types),
            "controls": list(finding.controls),
            "standards": isMinimal ? nil : list(finding.standards),
            "tags": isMinimal
                ? nil
                : .array(finding.tags.prefix(items).map { ["key": text($0.key), "value": text($0.value)] }),
            "resources": .array(
                finding.resources.prefix(items).map { resource in
                    .compact([
                        "id": text(resource.id),
                        "type": resource.type.map { text($0) },
                        "region": resource.region.map { text($0) },
                    ])
                }
            ),
            "resourceCount": .integer(finding.resources.count),
            "actor": finding.actor.map { text($0) },
            "sourceAddress": finding.sourceAddress.map { text($0) },
            "log": finding.log.map { ["logGroup": JSONValue($0.group), "logStream": JSONValue($0.stream)] },
            "pages": finding.pages?.json,
            "createdAt": finding.createdAt.map { .string($0.formatted(timestamp)) },
            "updatedAt": finding.updatedAt.map { .string($0.formatted(timestamp)) },
            "url": finding.url.map { text($0, 2000) },
            "remediation": isMinimal
                ? nil
                : finding.remediation.map { remediation in
                    .compact([
                        "text": remediation.text.map { text($0, 2000) },
                        "url": remediation.url.map { text($0, 2000) },
                    ])
                },
        ])
    }

    private static func text(_ text: String, _ limit: Int = 1000) -> JSONValue {
        .string(ShownText.fit(text, limit))
    }

    private static func list(_ texts: [String]) -> JSONValue { .array(texts.prefix(20).map { text($0) }) }
}
