/// The formats of findings that have a reader of their own.
enum EventFormat: Sendable, CaseIterable {
    case securityHub, ocsf, insight, guardDuty, inspector, macie, accessAnalyzer, configCompliance, configInvocation
    case health, alarm, trustedAdvisor, cloudTrail, cloudTrailInsight, scan, malwareScan, falco, custodian, notice

    /// The format that EventBridge events of this detail-type have; `nil` for those that say it by their content.
    init?(detailType: String) {
        switch detailType {
        case "GuardDuty Finding": self = .guardDuty
        case "Inspector2 Finding": self = .inspector
        case "Macie Finding": self = .macie
        case "Access Analyzer Finding", "Internal Access Finding", "Unused Access Finding for IAM entities":
            self = .accessAnalyzer
        case "Config Rules Compliance Change": self = .configCompliance
        case "AWS Health Event", "AWS Health Abuse Event": self = .health
        case "CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change": self = .alarm
        case "Trusted Advisor Check Item Refresh Notification": self = .trustedAdvisor
        case "Security Hub Insight Results": self = .insight
        case "ECR Image Scan", "Inspector2 Scan": self = .scan
        case "AWS Insight via CloudTrail": self = .cloudTrailInsight
        default:
            guard detailType.hasSuffix(" via CloudTrail") else { return nil }
            self = .cloudTrail
        }
    }

    /// Tells a finding or a detail by its keys, as it stands in lists, messages and bare bodies.
    init?(recognising json: JSON) {
        guard json.kind == .object else { return nil }
        if json["ProductArn"] != nil || json["AwsAccountId"] != nil || json["FindingProviderFields"] != nil {
            self = .securityHub
        } else if json["class_uid"] != nil || json["finding_info"] != nil {
            self = .ocsf
        } else if json["findingArn"] != nil, json["severity"] != nil {
            self = .inspector
        } else if json.either("service")?.kind == .object, json.either("type")?.kind == .string,
            json.either("severity")?.kind == .number
        {
            self = .guardDuty
        } else if json["resourcesAffected"] != nil || json["classificationDetails"] != nil
            || json["policyDetails"] != nil
        {
            self = .macie
        } else {
            self.init(recognisingDetail: json)
        }
    }

    private init?(recognisingDetail json: JSON) {
        if json["insightDetails"]?.kind == .object {
            self = .cloudTrailInsight
        } else if NoticeFormat.recognises(json) {
            self = .notice
        } else if json["eventVersion"] != nil, json["eventName"] != nil, json["eventSource"] != nil {
            self = .cloudTrail
        } else if json["eventArn"] != nil, json["eventTypeCode"] != nil {
            self = .health
        } else if json["AlarmName"] != nil, json["NewStateValue"] != nil {
            self = .alarm
        } else if json["alarmName"] != nil, json["state"]?.kind == .object, json["operation"] == nil {
            self = .alarm
        } else if json["configRuleName"] != nil, json["newEvaluationResult"] != nil {
            self = .configCompliance
        } else if json["configRuleName"] ?? json["configRuleArn"] != nil, json["invokingEvent"] != nil {
            self = .configInvocation
        } else if json["check-name"] != nil, json["check-item-detail"] != nil {
            self = .trustedAdvisor
        } else if json["insightArn"] != nil, json["insightResults"] != nil {
            self = .insight
        } else if json["analyzedAt"] != nil, json["id"] ?? json["findingId"] != nil {
            self = .accessAnalyzer
        } else if json["finding-severity-counts"]?.kind == .object {
            self = .scan
        } else if MalwareScanFormat.recognises(json) {
            self = .malwareScan
        } else if FalcoFormat.recognises(json) {
            self = .falco
        } else if CustodianFormat.recognises(json) {
            self = .custodian
        } else if json["SchemaVersion"] != nil, json["Id"] ?? json["Title"] != nil {
            self = .securityHub
        } else {
            return nil
        }
    }

    /// Reads the finding that the envelope's detail is; `nil` when the detail lacks what makes one.
    func finding(_ envelope: EventEnvelope, _ defaults: SeverityDefaults) -> Finding? {
        guard envelope.detail.kind == .object else { return nil }
        return switch self {
        case .securityHub: SecurityHubFormat.finding(envelope)
        case .ocsf: OCSFFormat.finding(envelope)
        case .insight: InsightFormat.finding(envelope, defaults)
        case .guardDuty: GuardDutyFormat.finding(envelope)
        case .inspector: InspectorFormat.finding(envelope)
        case .macie: MacieFormat.finding(envelope)
        case .accessAnalyzer: AccessAnalyzerFormat.finding(envelope, defaults)
        case .configCompliance: ConfigFormat.finding(envelope, defaults)
        case .configInvocation: ConfigFormat.invocation(envelope)
        case .health: HealthFormat.finding(envelope, defaults)
        case .alarm: AlarmFormat.finding(envelope, defaults)
        case .trustedAdvisor: TrustedAdvisorFormat.finding(envelope, defaults)
        case .cloudTrail: CloudTrailFormat.finding(envelope, defaults)
        case .cloudTrailInsight: CloudTrailInsightFormat.finding(envelope, defaults)
        case .scan: ScanFormat.finding(envelope)
        case .malwareScan: MalwareScanFormat.finding(envelope)
        case .falco: FalcoFormat.finding(envelope)
        case .custodian: CustodianFormat.finding(envelope)
        case .notice: NoticeFormat.finding(envelope)
        }
    }

    /// The detail-type that EventBridge gives such a finding, for one that came without an envelope.
    func detailType(of json: JSON) -> String {
        switch self {
        case .securityHub: "Security Hub Findings - Imported"
        case .ocsf: "Findings Imported V2"
        case .insight: "Security Hub Insight Results"
        case .guardDuty: "GuardDuty Finding"
        case .inspector: "Inspector2 Finding"
        case .macie: "Macie Finding"
        case .accessAnalyzer: AccessAnalyzerFormat.detailType(of: json)
        case .configCompliance: "Config Rules Compliance Change"
        case .configInvocation: "Config Rule Invocation"
        case .health: json.text("service") == "ABUSE" ? "AWS Health Abuse Event" : "AWS Health Event"
        case .alarm:
            json["alarmContributor"] == nil
                ? "CloudWatch Alarm State Change" : "CloudWatch Alarm Contributor State Change"
        case .trustedAdvisor: "Trusted Advisor Check Item Refresh Notification"
        case .cloudTrail:
            switch json.text("eventType") {
            case "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail"
            case "AwsServiceEvent": "AWS Service Event via CloudTrail"
            default: "AWS API Call via CloudTrail"
            }
        case .cloudTrailInsight: "AWS Insight via CloudTrail"
        case .malwareScan: "GuardDuty Malware Protection Object Scan Result"
        case .scan: json["instance-id"] == nil ? "ECR Image Scan" : "Inspector2 Scan"
        case .falco: "Falco Alert"
        case .custodian: "Cloud Custodian Notice"
        case .notice: NoticeFormat.detailType(of: json)
        }
    }

    /// Whether events of this format carry their findings in `detail.findings`.
    var isListed: Bool { self == .securityHub || self == .ocsf }
}
