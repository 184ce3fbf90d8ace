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
        let found = (counts?.members ?? []).compactMap { member -> (word: String, count: Int)? in
            guard member.key.uppercased() != "TOTAL", let count = member.value.integer, count > 0 else { return nil }
            return (member.key, count)
        }
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
        let words = sorted.map { "\($0.count) \($0.word.lowercased())" }.joined(separator: ", ")
        let outcome = isComplete ? (words.isEmpty ? "nothing found" : words) : word ?? "no result"
        return Finding(
            key: FindingKey(bounding: "scan/\(envelope.account ?? "")/\(resource)/\(digest ?? "")"),
            source: envelope.source ?? "aws.ecr",
            kind: .event,
            id: envelope.id ?? digest.map { "\(resource)@\($0)" } ?? resource,
            title: "Scan of \(image ?? instance ?? resource): \(outcome)",
            description: [
                digest.map { "Image: \($0)" }, tags.isEmpty ? nil : "Tags: \(tags.joined(separator: ", "))",
                word.map { "Scan: \($0)" },
            ].compactMap { $0 }.joined(separator: "\n"),
            severity: sorted.first?.severity ?? (isComplete ? .informational : word == "FAILED" ? .low : .unknown),
            account: envelope.account,
            region: envelope.region ?? ARN(resource)?.region,
            status: isComplete && sorted.isEmpty ? .resolved : .active,
            statusText: word,
            product: envelope.source == "aws.inspector2" ? "Inspector" : "ECR",
            resources: [Resource(named: resource)] + (digest.map { [Resource(id: $0, type: "Image")] } ?? []),
            createdAt: envelope.time,
            updatedAt: envelope.time,
            occurredAt: envelope.time
        )
    }

    /// ECR says UNDEFINED and Inspector UNTRIAGED of what nobody has rated.
    private static func severity(_ word: String) -> Severity { Severity(label: word) ?? .unknown }
}
