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
        let word = json.text("status")
        guard let id = resource ?? json.text("uuid") ?? envelope.id else { return nil }
        return Finding(
            key: FindingKey(bounding: "trustedadvisor/\(account ?? "")/\(check)/\(id)"),
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
                let region = arn?.region ?? item?.text("Region")
                return [Resource(id: id, region: region)]
            } ?? [],
            createdAt: envelope.time,
            updatedAt: envelope.time,
            occurredAt: envelope.time,
            url: ConsoleLink.trustedAdvisor(region: envelope.region)
        )
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
