/// Summaries of vulnerability scans: how many findings of each severity an image or instance has.
///
/// Sources: ECR user guide, "Amazon ECR events and EventBridge" (basic scanning, whose only event this is); Inspector user
/// guide, "Amazon EventBridge event schema for Amazon Inspector events" (`Inspector2 Scan`).
enum ScanFormat {
    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        let counts = json["finding-severity-counts"]
        // A scan that failed counts nothing.
        guard counts?.kind == .object || json.text("scan-status") != nil else { return nil }
        let found = found(counts)
        let repository = json.text("repository-name").map { name in
            ARN(name).map { String($0.resource.trimmingPrefix("repository/")) } ?? name
        }
        let digest = json.text("image-digest")
        let instance = json.text("instance-id")
        let word = json.text("scan-status")
        let isComplete = word?.contains("COMPLETE") ?? false
        let resource = envelope.resources.first ?? instance ?? repository
        guard let resource else { return nil }
        let tags = json["image-tags"]?.texts ?? []
        let image = repository.map { name in tags.first.map { "\(name):\($0)" } ?? name }
        // Worst first, as the labels order themselves.
        let sorted = found.map { (severity: severity($0.word), word: $0.word, count: $0.count) }
            .sorted { $0.severity > $1.severity }
        let words = sorted.map { "\($0.count.map(String.init) ?? "some") \($0.word.lowercased())" }
            .joined(separator: ", ")
        // What cannot be read clears nobody.
        let isClear = isComplete && counts?.kind == .object && sorted.isEmpty
        let outcome = isClear ? "nothing found" : isComplete && words.isEmpty == false ? words : word ?? "no result"
        return Finding(
            key: key(resource, digest: digest, envelope),
            source: envelope.source ?? "aws.ecr",
            kind: .event,
            id: envelope.id ?? digest.map { "\(resource)@\($0)" } ?? resource,
            title: "Scan of \(image ?? instance ?? resource): \(outcome)",
            description: [
                digest.map { "Image: \($0)" }, tags.isEmpty ? nil : "Tags: \(tags.joined(separator: ", "))",
                word.map { "Scan: \($0)" },
            ].compactMap { $0 }.joined(separator: "\n"),
            severity: sorted.first?.severity ?? (isClear ? .informational : word == "FAILED" ? .low : .unknown),
            account: envelope.account,
            region: envelope.region ?? ARN(resource)?.region,
            status: isClear ? .resolved : .active,
            statusText: word,
            product: envelope.source == "aws.inspector2" ? "Inspector" : "ECR",
            resources: [Resource(named: resource)] + (digest.map { [Resource(id: $0, type: "Image")] } ?? []),
            createdAt: envelope.time,
            updatedAt: envelope.time,
            occurredAt: envelope.time
        )
    }

    /// What was found, with `nil` for a count that is not a number. The total counts only where it is all that there is.
    private static func found(_ counts: JSON?) -> [(word: String, count: Int?)] {
        let all = (counts?.members ?? []).compactMap { member -> (word: String, count: Int?)? in
            let count = member.value.integer ?? member.value.string.flatMap { Int($0) }
            return count == 0 ? nil : (member.key, count.flatMap { $0 < 0 ? nil : $0 })
        }
        let rated = all.filter { $0.word.uppercased() != "TOTAL" }
        return rated.isEmpty ? all : rated
    }

    /// A name that is no ARN is unique within one Region.
    private static func key(_ resource: String, digest: String?, _ envelope: EventEnvelope) -> FindingKey {
        let account = envelope.account ?? ""
        let former = FindingKey(bounding: "scan/\(account)/\(resource)/\(digest ?? "")")
        guard ARN(resource) == nil, let region = envelope.region else { return former }
        return FindingKey(bounding: "scan/\(account)/\(region)/\(resource)/\(digest ?? "")", former: former)
    }

    /// ECR says UNDEFINED and Inspector UNTRIAGED of what nobody has rated.
    private static func severity(_ word: String) -> Severity { Severity(label: word) ?? .unknown }
}
