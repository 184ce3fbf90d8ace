import Findings
package import FoundationEssentials
import Routing
import Store
package import Triage

/// A notification as the JSON that a generic webhook gets.
///
/// The shape is versioned by `schema`; members are only ever added to a version. Texts are as the source gave them, cut
/// to a bound: whoever shows them must escape them. Payloads stay near the 20 KB that Standard Webhooks recommends.
/// A message about several alerts has `bundle`, and `finding` and `alert` are then those of the most severe.
package enum WebhookMessage {
    private enum Bound {
        static let description = 8000
        static let text = 1000
        static let items = 20
    }

    /// - Parameters:
    ///   - notification: What to say. The minimal form leaves out what is long or repeated.
    ///   - now: For the delay.
    /// - Returns: UTF-8 JSON; the same for every attempt but for `delivery`.
    package static func render(_ notification: Notification, now: Date) -> [UInt8] {
        let content = notification.content
        let type =
            content.bundle.map { "alerts.\($0.occasion.rawValue)" } ?? "finding.\(content.transition.rawValue)"
        let life = MessageFacts.life(content)
        let value: JSONValue = .compact([
            "schema": 1,
            "id": .string(notification.id),
            "type": .string(type),
            "thread": .string(content.thread),
            "timestamp": .string(content.receivedAt.formatted(timestamp)),
            "rule": ["name": .string(content.rule), "version": .integer(content.version)],
            "alert": .compact([
                "transition": .string(content.transition.rawValue),
                "words": life.isEmpty ? nil : .string(life),
                "severity": .string(content.severity.label),
                "firstSeenAt": .string(content.firstSeenAt.formatted(timestamp)),
                "openedAt": .string(content.openedAt.formatted(timestamp)),
                "count": .integer(content.count),
            ]),
            "bundle": content.bundle.map { bundle in
                self.bundle(bundle, BundleFacts(bundle, of: notification, now: now), isMinimal: notification.isMinimal)
            },
            "delivery": .compact([
                "destination": .string(notification.destination),
                "attempt": .integer(notification.attempts),
                "possibleRepeat": .bool(notification.uncertain > 0),
                "delayedSeconds": .integer(max(0, Int(now.timeIntervalSince(content.receivedAt)))),
                "fallbackFor": notification.fallbackFor.map { .string($0) },
            ]),
            "finding": finding(content.finding, isMinimal: notification.isMinimal),
        ])
        return value.bytes
    }

    static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func finding(_ finding: Finding, isMinimal: Bool) -> JSONValue {
        let items = isMinimal ? 1 : Bound.items
        return .compact([
            "key": text(finding.key.rawValue),
            "source": text(finding.source),
            "kind": .string(finding.kind.rawValue),
            "id": text(finding.id),
            "title": text(finding.title),
            "description": isMinimal ? nil : text(finding.description, Bound.description),
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

    static func text(_ text: String, _ limit: Int = Bound.text) -> JSONValue {
        .string(ShownText.fit(text, limit))
    }

    private static func list(_ texts: [String]) -> JSONValue { .array(texts.prefix(Bound.items).map { text($0) }) }
}
