/// The Regions of AWS, and what findings have in place of one.
enum KnownRegions {
    /// AWS General Reference, "AWS service endpoints" and the endpoint files of the SDKs, all partitions; `global` is
    /// what findings about services without a Region say.
    static let names = [
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1",
        "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2",
        "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1",
        "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2",
        "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-gov-east-1",
        "us-gov-west-1", "cn-north-1", "cn-northwest-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1",
        "us-isob-west-1", "us-isof-east-1", "us-isof-south-1", "eu-isoe-west-1", "eusc-de-east-1", "global",
        "aws-global",
    ]
}

/// Finding types as far as they form closed lists.
enum KnownTypes {
    /// The namespaces of ASFF's `Types` (Security Hub user guide, "Types taxonomy for ASFF").
    static let namespaces = [
        "Software and Configuration Checks", "TTPs", "Effects", "Unusual Behaviors", "Sensitive Data Identifications",
    ]

    /// What stands behind the slash of those whose categories are names of one spelling (same page; the tactics are those
    /// of MITRE ATT&CK).
    static let categories = [
        "TTPs": [
            "Initial Access", "Execution", "Persistence", "Privilege Escalation", "Defense Evasion",
            "Credential Access", "Discovery", "Lateral Movement", "Collection", "Command and Control",
        ],
        "Effects": [
            "Data Exposure", "Data Exfiltration", "Data Destruction", "Denial of Service", "Resource Consumption",
        ],
        "Unusual Behaviors": [
            "Application", "Network Flow", "IP address", "User", "VM", "Container", "Serverless", "Process", "Database",
            "Data",
        ],
        "Sensitive Data Identifications": ["PII", "Passwords", "Legal", "Financial", "Security", "Business"],
    ]

    /// Inspector's (Inspector user guide, "Finding types").
    static let inspector = ["NETWORK_REACHABILITY", "PACKAGE_VULNERABILITY", "CODE_VULNERABILITY"]

    /// GuardDuty and Macie finding types begin with one of these and a colon (GuardDuty user guide, "Finding types";
    /// Macie user guide, "Types of findings").
    static let purposes = [
        "AttackSequence", "Backdoor", "Behavior", "CredentialAccess", "CryptoCurrency", "DefenseEvasion", "Discovery",
        "Execution", "Exfiltration", "Impact", "InitialAccess", "Object", "PenTest", "Persistence", "Policy",
        "PrivilegeEscalation", "Recon", "ResourceConsumption", "SensitiveData", "Stealth", "Trojan",
        "UnauthorizedAccess",
    ]

    /// What stands between the colon and the slash of such a type.
    static let resources = [
        "EC2", "ECS", "EKS", "IAM", "IAMUser", "Kubernetes", "Lambda", "RDS", "Runtime", "S3", "S3Object", "Container",
        "S3Bucket",
    ]

    /// Some that there are, to show.
    static let guardDuty = [
        "UnauthorizedAccess:EC2/SSHBruteForce", "Recon:EC2/PortProbeUnprotectedPort",
        "CryptoCurrency:EC2/BitcoinTool.B!DNS", "Policy:IAMUser/RootCredentialUsage",
        "Discovery:S3/MaliciousIPCaller.Custom", "Exfiltration:S3/AnomalousBehavior", "Trojan:EC2/DNSDataExfiltration",
        "Backdoor:EC2/C&CActivity.B!DNS", "Execution:Runtime/ReverseShell",
        "PrivilegeEscalation:Kubernetes/PrivilegedContainer", "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin",
        "Impact:EC2/PortSweep", "Stealth:S3/ServerAccessLoggingDisabled", "SensitiveData:S3Object/Personal",
        "Policy:IAMUser/S3BucketPublic", "AttackSequence:S3/CompromisedData",
    ]

    /// What stands behind the slash, up to a variant: `SSHBruteForce`.
    static func name(_ type: String) -> String {
        let name = type.split(separator: "/", maxSplits: 1).last ?? ""
        return String(name.prefix { $0 != "." && $0 != "!" })
    }
}
