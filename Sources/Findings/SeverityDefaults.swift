/// The severity of findings to which AWS gives none, by kind and state.
///
/// AWS gives no severity to Access Analyzer, Config, Health, CloudWatch alarm, Trusted Advisor and CloudTrail events.
/// These are Noroshi's own defaults; `severities` in routes.json replaces any of them.
package struct SeverityDefaults: Sendable, Hashable {
    package private(set) var values: [Name: Severity]

    package static let documented = SeverityDefaults(values: [:])

    package init(values: [Name: Severity]) { self.values = values }

    /// The severity that routes.json gives for this name, or the documented default.
    package subscript(name: Name) -> Severity { values[name] ?? name.documented }

    /// What a severity can be set for. The raw value is the key in routes.json.
    package enum Name: String, Sendable, Hashable, CaseIterable {
        case accessAnalyzerExternal = "accessanalyzer.external"
        case accessAnalyzerInternal = "accessanalyzer.internal"
        case accessAnalyzerUnused = "accessanalyzer.unused"
        case accessAnalyzerError = "accessanalyzer.error"
        case alarm = "cloudwatch.alarm"
        case alarmInsufficientData = "cloudwatch.insufficientData"
        case alarmOK = "cloudwatch.ok"
        case configNonCompliant = "config.nonCompliant"
        case configOther = "config.other"
        case healthIssue = "health.issue"
        case healthAbuse = "health.abuse"
        case healthSecurity = "health.security"
        case healthActionRequired = "health.actionRequired"
        case healthScheduledChange = "health.scheduledChange"
        case healthAccountNotification = "health.accountNotification"
        case trustedAdvisorError = "trustedadvisor.error"
        case trustedAdvisorWarn = "trustedadvisor.warn"
        case trustedAdvisorOK = "trustedadvisor.ok"
        case consoleSignInFailure = "cloudtrail.consoleSignInFailure"
        case rootActivity = "cloudtrail.root"
        case cloudTrail = "cloudtrail"
        case cloudTrailInsight = "cloudtrail.insight"
        case insight = "securityhub.insight"

        /// What holds when routes.json says nothing.
        package var documented: Severity {
            switch self {
            case .healthAbuse, .healthSecurity, .rootActivity: .high
            case .accessAnalyzerExternal, .alarm, .configNonCompliant, .healthIssue, .healthActionRequired,
                .trustedAdvisorError, .consoleSignInFailure, .cloudTrailInsight:
                .medium
            case .accessAnalyzerInternal, .accessAnalyzerUnused, .accessAnalyzerError, .trustedAdvisorWarn,
                .healthScheduledChange:
                .low
            case .alarmInsufficientData, .alarmOK, .configOther, .healthAccountNotification, .trustedAdvisorOK,
                .cloudTrail, .insight:
                .informational
            }
        }
    }
}
