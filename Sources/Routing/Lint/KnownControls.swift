/// Controls, standards and statuses as findings name them.
enum KnownControls {
    /// What stands before the dot of a control id (Security Hub user guide, "Control reference", and the ids that
    /// standards give their own controls).
    static let families = [
        "Account", "ACM", "Amplify", "APIGateway", "AppConfig", "AppFlow", "AppRunner", "AppSync", "Athena",
        "AutoScaling",
        "Backup", "Batch", "Bedrock", "BedrockAgentCore", "CIS", "CloudFormation", "CloudFront", "CloudTrail",
        "CloudWatch",
        "CodeArtifact", "CodeBuild", "CodeGuruProfiler", "CodeGuruReviewer", "Cognito", "Config", "Connect",
        "DataFirehose", "DataSync", "Detective", "DMS", "DocumentDB", "DynamoDB", "EC2", "ECR", "ECS", "EFS", "EKS",
        "ElastiCache", "ElasticBeanstalk", "ELB", "EMR", "ES", "EventBridge", "FraudDetector", "FSx",
        "GlobalAccelerator",
        "Glue", "GuardDuty", "IAM", "Inspector", "IoT", "IoTEvents", "IoTSiteWise", "IoTTwinMaker", "IoTWireless",
        "IVS",
        "Keyspaces", "Kinesis", "KMS", "Lambda", "Macie", "MQ", "MSK", "Neptune", "NetworkFirewall", "NIST",
        "Opensearch",
        "PCA", "PCI", "RDS", "Redshift", "RedshiftServerless", "Route53", "RUM", "S3", "SageMaker", "SecretsManager",
        "ServiceCatalog", "SES", "SNS", "SQS", "SSM", "StepFunctions", "Transfer", "WAF", "WorkSpaces",
    ]
}

enum KnownStandards {
    /// Without their version, with the short names that people use (Security Hub user guide, "Standards reference").
    static let names: [(name: String, others: [String])] = [
        ("aws-foundational-security-best-practices", ["fsbp", "afsbp", "foundational"]),
        ("cis-aws-foundations-benchmark", ["cis", "cis-aws"]), ("pci-dss", ["pci"]),
        ("nist-800-53", ["nist", "nist-sp-800-53"]), ("nist-800-171", ["nist-sp-800-171"]),
        ("aws-resource-tagging-standard", ["tagging"]), ("service-managed-aws-control-tower", ["control-tower"]),
    ]
}

enum KnownStatuses {
    /// Our own, which every finding has.
    static let own = ["ACTIVE", "ACKNOWLEDGED", "RESOLVED"]

    /// The sources' words: ASFF's workflow, record state and compliance; those of OCSF, Inspector, Config, CloudWatch,
    /// Trusted Advisor, Health and Access Analyzer.
    static let sources = [
        "NEW", "NOTIFIED", "SUPPRESSED", "ASSIGNED", "IN_PROGRESS", "DEFERRED", "ARCHIVED", "PASSED", "FAILED",
        "WARNING",
        "NOT_AVAILABLE", "CLOSED", "OK", "ALARM", "INSUFFICIENT_DATA", "COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE",
        "WARN", "ERROR", "OPEN", "UPCOMING", "DELETED", "Unknown", "Other", "On Hold", "Pass", "Fail", "Success",
        "Failure", "Manual", "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation",
        "Failed authentication", "INTERNAL_ERROR", "ACCESS_DENIED", "MUTED", "TRUE_POSITIVE", "FALSE_POSITIVE",
        "BENIGN_POSITIVE",
    ]

    /// Words that stand for "active" with some sources only: those sources, and products that have the word by way of
    /// Security Hub.
    static let partial: [(word: String, sources: [String], products: [String], said: String)] = [
        ("NEW", ["aws.securityhub"], ["Security Hub"], "Security Hub's events"),
        ("OPEN", ["aws.health"], ["Health"], "Health events"),
    ]
}
