/// GuardDuty's own findings, in the camelCase of events and the PascalCase of GetFindings.
///
/// Source: GuardDuty user guide, "EventBridge events for GuardDuty"; GuardDuty API reference, `Finding`.
enum GuardDutyFormat {
    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        let arn = json.eitherText("arn")
        let type = json.eitherText("type")
        let title = json.eitherText("title") ?? type
        guard let id = json.eitherText("id") ?? arn, let title else { return nil }
        let service = json.either("service")
        let account = json.either("accountId")?.scalarText ?? envelope.account
        let region = json.eitherText("region") ?? envelope.region
        let isArchived = service?.either("archived")?.bool == true
        return Finding(
            key: key(json, arn: arn, id: id, account: account, region: region),
            source: envelope.source ?? "aws.guardduty",
            kind: .guardDuty,
            id: id,
            title: title,
            description: json.eitherText("description") ?? "",
            severity: json.either("severity")?.double.flatMap(Severity.init(guardDuty:)) ?? .unknown,
            account: account,
            region: region,
            status: isArchived ? .resolved : .active,
            statusText: isArchived ? "ARCHIVED" : nil,
            product: "GuardDuty",
            types: type.map { [$0] } ?? [],
            tags: GuardDutyResources.tags(json),
            resources: GuardDutyResources.resources(json, region: region),
            createdAt: SourceDate.read(json.either("createdAt")),
            updatedAt: SourceDate.read(json.either("updatedAt")) ?? envelope.time,
            firstSeenAt: SourceDate.read(service?.either("eventFirstSeen")),
            lastSeenAt: SourceDate.read(service?.either("eventLastSeen")),
            url: ConsoleLink.guardDuty(id: id, region: region),
            remediation: Remediation(url: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_remediate.html"),
            count: service?.either("count")?.integer,
            actor: GuardDutyResources.actor(json),
            sourceAddress: GuardDutyResources.sourceAddress(json)
        )
    }

    /// The ARN, which is also the finding's id in ASFF and OCSF; put together where an event leaves it out.
    private static func key(_ json: JSON, arn: String?, id: String, account: String?, region: String?) -> FindingKey {
        if let arn { return FindingKey(bounding: arn) }
        let account = account ?? ""
        let region = region ?? ""
        guard let detector = json.either("service")?.eitherText("detectorId") else {
            return FindingKey(bounding: "guardduty/\(account)/\(region)/\(id)")
        }
        let partition = json.eitherText("partition") ?? Partition(region: region).rawValue
        return FindingKey(
            bounding: "arn:\(partition):guardduty:\(region):\(account):detector/\(detector)/finding/\(id)"
        )
    }
}
