/// Amazon Inspector's own findings: events and ListFindings.
///
/// Source: Inspector user guide, "Amazon EventBridge event schema for Amazon Inspector events"; API reference, `Finding`.
enum InspectorFormat {
    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        guard let arn = json.text("findingArn") else { return nil }
        let account = json["awsAccountId"]?.scalarText ?? envelope.account
        let resourceList = json["resources"]?.elements ?? []
        let resources = resourceList.compactMap { element in
            element.text("id").map { Resource(id: $0, type: element.text("type"), region: element.text("region")) }
        }
        let region =
            ARN(arn)?.region ?? resources.first?.region ?? envelope.region
        let status = json.text("status")
        let vulnerability = json["packageVulnerabilityDetails"]
        return Finding(
            key: FindingKey(bounding: arn),
            source: envelope.source ?? "aws.inspector2",
            kind: .inspector,
            id: arn,
            title: json.text("title") ?? json.text("type") ?? "Inspector finding",
            description: json.text("description") ?? "",
            // UNTRIAGED means that nobody has rated it yet.
            severity: json.text("severity").flatMap(Severity.init(label:)) ?? .unknown,
            account: account,
            region: region,
            status: InspectorFormat.status(status),
            statusText: status,
            product: "Inspector",
            types: [json.text("type"), vulnerability?.text("vulnerabilityId")].compactMap { $0 },
            tags: tags(resourceList),
            resources: resources,
            createdAt: SourceDate.read(json["firstObservedAt"]),
            updatedAt: SourceDate.read(json["updatedAt"]) ?? SourceDate.read(json["lastObservedAt"]) ?? envelope.time,
            firstSeenAt: SourceDate.read(json["firstObservedAt"]),
            lastSeenAt: SourceDate.read(json["lastObservedAt"]),
            url: ConsoleLink.inspector(arn: arn, region: region),
            remediation: remediation(json, vulnerability)
        )
    }

    private static func status(_ word: String?) -> FindingStatus {
        switch word {
        case "CLOSED": .resolved
        case "SUPPRESSED": .acknowledged
        default: .active
        }
    }

    private static func tags(_ resources: [JSON]) -> [Tag] {
        resources.flatMap { $0["tags"]?.members ?? [] }
            .compactMap { member in member.value.string.map { Tag(key: member.key, value: $0) } }
    }

    /// The recommendation, and where the advisory of a vulnerable package stands.
    private static func remediation(_ json: JSON, _ vulnerability: JSON?) -> Remediation? {
        let recommendation = json["remediation"]?["recommendation"]
        let text = recommendation?.text("text")
        return Remediation.read(
            text: text == "None Provided" ? nil : text,
            url: recommendation?.text("Url") ?? recommendation?.text("url") ?? vulnerability?.text("sourceUrl")
        )
    }
}
