/// Trusted Advisor's checks of single resources.
///
/// Source: AWS Support user guide, "Monitoring AWS Trusted Advisor check results with Amazon EventBridge".
enum TrustedAdvisorFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        guard let check = json.text("check-name") else { return nil }
        let resource = json.text("resource_id")
        let arn = resource.flatMap(ARN.init)
        let account = envelope.account ?? arn?.account
        let item = json["check-item-detail"]
        let place = item?.text("Region")
        let word = json.text("status")
        guard let id = resource ?? json.text("uuid") ?? envelope.id else { return nil }
        return Finding(
            key: key(id, check: check, account: account, region: arn == nil ? place : nil),
            source: envelope.source ?? "aws.trustedadvisor",
            kind: .trustedAdvisor,
            id: json.text("uuid") ?? id,
            title: check,
            description: (item?.members ?? []).compactMap { member in
                member.value.scalarText.map { "\(member.key): \($0)" }
            }.joined(separator: "\n"),
            severity: severity(word, defaults),
            account: account,
            region: envelope.region,
            status: word == "OK" ? .resolved : .active,
            statusText: word,
            product: "Trusted Advisor",
            types: [],
            controls: [check],
            resources: resource.map { id in
                [Resource(id: id, region: arn?.region ?? place)]
            } ?? [],
            createdAt: envelope.time,
            updatedAt: envelope.time,
            occurredAt: envelope.time,
            url: ConsoleLink.trustedAdvisor(region: envelope.region)
        )
    }

    /// A resource that is named by no ARN may have a namesake in another Region: the events all come from one.
    private static func key(_ id: String, check: String, account: String?, region: String?) -> FindingKey {
        let former = FindingKey(bounding: "trustedadvisor/\(account ?? "")/\(check)/\(id)")
        guard let region else { return former }
        return FindingKey(bounding: "trustedadvisor/\(account ?? "")/\(region)/\(check)/\(id)", former: former)
    }

    private static func severity(_ word: String?, _ defaults: SeverityDefaults) -> Severity {
        switch word {
        case "ERROR": defaults[.trustedAdvisorError]
        case "WARN": defaults[.trustedAdvisorWarn]
        case "OK": defaults[.trustedAdvisorOK]
        default: .unknown
        }
    }
}
