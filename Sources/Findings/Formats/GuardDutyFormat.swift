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
            tags: tags(json.either("resource")),
            resources: resources(json, region: region),
            createdAt: SourceDate.read(json.either("createdAt")),
            updatedAt: SourceDate.read(json.either("updatedAt")) ?? envelope.time,
            firstSeenAt: SourceDate.read(service?.either("eventFirstSeen")),
            lastSeenAt: SourceDate.read(service?.either("eventLastSeen")),
            url: ConsoleLink.guardDuty(id: id, region: region),
            remediation: Remediation(url: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_remediate.html"),
            count: service?.either("count")?.integer
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

    /// Where each kind of resource keeps its name: the details' key, and the keys of the name in order of preference.
    private static let names: [(details: String, type: String, keys: [String])] = [
        ("instanceDetails", "Instance", ["instanceId"]),
        ("accessKeyDetails", "AccessKey", ["accessKeyId", "userName", "principalId"]),
        ("s3BucketDetails", "S3Bucket", ["arn", "name"]),
        ("eksClusterDetails", "EKSCluster", ["arn", "name"]),
        ("ecsClusterDetails", "ECSCluster", ["arn", "name"]),
        ("containerDetails", "Container", ["name", "id"]),
        ("rdsDbInstanceDetails", "RDSDBInstance", ["dbInstanceArn", "dbInstanceIdentifier"]),
        ("rdsLimitlessDbDetails", "RDSLimitlessDB", ["dbShardGroupArn", "dbShardGroupIdentifier"]),
        ("lambdaDetails", "Lambda", ["functionArn", "functionName"]),
    ]

    private static func resources(_ json: JSON, region: String?) -> [Resource] {
        var found: [Resource] = []
        let resource = json.either("resource")
        for (details, type, keys) in names {
            guard let json = resource?.either(details), json.isNull == false else { continue }
            for element in json.kind == .array ? json.elements : [json] {
                guard let id = keys.lazy.compactMap({ element.eitherText($0) }).first else { continue }
                found.append(Resource(id: id, type: type, region: region))
            }
        }
        // Attack sequences list what they touched beside the signals.
        let sequence = json.either("service")?.either("detection")?.either("sequence")
        for element in sequence?.either("resources")?.elements ?? [] {
            guard let id = element.eitherText("uid") ?? element.eitherText("name") else { continue }
            found.append(
                Resource(
                    id: id,
                    type: element.eitherText("resourceType"),
                    region: element.eitherText("region") ?? region
                )
            )
        }
        return found
    }

    private static func tags(_ resource: JSON?) -> [Tag] {
        var found: [Tag] = []
        for details in ["instanceDetails", "s3BucketDetails", "eksClusterDetails", "lambdaDetails"] {
            guard let json = resource?.either(details) else { continue }
            for element in json.kind == .array ? json.elements : [json] {
                for tag in element.either("tags")?.elements ?? [] {
                    guard let key = tag.eitherText("key"), let value = tag.either("value")?.string else { continue }
                    found.append(Tag(key: key, value: value))
                }
            }
        }
        return found
    }
}
