/// Event sources and what EventBridge calls the kinds of events.
enum KnownSources {
    /// Sources whose events Noroshi reads as findings of a kind of their own.
    static let findings = [
        "aws.securityhub", "aws.guardduty", "aws.inspector2", "aws.macie", "aws.access-analyzer", "aws.config",
        "aws.health", "aws.cloudwatch", "aws.trustedadvisor", "aws.cloudtrail", "aws.signin", "aws.ecr", "aws.sns",
        "aws.sqs",
    ]

    /// Services that send events (EventBridge user guide, "Events from AWS services"; the services' own guides).
    static let names =
        findings
        + [
            "acm", "acm-pca", "amplify", "aoss", "apigateway", "appconfig", "appflow", "application-autoscaling",
            "appmesh",
            "apprunner", "appsync", "aps", "athena", "auditmanager", "autoscaling", "backup", "batch", "bedrock",
            "billing",
            "braket", "budgets", "cassandra", "ce", "chatbot", "chime", "cloud9", "clouddirectory", "cloudformation",
            "cloudfront", "cloudhsm", "cloudsearch", "cloudshell", "codeartifact", "codebuild", "codecatalyst",
            "codecommit",
            "codeconnections", "codedeploy", "codeguru-reviewer", "codepipeline", "codestar", "codestar-connections",
            "cognito-identity", "cognito-idp", "cognito-sync", "compute-optimizer", "connect", "controltower",
            "cost-optimization-hub", "databrew", "dataexchange", "datasync", "datazone", "dax", "detective",
            "devicefarm",
            "devops-guru", "directconnect", "discovery", "dlm", "dms", "drs", "ds", "dynamodb", "ebs", "ec2",
            "ecr-public",
            "ecs", "eks", "elasticache", "elasticbeanstalk", "elasticfilesystem", "elasticloadbalancing",
            "elasticmapreduce", "emr", "emr-containers", "emr-serverless", "es", "events", "evidently", "finspace",
            "firehose", "fis", "fms", "forecast", "frauddetector", "fsx", "gamelift", "geo", "glacier",
            "globalaccelerator",
            "glue", "grafana", "greengrass", "ground-station", "groundstation", "iam", "identitystore", "imagebuilder",
            "inspector", "iot", "iotanalytics", "iotevents", "iotsitewise", "ivs", "ivschat", "kafka", "kendra",
            "kinesis",
            "kinesisanalytics", "kinesisvideo", "kms", "lakeformation", "lambda", "lex", "license-manager", "lightsail",
            "logs", "lookoutequipment", "m2", "machinelearning", "macie2", "managedblockchain", "mediaconnect",
            "mediaconvert", "medialive", "mediapackage", "mediastore", "mediatailor", "mgh", "mgn", "monitoring", "mq",
            "mwaa", "network-firewall", "network-manager", "networkmanager", "omics", "opensearch", "opsworks",
            "organizations", "osis", "outposts", "payment-cryptography", "personalize", "pinpoint", "pipes", "polly",
            "proton", "qldb", "quicksight", "ram", "rds", "redshift", "redshift-data", "redshift-serverless",
            "rekognition", "resiliencehub", "resource-explorer-2", "resource-groups", "robomaker", "rolesanywhere",
            "route53",
            "route53-recovery-readiness", "route53domains", "route53resolver", "rum", "s3", "s3-outposts", "sagemaker",
            "savingsplans", "scheduler", "schemas", "secretsmanager", "securitylake", "serverlessrepo",
            "servicecatalog",
            "servicediscovery", "servicequotas", "ses", "shield", "signer", "simpledb", "sms", "sms-voice", "snowball",
            "ssm", "ssm-contacts", "ssm-incidents", "ssm-quicksetup", "ssm-sap", "sso", "sso-directory", "states",
            "storagegateway", "sts", "supplychain", "support", "supportapp", "swf", "synthetics", "tag", "textract",
            "timestream", "transcribe", "transfer", "translate", "verifiedpermissions", "voiceid", "vpc-lattice", "waf",
            "waf-regional", "wafv2", "wellarchitected", "workdocs", "workmail", "workspaces", "xray",
        ]
        .map { "aws.\($0)" }

    /// What `detail-type` says of the events that Noroshi reads as findings.
    static let kinds = [
        "Security Hub Findings - Imported", "Security Hub Findings - Custom Action", "Security Hub Insight Results",
        "Findings Imported V2", "GuardDuty Finding", "GuardDuty Malware Protection Object Scan Result",
        "Inspector2 Finding", "Inspector2 Scan", "Inspector2 Coverage", "Macie Finding", "Access Analyzer Finding",
        "Internal Access Finding", "Unused Access Finding for IAM entities", "Config Rules Compliance Change",
        "Config Configuration Item Change", "CloudWatch Alarm State Change", "CloudWatch Alarm Configuration Change",
        "AWS Health Event", "AWS Health Abuse Event", "Trusted Advisor Check Item Refresh Notification",
        "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail", "AWS Console Sign In via CloudTrail",
        "AWS Console Action via CloudTrail", "AWS CloudTrail Insight", "AWS Insight via CloudTrail", "ECR Image Scan",
        "ECR Image Action",
    ]
}
