/// CloudTrail records: API calls, what services do by themselves, and sign-ins.
///
/// Source: CloudTrail user guide, "CloudTrail record contents", "CloudTrail userIdentity element" and "AWS Management
/// Console sign-in events"; IAM Identity Center user guide, "IAM Identity Center sign-in events".
enum CloudTrailFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        if json["insightDetails"]?.kind == .object { return CloudTrailInsightFormat.finding(envelope, defaults) }
        guard let name = json.text("eventName") else { return nil }
        let identity = json["userIdentity"]
        let account = json["recipientAccountId"]?.scalarText ?? envelope.account ?? identity?["accountId"]?.scalarText
        let region = json.text("awsRegion") ?? envelope.region
        let id = json.text("eventID") ?? envelope.id
        let hasFailed = isFailedSignIn(json)
        let error = hasFailed ? "Failure" : json.text("errorCode")
        let person = CloudTrailIdentity.signIn(json)
        let time = SourceDate.read(json["eventTime"]) ?? envelope.time
        let service = json.text("eventSource") ?? "unknown"
        return Finding(
            key: id.map { FindingKey(bounding: "cloudtrail/\($0)") }
                ?? FindingKey(bounding: "cloudtrail/\(service)/\(name)", json.bytes),
            source: envelope.source ?? "aws.cloudtrail",
            kind: .cloudTrail,
            id: id ?? name,
            title: "\(name) by \(person ?? CloudTrailIdentity.name(identity))\(error.map { " (\($0))" } ?? "")",
            description: description(json, service: service, hasFailed: hasFailed),
            severity: defaults[severity(json, identity, hasFailed: hasFailed)],
            account: account,
            region: region,
            statusText: error,
            product: "CloudTrail",
            types: ["\(service)/\(name)"],
            resources: resources(json, envelope, service: service, region: region),
            createdAt: time,
            updatedAt: time,
            occurredAt: time,
            url: id.flatMap { ConsoleLink.cloudTrail(eventID: $0, region: region) },
            actor: person ?? CloudTrailIdentity.actor(identity),
            sourceAddress: json.text("sourceIPAddress")
        )
    }

    /// Whether a sign-in says that it failed: by the console's answer (`{"ConsoleLogin":"Failure"}`, `{"CheckMfa":"Failure"}`)
    /// or, where Identity Center signs people in, by the service's details (`{"CredentialVerification":"Failure"}`). Some say
    /// it by their error alone.
    private static func isFailedSignIn(_ json: JSON) -> Bool {
        guard isSignIn(json) else { return false }
        if json.text("errorCode") ?? json.text("errorMessage") != nil { return true }
        return [json["responseElements"], json["serviceEventDetails"]].contains { answer in
            (answer?.members ?? []).contains { $0.value.string?.lowercased() == "failure" }
        }
    }

    /// Whether it is a step of a sign-in, and not one of the many calls that manage who may sign in.
    private static func isSignIn(_ json: JSON) -> Bool {
        if json.text("eventType") == "AwsConsoleSignIn" || json["responseElements"]?["ConsoleLogin"] != nil {
            return true
        }
        // The first label alone: what follows it depends on the partition.
        let service = json.text("eventSource")?.split(separator: ".").first.map(String.init) ?? ""
        guard json.text("eventType") != "AwsApiCall", let name = json.text("eventName"),
            ["signin", "sso", "sso-directory", "sso-oauth", "sso-oidc", "identitystore"].contains(service)
        else { return false }
        // Each step names its outcome by its own event.
        return steps.contains(name) || json["serviceEventDetails"]?[name]?.kind == .string
    }

    private static let steps: Set<String> = [
        "Authenticate", "CredentialChallenge", "CredentialVerification", "Federate", "UserAuthentication",
    ]

    /// Use of the root user as CIS AWS Foundations 1.2.0, 3.3 tells it from what AWS does on the account's behalf.
    private static func severity(_ json: JSON, _ identity: JSON?, hasFailed: Bool) -> SeverityDefaults.Name {
        let isRoot =
            identity?.text("type") == "Root" && identity?.text("invokedBy") == nil
            && json.text("eventType") != "AwsServiceEvent"
        if isRoot { return .rootActivity }
        return hasFailed ? .consoleSignInFailure : .cloudTrail
    }

    private static func description(_ json: JSON, service: String, hasFailed: Bool) -> String {
        // A failed sign-in is called so in the title, where else the code stands.
        let error = json.text("errorMessage") ?? (hasFailed ? json.text("errorCode") : nil)
        let lines = [
            "Service: \(service)",
            json["userIdentity"]?.text("arn").map { "Principal: \($0)" },
            json.text("sourceIPAddress").map { "From: \($0)" },
            json.text("userAgent").map { "Agent: \($0)" },
            error.map { "Error: \($0)" },
        ]
        return lines.compactMap { $0 }.joined(separator: "\n")
    }

    /// What the record lists, or else what the event lists, or else what the request named.
    private static func resources(
        _ json: JSON,
        _ envelope: EventEnvelope,
        service: String,
        region: String?
    ) -> [Resource] {
        let listed = (json["resources"]?.elements ?? []).compactMap { element in
            (element.text("ARN") ?? element.text("ARNPrefix")).map { arn in
                Resource(id: arn, type: element.text("type"), region: ARN(arn)?.region)
            }
        }
        if listed.isEmpty == false { return listed }
        let named = envelope.resources.map(Resource.init(named:))
        guard named.isEmpty, let parameters = json["requestParameters"] else { return named }
        return RequestedResources(of: parameters, service: service, region: region).found
    }
}

/// Who made a call, by its `userIdentity`: service events have no `type`, callers of other accounts no ARN, root no name.
enum CloudTrailIdentity {
    /// Whom a sign-in by Identity Center is about, where the identity names nobody and the additional data do.
    ///
    /// - Parameter json: The record.
    /// - Returns: The name that was given; `nil` when the identity says more.
    static func signIn(_ json: JSON) -> String? {
        let identity = json["userIdentity"]
        let known = [identity?.text("userName"), identity?.text("arn"), identity?["onBehalfOf"]?.text("userId")]
        guard known.allSatisfy({ $0 == nil }) else { return nil }
        return json["additionalEventData"]?.text("UserName")
    }

    /// As a person would say it.
    static func name(_ identity: JSON?) -> String {
        guard let identity else { return "an unknown principal" }
        if identity.text("type") == "Root" { return "the root user" }
        return identity.text("userName") ?? identity.text("arn") ?? identity["onBehalfOf"]?.text("userId")
            ?? identity.text("invokedBy") ?? identity.text("principalId") ?? identity.text("type")
            ?? "an unknown principal"
    }

    /// As a rule would name it: the ARN, or what comes nearest.
    static func actor(_ identity: JSON?) -> String? {
        guard let identity else { return nil }
        return identity.text("arn") ?? identity.text("userName") ?? identity["onBehalfOf"]?.text("userId")
            ?? identity.text("invokedBy") ?? identity.text("principalId") ?? identity["accountId"]?.scalarText
            ?? (identity.text("type") == "Root" ? "root" : nil)
    }
}
