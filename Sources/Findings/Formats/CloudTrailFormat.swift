/// CloudTrail records: API calls and console sign-ins.
///
/// Source: CloudTrail user guide, "CloudTrail record contents" and "AWS Management Console sign-in events".
enum CloudTrailFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        guard let name = json.text("eventName") else { return nil }
        let identity = json["userIdentity"]
        let account = json["recipientAccountId"]?.scalarText ?? envelope.account ?? identity?["accountId"]?.scalarText
        let region = json.text("awsRegion") ?? envelope.region
        let id = json.text("eventID") ?? envelope.id
        let actor = actor(identity)
        let hasFailed = json["responseElements"]?.text("ConsoleLogin") == "Failure"
        let error = json.text("errorCode") ?? (hasFailed ? "Failure" : nil)
        let time = SourceDate.read(json["eventTime"]) ?? envelope.time
        let service = json.text("eventSource") ?? "unknown"
        return Finding(
            key: id.map { FindingKey(bounding: "cloudtrail/\($0)") }
                ?? FindingKey(bounding: "cloudtrail/\(service)/\(name)", json.bytes),
            source: envelope.source ?? "aws.cloudtrail",
            kind: .cloudTrail,
            id: id ?? name,
            title: "\(name) by \(actor)\(error.map { " (\($0))" } ?? "")",
            description: description(json, service: service),
            severity: defaults[severity(json, identity, hasFailed: hasFailed)],
            account: account,
            region: region,
            statusText: error,
            product: "CloudTrail",
            types: ["\(service)/\(name)"],
            resources: resources(json, envelope),
            createdAt: time,
            updatedAt: time,
            occurredAt: time,
            url: id.flatMap { ConsoleLink.cloudTrail(eventID: $0, region: region) }
        )
    }

    /// Use of the root user as CIS AWS Foundations 1.2.0, 3.3 tells it from what AWS does on the account's behalf.
    private static func severity(_ json: JSON, _ identity: JSON?, hasFailed: Bool) -> SeverityDefaults.Name {
        let isRoot =
            identity?.text("type") == "Root" && identity?.text("invokedBy") == nil
            && json.text("eventType") != "AwsServiceEvent"
        if isRoot { return .rootActivity }
        return hasFailed ? .consoleSignInFailure : .cloudTrail
    }

    private static func actor(_ identity: JSON?) -> String {
        guard let identity else { return "an unknown principal" }
        if identity.text("type") == "Root" { return "the root user" }
        return identity.text("userName") ?? identity.text("arn") ?? identity.text("invokedBy")
            ?? identity.text("principalId") ?? identity.text("type") ?? "an unknown principal"
    }

    private static func description(_ json: JSON, service: String) -> String {
        let lines = [
            "Service: \(service)",
            json["userIdentity"]?.text("arn").map { "Principal: \($0)" },
            json.text("sourceIPAddress").map { "From: \($0)" },
            json.text("userAgent").map { "Agent: \($0)" },
            json.text("errorMessage").map { "Error: \($0)" },
        ]
        return lines.compactMap { $0 }.joined(separator: "\n")
    }

    private static func resources(_ json: JSON, _ envelope: EventEnvelope) -> [Resource] {
        let listed = (json["resources"]?.elements ?? []).compactMap { element in
            element.text("ARN").map { Resource(id: $0, type: element.text("type"), region: ARN($0)?.region) }
        }
        return listed.isEmpty ? envelope.resources.map(Resource.init(named:)) : listed
    }
}
