/// CloudWatch alarms: EventBridge events, those of single contributors included, and the older message over SNS.
///
/// Source: CloudWatch user guide, "Alarm events and EventBridge". Over SNS the Region is a display name such as
/// `Canada (Central)`; its code stands in the alarm's ARN.
enum AlarmFormat {
    static func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        let json = envelope.detail
        let state = json["state"]
        guard let name = json.text("alarmName") ?? json.text("AlarmName"),
            let word = state?.text("value") ?? json.text("NewStateValue")
        else { return nil }
        let given = json.text("AlarmArn") ?? envelope.resources.first { ARN($0)?.service == "cloudwatch" }
        let arn = given.flatMap(ARN.init)
        let account = json["AWSAccountId"]?.scalarText ?? arn?.account ?? envelope.account
        let region = arn?.region ?? envelope.region
        let id =
            given
            ?? "arn:\(Partition(region: region ?? "").rawValue):cloudwatch:\(region ?? ""):\(account ?? ""):alarm:\(name)"
        // Alarms of one name in several Regions are told apart by whatever names the Region.
        let place = given ?? region == nil ? json.text("Region").map { "\(id)/\($0)" } ?? id : id
        let contributor = json["alarmContributor"]
        let contributorID = contributor?.text("id")
        let changedAt =
            SourceDate.read(state?["timestamp"]) ?? SourceDate.read(json["StateChangeTime"]) ?? envelope.time
        return Finding(
            key: key(contributorID.map { "\(place)/contributor/\($0)" } ?? place, name, given: given, account: account),
            source: envelope.source ?? "aws.cloudwatch",
            kind: .cloudWatchAlarm,
            id: id,
            title: "\(name)\(attributes(contributor)) is \(word)",
            description: [
                json["configuration"]?.text("description") ?? json.text("AlarmDescription"),
                state?.text("reason") ?? json.text("NewStateReason"),
            ].compactMap { $0 }.joined(separator: "\n"),
            severity: severity(word, defaults),
            account: account,
            region: region,
            status: word == "OK" ? .resolved : .active,
            statusText: word,
            product: "CloudWatch",
            types: [],
            resources: [Resource(id: id, type: "AWS::CloudWatch::Alarm", region: region)]
                + dimensions(json, region: region),
            createdAt: changedAt,
            updatedAt: changedAt,
            occurredAt: changedAt,
            url: ConsoleLink.alarm(name, region: region)
        )
    }

    /// Without an ARN the key of version 0.1.0 named no Region.
    private static func key(_ text: String, _ name: String, given: String?, account: String?) -> FindingKey {
        let former = "arn:aws:cloudwatch::\(account ?? ""):alarm:\(name)"
        return given == nil && text != former
            ? FindingKey(bounding: text, former: FindingKey(bounding: former)) : FindingKey(bounding: text)
    }

    private static func severity(_ word: String, _ defaults: SeverityDefaults) -> Severity {
        switch word {
        case "OK": defaults[.alarmOK]
        case "INSUFFICIENT_DATA": defaults[.alarmInsufficientData]
        default: defaults[.alarm]
        }
    }

    private static func attributes(_ contributor: JSON?) -> String {
        let words = (contributor?["attributes"]?.members ?? []).compactMap { member in
            member.value.scalarText.map { "\(member.key) \($0)" }
        }
        return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    }

    /// What the metrics are about, each once: `InstanceId i-…`.
    private static func dimensions(_ json: JSON, region: String?) -> [Resource] {
        var found: [Resource] = []
        func add(_ name: String?, _ value: String?) {
            guard let value else { return }
            found.append(Resource(id: value, type: name, region: region))
        }
        for metric in json["configuration"]?["metrics"]?.elements ?? [] {
            for member in metric["metricStat"]?["metric"]?["dimensions"]?.members ?? [] {
                add(member.key, member.value.scalarText)
            }
        }
        let trigger = json["Trigger"]
        let metrics = (trigger?["Metrics"]?.elements ?? []).compactMap { $0["MetricStat"]?["Metric"] }
        for element in ([trigger].compactMap(\.self) + metrics).flatMap({ $0["Dimensions"]?.elements ?? [] }) {
            add(element.text("name"), element["value"]?.scalarText)
        }
        return found.unique
    }
}
