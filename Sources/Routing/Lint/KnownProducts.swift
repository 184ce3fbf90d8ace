/// Products as findings name them.
enum KnownProducts {
    /// Products of AWS under the one name that Noroshi gives each, with what else they are called; each may also have
    /// "AWS" or "Amazon" before it.
    static let aws: [(name: String, others: [String])] = [
        ("Security Hub", ["Security Hub CSPM", "Security Hub V2"]), ("GuardDuty", []), ("Inspector", ["Inspector2"]),
        ("Macie", ["Macie2"]), ("IAM Access Analyzer", ["Access Analyzer"]), ("Config", []), ("Health", []),
        ("Firewall Manager", []), ("Systems Manager Patch Manager", ["Patch Manager"]), ("Trusted Advisor", []),
        ("CloudWatch", []), ("CloudTrail", []), ("Detective", []), ("ECR", []), ("S3", []),
    ]

    /// Products of others that send findings to Security Hub or write ASFF or OCSF themselves (Security Hub user guide,
    /// "Third-party product integrations"; what the products write).
    static let others = [
        "Aqua Security", "Checkov", "CloudGuard", "Cloud Custodian", "CrowdStrike Falcon", "Datadog", "Default",
        "Falco",
        "FortiCNP", "JFrog Xray", "kube-bench", "Lacework", "OCSF", "Orca", "Palo Alto Networks", "Prisma Cloud",
        "Prowler", "Qualys", "Rapid7", "Snyk", "Splunk", "Steampipe", "Sumo Logic", "Sysdig", "Tenable.io",
        "Trend Micro",
        "Trivy", "Wiz", "xray",
    ]

    static let names = aws.map(\.name) + others
}
