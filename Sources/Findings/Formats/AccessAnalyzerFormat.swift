/// IAM Access Analyzer's three kinds of findings: external, internal and unused access.
///
/// Source: IAM user guide, "Monitoring IAM Access Analyzer with Amazon EventBridge".
enum AccessAnalyzerFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        guard let id = json.text("id") ?? json.text("findingId") else { return nil }
        let kind = kind(json, envelope.detailType)
        let resource = json.text("resource")
        let region = json.text("region") ?? envelope.region
        let word = json.text("status")
        let isDeleted = json["isDeleted"]?.bool == true
        let isOver = isDeleted || word == "ARCHIVED" || word == "RESOLVED"
        let error = json.text("error")
        return Finding(
            key: FindingKey(bounding: "access-analyzer/\(id)"),
            source: envelope.source ?? "aws.access-analyzer",
            kind: .accessAnalyzer,
            id: id,
            title: title(json, kind, error: error, resource: resource),
            description: description(json),
            severity: defaults[error == nil ? kind.severity : .accessAnalyzerError],
            account: (json["accountId"] ?? json["resourceOwnerAccount"])?.scalarText ?? envelope.account,
            region: region,
            status: isOver ? .resolved : .active,
            statusText: isDeleted ? [word, "DELETED"].compactMap { $0 }.joined(separator: "/") : word,
            product: "IAM Access Analyzer",
            types: [json.text("findingType") ?? kind.type],
            resources: resource.map { [Resource(id: $0, type: json.text("resourceType"), region: region)] } ?? [],
            createdAt: SourceDate.read(json["createdAt"]),
            updatedAt: SourceDate.read(json["updatedAt"]) ?? envelope.time,
            firstSeenAt: SourceDate.read(json["createdAt"]),
            lastSeenAt: SourceDate.read(json["analyzedAt"]),
            url: ConsoleLink.accessAnalyzer(id: id, region: region)
        )
    }

    static func detailType(of json: JSON) -> String { kind(json, nil).detailType }

    private enum Kind {
        case external, `internal`, unused

        var detailType: String {
            switch self {
            case .external: "Access Analyzer Finding"
            case .internal: "Internal Access Finding"
            case .unused: "Unused Access Finding for IAM entities"
            }
        }

        var type: String {
            switch self {
            case .external: "ExternalAccess"
            case .internal: "InternalAccess"
            case .unused: "UnusedAccess"
            }
        }

        var severity: SeverityDefaults.Name {
            switch self {
            case .external: .accessAnalyzerExternal
            case .internal: .accessAnalyzerInternal
            case .unused: .accessAnalyzerUnused
            }
        }
    }

    private static func kind(_ json: JSON, _ detailType: String?) -> Kind {
        if let known = [Kind.external, .internal, .unused].first(where: { $0.detailType == detailType }) {
            return known
        }
        let type = json.text("findingType") ?? ""
        if type.hasPrefix("Unused") || json["findingId"] != nil { return .unused }
        return type.hasPrefix("Internal") ? .internal : .external
    }

    /// The events have no title; it says what the console's list shows.
    private static func title(_ json: JSON, _ kind: Kind, error: String?, resource: String?) -> String {
        let name = [json.text("resourceType"), resource].compactMap { $0 }.joined(separator: " ")
        let what = name.isEmpty ? "A resource" : name
        if let error { return "\(what) could not be analyzed: \(error)" }
        switch kind {
        case .external: return json["isPublic"]?.bool == true ? "\(what) is public" : "\(what) allows external access"
        case .internal: return "\(what) allows internal access"
        case .unused:
            guard let type = json.text("findingType") else { return "\(what) has unused access" }
            return "\(what) has unused access: \(type)"
        }
    }

    private static func description(_ json: JSON) -> String {
        var sentences: [String] = []
        let principals = (json["principal"]?.members ?? []).compactMap { member in
            member.value.string.map { "\(member.key) \($0)" }
        }
        if principals.isEmpty == false { sentences.append("Principal: \(principals.joined(separator: ", "))") }
        let actions = json["action"]?.texts ?? []
        if actions.isEmpty == false { sentences.append("Actions: \(actions.joined(separator: ", "))") }
        return sentences.joined(separator: "\n")
    }
}
