/// Results of a Security Hub insight, sent by a person with a custom action: counts, not findings.
///
/// Source: Security Hub user guide, "EventBridge event formats". A result is an object with one key, `{"value": count}`.
enum InsightFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        guard let arn = json.text("insightArn") else { return nil }
        let rows = (json["insightResults"]?.elements ?? []).flatMap(\.members).compactMap { member in
            member.value.scalarText.map { "\(member.key): \($0)" }
        }
        return Finding(
            // Each sending is a request of its own to be told.
            key: FindingKey(bounding: envelope.id.map { "\(arn)/\($0)" } ?? arn),
            source: envelope.source ?? "aws.securityhub",
            kind: .securityHubInsight,
            id: arn,
            title: json.text("insightName") ?? arn,
            description: rows.joined(separator: "\n"),
            severity: defaults[.insight],
            account: envelope.account,
            region: envelope.region,
            product: "Security Hub",
            types: json.text("resultType").map { [$0] } ?? [],
            resources: [Resource(id: arn)],
            createdAt: envelope.time,
            updatedAt: envelope.time,
            occurredAt: envelope.time,
            url: ConsoleLink.insights(region: envelope.region),
            count: json["insightResults"]?.elements.count
        )
    }
}
