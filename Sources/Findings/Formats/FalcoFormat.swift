import FoundationEssentials

/// Alerts of Falco as Falcosidekick and Falco's own HTTP output post them, bare or as the data of a CloudEvent.
///
/// Source: Falco documentation, "Output channels"; Falcosidekick, `types.FalcoPayload`. Nothing in them says that two are
/// of one problem, and none is ever said to be over: one rule about one place is one problem.
enum FalcoFormat {
    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        guard let rule = json.text("rule") else { return nil }
        let fields = json["output_fields"]
        let time = SourceDate.read(json["time"]) ?? envelope.time
        let place = names.map { fields?[$0.field]?.scalarText ?? "" }
        let host = json.text("hostname")
        let region = fields?.text("ct.region") ?? envelope.region
        let names = [rule, host ?? ""] + place + subjects.map { fields?[$0]?.scalarText ?? "" }
        return Finding(
            key: key(names, account: envelope.account, region: region),
            source: "falco",
            kind: .event,
            id: json.text("uuid") ?? envelope.id ?? rule,
            title: rule,
            description: json.text("output") ?? "",
            severity: json.text("priority").flatMap(Severity.init(priority:)) ?? .unknown,
            account: envelope.account,
            region: region,
            statusText: json.text("priority"),
            product: "Falco",
            types: json["tags"]?.texts ?? [],
            controls: [rule],
            resources: resources(fields, host: host),
            createdAt: time,
            updatedAt: time,
            occurredAt: time,
            actor: fields?.text("ka.user.name") ?? fields?.text("ct.user") ?? fields?.text("user.name"),
            sourceAddress: fields?.text("ct.srcip") ?? fields?.text("ka.sourceips") ?? fields?.text("fd.cip")
        )
    }

    /// No name in an alert is unique beyond one cluster, so that account and Region go before them, as far as they are known.
    private static func key(_ names: [String], account: String?, region: String?) -> FindingKey {
        let scoped = [account ?? "", region ?? ""] + names
        return FindingKey(
            bounding: "falco/" + scoped.map(FindingKey.part).joined(separator: "/"),
            former: FindingKey(bounding: "falco/" + names.joined(separator: "/"))
        )
    }

    /// Whether the object is such an alert.
    static func recognises(_ json: JSON) -> Bool {
        json["rule"]?.kind == .string && json["priority"]?.kind == .string
            && (json["output_fields"]?.kind == .object || json["output"]?.kind == .string)
    }

    /// Where it happened, from the outside to the inside.
    private static let names: [(field: String, type: String)] = [
        ("k8s.ns.name", "Namespace"), ("k8s.pod.name", "Pod"), ("container.id", "Container"),
        ("ka.target.namespace", "Namespace"), ("ka.target.name", "Target"),
    ]

    /// Who did it, for alerts of the cloud's and the cluster's audit logs, where no place tells one problem from another.
    private static let subjects = ["ka.user.name", "ct.user"]

    private static func resources(_ fields: JSON?, host: String?) -> [Resource] {
        func text(_ name: String) -> String? { fields?[name]?.scalarText.flatMap { $0 == "<NA>" ? nil : $0 } }
        var found: [Resource] = []
        if let pod = text("k8s.pod.name") {
            found.append(Resource(id: text("k8s.ns.name").map { "\($0)/\(pod)" } ?? pod, type: "Pod"))
        }
        if let target = text("ka.target.name") {
            let name = text("ka.target.namespace").map { "\($0)/\(target)" } ?? target
            found.append(Resource(id: name, type: text("ka.target.resource") ?? "Target"))
        }
        if let container = text("container.id"), container != "host" {
            found.append(Resource(id: container, type: "Container"))
        }
        if let host { found.append(Resource(id: host, type: "Host")) }
        return found
    }
}
