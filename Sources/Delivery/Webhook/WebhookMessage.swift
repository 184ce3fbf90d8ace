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
        /// What most messages take, in bytes, so that nothing is moved while they are written.
        static let common = 3072
    }

    /// - Parameters:
    ///   - notification: What to say. The minimal form leaves out what is long or repeated.
    ///   - now: For the delay.
    ///   - console: Where people reach the console, if that is known.
    /// - Returns: UTF-8 JSON; the same for every attempt but for `delivery`.
    package static func render(_ notification: Notification, now: Date, console: PublicAddress? = nil) -> [UInt8] {
        let content = notification.content
        let facts = content.facts
        var message = JSONWriter(capacity: Bound.common)
        message.object { json in
            json.integer("schema", 1)
            json.string("id", notification.id)
            let type = content.bundle.map { "alerts.\($0.occasion.rawValue)" } ?? "finding.\(facts.transition.rawValue)"
            json.string("type", type)
            if notification.isTest { json.bool("test", true) }
            json.string("thread", content.thread)
            json.timestamp("timestamp", facts.receivedAt)
            json.object("rule") { json in
                json.string("name", facts.rule)
                json.integer("version", facts.version)
            }
            json.object("alert") { json in
                json.string("transition", facts.transition.rawValue)
                let life = MessageFacts.life(content)
                json.string("words", life.isEmpty ? nil : life)
                json.string("severity", facts.severity.label)
                json.timestamp("firstSeenAt", facts.firstSeenAt)
                json.timestamp("openedAt", facts.openedAt)
                json.integer("count", facts.count)
            }
            let bundle = content.bundle.map { bundle in
                self.bundle(
                    bundle,
                    BundleFacts(bundle, of: notification, now: now),
                    console,
                    isMinimal: notification.isMinimal
                )
            }
            json.value("bundle", bundle)
            json.object("delivery") { json in
                json.string("destination", notification.destination)
                json.integer("attempt", notification.attempts)
                json.bool("possibleRepeat", notification.uncertain > 0)
                json.integer("delayedSeconds", max(0, Int(now.timeIntervalSince(facts.receivedAt))))
                json.string("fallbackFor", notification.fallbackFor)
            }
            json.object("finding") { json in
                write(content.finding, isMinimal: notification.isMinimal, to: &json)
                json.string("noroshiUrl", console?.finding(content.findingID)?.url)
            }
        }
        return message.bytes
    }

    static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private static func write(_ finding: Finding, isMinimal: Bool, to json: inout JSONWriter) {
        let items = isMinimal ? 1 : Bound.items
        json.string("key", fit(finding.key.rawValue))
        json.string("source", fit(finding.source))
        json.string("kind", finding.kind.rawValue)
        json.string("id", fit(finding.id))
        json.string("title", fit(finding.title))
        json.string("description", isMinimal ? nil : fit(finding.description, Bound.description))
        json.string("severity", finding.severity.label)
        json.string("account", finding.account.map { fit($0) })
        json.string("accountName", finding.accountName.map { fit($0) })
        json.string("region", finding.region.map { fit($0) })
        json.string("status", finding.status.rawValue)
        json.string("product", fit(finding.product))
        if isMinimal == false { list("types", finding.types, to: &json) }
        list("controls", finding.controls, to: &json)
        if isMinimal == false {
            list("standards", finding.standards, to: &json)
            json.array("tags", finding.tags.prefix(items)) { json, tag in
                json.object { json in
                    json.string("key", fit(tag.key))
                    json.string("value", fit(tag.value))
                }
            }
        }
        json.array("resources", finding.resources.prefix(items)) { json, resource in
            json.object { json in
                json.string("id", fit(resource.id))
                json.string("type", resource.type.map { fit($0) })
                json.string("region", resource.region.map { fit($0) })
            }
        }
        json.integer("resourceCount", finding.resources.count)
        json.string("actor", finding.actor.map { fit($0) })
        json.string("sourceAddress", finding.sourceAddress.map { fit($0) })
        json.value("log", finding.log.map { ["logGroup": JSONValue($0.group), "logStream": JSONValue($0.stream)] })
        json.value("pages", finding.pages?.json)
        json.timestamp("createdAt", finding.createdAt)
        json.timestamp("updatedAt", finding.updatedAt)
        json.string("url", finding.url.map { fit($0, 2000) })
        if isMinimal == false, let remediation = finding.remediation {
            json.object("remediation") { json in
                json.string("text", remediation.text.map { fit($0, 2000) })
                json.string("url", remediation.url.map { fit($0, 2000) })
            }
        }
    }

    static func text(_ text: String, _ limit: Int = Bound.text) -> JSONValue { .string(fit(text, limit)) }

    private static func fit(_ text: String, _ limit: Int = Bound.text) -> String {
        // There are never more UTF-16 units than bytes, and to count those takes no time.
        text.utf8.count <= limit ? text : ShownText.fit(text, limit)
    }

    private static func list(_ key: StaticString, _ texts: [String], to json: inout JSONWriter) {
        json.array(key, texts.prefix(Bound.items)) { $0.string(fit($1)) }
    }
}
