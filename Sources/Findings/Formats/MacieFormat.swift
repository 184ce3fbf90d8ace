/// Amazon Macie's own findings: events and GetFindings.
///
/// Source: Macie user guide, "EventBridge event schema for Macie findings".
enum MacieFormat {
    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        guard let id = json.text("id") else { return nil }
        let account = json["accountId"]?.scalarText ?? envelope.account
        let region = json.text("region") ?? envelope.region
        let type = json.text("type")
        let isArchived = json["archived"]?.bool == true
        let severity = json["severity"]
        return Finding(
            key: FindingKey(
                macie: id,
                partition: json.text("partition") ?? Partition(region: region ?? "").rawValue,
                region: region ?? "",
                account: account ?? ""
            ),
            source: envelope.source ?? "aws.macie",
            kind: .macie,
            id: id,
            title: json.text("title") ?? type ?? "Macie finding",
            description: json.text("description") ?? "",
            severity: severity?.text("description").flatMap(Severity.init(label:))
                ?? score(severity?["score"]?.integer),
            account: account,
            region: region,
            status: isArchived ? .resolved : .active,
            statusText: isArchived ? "ARCHIVED" : nil,
            product: "Macie",
            types: type.map { [$0] } ?? [],
            tags: tags(json["resourcesAffected"]),
            resources: resources(json["resourcesAffected"], region: region),
            createdAt: SourceDate.read(json["createdAt"]),
            updatedAt: SourceDate.read(json["updatedAt"]) ?? envelope.time,
            firstSeenAt: SourceDate.read(json["createdAt"]),
            url: ConsoleLink.macie(id: id, region: region),
            count: json["count"]?.integer,
            actor: actor(json["policyDetails"]?["actor"]),
            sourceAddress: json["policyDetails"]?["actor"]?["ipAddressDetails"]?.text("ipAddressV4")
        )
    }

    private static func score(_ score: Int?) -> Severity {
        switch score {
        case 1: .low
        case 2: .medium
        case 3: .high
        default: .unknown
        }
    }

    private static func resources(_ affected: JSON?, region: String?) -> [Resource] {
        let bucket = affected?["s3Bucket"]
        let object = affected?["s3Object"]
        var found: [Resource] = []
        if let id = bucket?.text("arn") ?? bucket?.text("name") {
            found.append(Resource(id: id, type: "S3Bucket", region: region))
        }
        if let path = object?.text("path") ?? object?.text("key") {
            found.append(Resource(id: path, type: "S3Object", region: region))
        }
        return found
    }

    private static func tags(_ affected: JSON?) -> [Tag] {
        ["s3Bucket", "s3Object"].flatMap { affected?[$0]?["tags"]?.elements ?? [] }.compactMap { element in
            guard let key = element.text("key"), let value = element["value"]?.string else { return nil }
            return Tag(key: key, value: value)
        }.unique
    }

    /// Who changed a policy: whichever kind of identity is described.
    private static func actor(_ json: JSON?) -> String? {
        let identity = json?["userIdentity"]
        for kind in ["assumedRole", "federatedUser", "iamUser", "root", "awsService", "awsAccount"] {
            guard let details = identity?[kind], details.kind == .object else { continue }
            return details.text("arn") ?? details.text("userName") ?? details.text("invokedBy")
                ?? details["accountId"]?.scalarText ?? details.text("principalId")
        }
        return nil
    }
}
