/// CloudTrail Insights: unusual rates of calls or errors, in events and in log files.
///
/// Source: CloudTrail user guide, "CloudTrail Insights event record contents". The start and the end of one unusual time
/// are two records with one `sharedEventID`; what they are about stands in `insightDetails` alone.
enum CloudTrailInsightFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        guard let details = json["insightDetails"], details.kind == .object else { return nil }
        guard let id = json.text("sharedEventID") ?? json.text("eventID") ?? envelope.id else { return nil }
        let region = json.text("awsRegion") ?? envelope.region
        let service = details.text("eventSource") ?? "an unknown service"
        let name = details.text("eventName") ?? "calls"
        let type = details.text("insightType") ?? "Insight"
        let state = details.text("state")
        let error = details.text("errorCode")
        let time = SourceDate.read(json["eventTime"]) ?? envelope.time
        let context = details["insightContext"]
        return Finding(
            key: FindingKey(bounding: "cloudtrail/insight/\(id)"),
            source: envelope.source ?? "aws.cloudtrail",
            kind: .cloudTrail,
            id: id,
            title: "\(type): unusual \(name) of \(service)\(error.map { " (\($0))" } ?? "")",
            description: description(context),
            severity: defaults[.cloudTrailInsight],
            account: json["recipientAccountId"]?.scalarText ?? envelope.account,
            region: region,
            status: state?.lowercased() == "end" ? .resolved : .active,
            statusText: state,
            product: "CloudTrail",
            types: ["\(service)/\(name)", type],
            resources: envelope.resources.map(Resource.init(named:)),
            createdAt: time,
            updatedAt: time,
            occurredAt: time,
            url: ConsoleLink.cloudTrailInsights(region: region),
            actor: attributed(context, to: "userIdentityArn").first
        )
    }

    /// Who or what stood out, the most frequent first.
    private static func attributed(_ context: JSON?, to attribute: String) -> [String] {
        (context?["attributions"]?.elements ?? []).first { $0.text("attribute") == attribute }?["insight"]?.elements
            .compactMap { $0.text("value") } ?? []
    }

    private static func description(_ context: JSON?) -> String {
        let statistics = context?["statistics"]
        let lines = [
            statistics?["insight"]?["average"]?.number.map { "Now: \($0) a minute on average" },
            statistics?["baseline"]?["average"]?.number.map { "Before: \($0) a minute on average" },
            statistics?["insightDuration"]?.number.map { "For: \($0) min" },
            list("By", attributed(context, to: "userIdentityArn")),
            list("With", attributed(context, to: "userAgent")),
            list("Errors", attributed(context, to: "errorCode").filter { $0 != "null" }),
        ]
        return lines.compactMap { $0 }.joined(separator: "\n")
    }

    private static func list(_ label: String, _ values: [String]) -> String? {
        values.isEmpty ? nil : "\(label): \(values.joined(separator: ", "))"
    }
}
