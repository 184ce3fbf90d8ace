import FoundationEssentials

/// AWS Health events, those about abuse included.
///
/// Source: AWS Health user guide, "AWS Health events Amazon EventBridge schema". The envelope's account and Region are
/// where the event was delivered, which for an organisation view is not where it applies.
enum HealthFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        guard let arn = json.text("eventArn") else { return nil }
        let code = json.text("eventTypeCode") ?? "event"
        let account = json["affectedAccount"]?.scalarText ?? envelope.account
        let region = json.text("eventRegion") ?? envelope.region
        let word = json.text("statusCode")
        let startsAt = SourceDate.read(json["startTime"])
        // What is planned begins when it is announced; nobody has seen it yet.
        let isScheduled = json.text("eventTypeCategory")?.lowercased() == "scheduledchange"
        return Finding(
            // One event ARN serves many accounts and Regions; communications about it follow one another.
            key: FindingKey(bounding: "\(arn)/\(account ?? "")/\(region ?? "")"),
            source: envelope.source ?? "aws.health",
            kind: .health,
            id: arn,
            title: json.text("service").map { "\($0): \(code)" } ?? code,
            description: description(json),
            severity: defaults[severity(json, envelope.detailType, code: code)],
            account: account,
            region: region,
            status: word == "closed" ? .resolved : .active,
            statusText: word,
            product: "Health",
            types: [code],
            tags: tags(json),
            resources: resources(json, envelope),
            createdAt: startsAt ?? envelope.time,
            updatedAt: SourceDate.read(json["lastUpdatedTime"]) ?? envelope.time ?? startsAt,
            firstSeenAt: isScheduled ? nil : startsAt,
            occurredAt: isScheduled ? SourceDate.read(json["lastUpdatedTime"]) ?? envelope.time : nil,
            startsAt: startsAt,
            endsAt: SourceDate.read(json["endTime"]),
            url: ConsoleLink.health(arn: arn),
            pages: pages(json)
        )
    }

    /// Numbers come as strings; most events have one page, which says nothing.
    private static func pages(_ json: JSON) -> Pages? {
        func number(_ key: String) -> Int? { json[key]?.scalarText.flatMap { Int($0) } }
        guard let total = number("totalPages"), total > 1, let page = number("page"), (1...total).contains(page) else {
            return nil
        }
        let communication = json.text("communicationId") ?? json.text("lastUpdatedTime") ?? ""
        return Pages(communication: communication, received: [page], total: total)
    }

    private static func severity(_ json: JSON, _ detailType: String?, code: String) -> SeverityDefaults.Name {
        let personas = json["personas"]?.texts ?? []
        if detailType == "AWS Health Abuse Event" || json.text("service") == "ABUSE" || code.hasPrefix("AWS_ABUSE") {
            return .healthAbuse
        }
        if code.hasPrefix("AWS_RISK") || code.contains("CREDENTIALS_EXPOSED") || personas.contains("SECURITY") {
            return .healthSecurity
        }
        if json.text("actionability") == "ACTION_REQUIRED" { return .healthActionRequired }
        switch json.text("eventTypeCategory")?.lowercased() {
        case "issue", "investigation": return .healthIssue
        case "scheduledchange": return .healthScheduledChange
        default: return .healthAccountNotification
        }
    }

    /// The English text, or else the first; its line breaks come as the two characters `\n`.
    private static func description(_ json: JSON) -> String {
        let texts = json["eventDescription"]?.elements ?? []
        let chosen = texts.first { $0.text("language")?.hasPrefix("en") == true } ?? texts.first
        return chosen?.text("latestDescription")?.replacing("\\n", with: "\n") ?? ""
    }

    private static func resources(_ json: JSON, _ envelope: EventEnvelope) -> [Resource] {
        let affected = (json["affectedEntities"]?.elements ?? []).compactMap { $0.text("entityValue") }
        return (affected.isEmpty ? envelope.resources : affected).map(Resource.init(named:))
    }

    private static func tags(_ json: JSON) -> [Tag] {
        (json["affectedEntities"]?.elements ?? []).flatMap { $0["tags"]?.members ?? [] }
            .compactMap { member in member.value.string.map { Tag(key: member.key, value: $0) } }
    }
}
