/// AWS Config: changes of a rule's verdict on a resource, and the input of custom rules.
///
/// Source: Config developer guide, "Monitoring AWS Config with Amazon EventBridge"; API reference, `EvaluationResult`.
enum ConfigFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        guard let rule = json.text("configRuleName") else { return nil }
        let result = json["newEvaluationResult"]
        let qualifier = result?["evaluationResultIdentifier"]?["evaluationResultQualifier"]
        let account = json["awsAccountId"]?.scalarText ?? envelope.account
        let region = json.text("awsRegion") ?? envelope.region
        let resourceID = json.text("resourceId") ?? qualifier?.text("resourceId")
        let resourceType = json.text("resourceType") ?? qualifier?.text("resourceType")
        let word = result?.text("complianceType")
        let arn =
            (json.text("configRuleARN") ?? json.text("configRuleArn"))
            ?? "config-rule/\(account ?? "")/\(region ?? "")/\(rule)"
        let resource = [resourceType, resourceID].compactMap { $0 }.joined(separator: " ")
        let recordedAt =
            SourceDate.read(result?["resultRecordedTime"]) ?? SourceDate.read(json["notificationCreationTime"])
            ?? envelope.time
        return Finding(
            key: FindingKey(bounding: "\(arn)/\(resourceType ?? "")/\(resourceID ?? "")"),
            source: envelope.source ?? "aws.config",
            kind: .config,
            id: resourceID.map { "\(rule)/\($0)" } ?? rule,
            title: "\(rule): \(resource.isEmpty ? "a resource" : resource) is \(word ?? "evaluated")",
            description: result?.text("annotation") ?? "",
            severity: defaults[word == "NON_COMPLIANT" ? .configNonCompliant : .configOther],
            account: account,
            region: region,
            // A resource to which the rule no longer applies, deleted ones included, is no problem any more.
            status: word == "COMPLIANT" || word == "NOT_APPLICABLE" ? .resolved : .active,
            statusText: word,
            product: "Config",
            types: [],
            controls: [rule],
            resources: resourceID.map { [Resource(id: $0, type: resourceType, region: region)] } ?? [],
            createdAt: recordedAt,
            updatedAt: recordedAt,
            occurredAt: recordedAt,
            url: ConsoleLink.configRule(rule, region: region)
        )
    }

    /// What Config sends to the Lambda function of a custom rule: no verdict yet, but worth being seen when it comes.
    static func invocation(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        let arn = json.text("configRuleArn")
        guard let rule = json.text("configRuleName") ?? arn else { return nil }
        return Finding(
            key: FindingKey(bounding: "config-invocation/\(arn ?? rule)", json.bytes),
            source: envelope.source ?? "aws.config",
            kind: .event,
            id: json.text("configRuleId") ?? rule,
            title: "Config asks the custom rule \(rule) for a verdict",
            account: json["accountId"]?.scalarText ?? envelope.account,
            region: envelope.region,
            product: "Config",
            controls: [rule],
            resources: arn.map { [Resource(id: $0, type: "AWS::Config::ConfigRule")] } ?? []
        )
    }
}
