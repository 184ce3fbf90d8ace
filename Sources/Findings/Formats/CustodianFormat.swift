/// Notices of Cloud Custodian's `notify` action: one policy and the resources that it found.
///
/// Source: Cloud Custodian documentation, "c7n-mailer"; the message is JSON, compressed with zlib, in Base64.
enum CustodianFormat {
    static func recognises(_ json: JSON) -> Bool {
        json["policy"]?.text("name") != nil && json["action"]?.kind == .object && json["resources"]?.kind == .array
    }

    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        let policy = json["policy"]
        let action = json["action"]
        guard let name = policy?.text("name") else { return nil }
        let account = json["account_id"]?.scalarText ?? envelope.account
        let region = json.text("region") ?? envelope.region
        let type = policy?.text("resource")
        let resources = (json["resources"]?.elements ?? []).compactMap { element in
            id(element).map { Resource(id: $0, type: type, region: ARN($0)?.region ?? region) }
        }
        // Other resources are other news: a policy that finds one more is to be told again.
        let found = resources.map(\.id).sorted().joined(separator: " ")
        return Finding(
            key: FindingKey(
                bounding: "c7n/\(account ?? "")/\(region ?? "")/\(name)/\(json["event"]?["id"]?.nonEmpty ?? "")",
                Array(found.utf8)[...]
            ),
            source: "cloud-custodian",
            kind: .event,
            id: name,
            title: action?.text("subject") ?? name,
            description: [
                action?.text("violation_desc") ?? policy?.text("description") ?? policy?.text("comments"),
                action?.text("action_desc"),
            ].compactMap { $0 }.joined(separator: "\n"),
            severity: [
                policy?["metadata"]?.text("severity"), action?.text("severity"), action?.text("priority_header"),
            ]
            .lazy.compactMap { $0.flatMap(Severity.init(priority:)) }.first ?? .unknown,
            account: account,
            accountName: json.text("account"),
            region: region,
            product: "Cloud Custodian",
            types: type.map { [$0] } ?? [],
            controls: [name],
            tags: tags(json["resources"]),
            resources: resources,
            createdAt: envelope.time,
            updatedAt: envelope.time,
            occurredAt: envelope.time,
            count: resources.isEmpty ? nil : resources.count
        )
    }

    /// The resource as its service describes it: its ARN if it has one, or else whatever looks most like its name.
    private static func id(_ json: JSON) -> String? {
        let members = json.members.compactMap { member in member.value.nonEmpty.map { (key: member.key, text: $0) } }
        func named(_ matches: (String) -> Bool) -> String? { members.first { matches($0.key) }?.text }
        return named { $0.lowercased() == "arn" } ?? named { $0.hasSuffix("Arn") && $0.contains("Role") == false }
            ?? named { ["InstanceId", "VolumeId", "SnapshotId", "GroupId", "KeyId", "VpcId", "ImageId"].contains($0) }
            ?? named { $0 == "Name" || $0 == "name" } ?? named { $0 == "Id" || $0 == "id" }
            ?? named { $0.hasSuffix("Name") } ?? named { $0.hasSuffix("Id") || $0.hasSuffix("Identifier") }
    }

    private static func tags(_ resources: JSON?) -> [Tag] {
        (resources?.elements ?? []).flatMap { $0["Tags"]?.elements ?? [] }.compactMap { tag in
            guard let key = tag.text("Key"), let value = tag["Value"]?.string else { return nil }
            return Tag(key: key, value: value)
        }.unique
    }
}
