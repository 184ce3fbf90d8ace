/// Types of resources as findings name them.
enum KnownResources {
    /// ASFF (Security Hub user guide, "Resources ASFF examples"); OCSF, Config and Inspector have the same names in other
    /// spellings.
    static let security = [
        "AwsAccount", "AwsAmazonMqBroker", "AwsApiGatewayRestApi", "AwsApiGatewayStage", "AwsApiGatewayV2Api",
        "AwsApiGatewayV2Stage", "AwsAppSyncGraphQlApi", "AwsAthenaWorkGroup", "AwsAutoScalingAutoScalingGroup",
        "AwsAutoScalingLaunchConfiguration", "AwsBackupBackupPlan", "AwsBackupBackupVault", "AwsBackupRecoveryPoint",
        "AwsCertificateManagerCertificate", "AwsCloudFormationStack", "AwsCloudFrontDistribution", "AwsCloudTrailTrail",
        "AwsCloudWatchAlarm", "AwsCodeBuildProject", "AwsCognitoUserPool", "AwsDmsEndpoint",
        "AwsDmsReplicationInstance",
        "AwsDmsReplicationTask", "AwsDynamoDbTable", "AwsEc2ClientVpnEndpoint", "AwsEc2Eip", "AwsEc2Instance",
        "AwsEc2LaunchTemplate", "AwsEc2NetworkAcl", "AwsEc2NetworkInterface", "AwsEc2RouteTable", "AwsEc2SecurityGroup",
        "AwsEc2Snapshot", "AwsEc2Subnet", "AwsEc2TransitGateway", "AwsEc2Volume", "AwsEc2Vpc",
        "AwsEc2VpcEndpointService",
        "AwsEc2VpcPeeringConnection", "AwsEc2VpnConnection", "AwsEcrContainerImage", "AwsEcrRepository",
        "AwsEcsCluster",
        "AwsEcsContainer", "AwsEcsService", "AwsEcsTask", "AwsEcsTaskDefinition", "AwsEfsAccessPoint",
        "AwsEfsFileSystem", "AwsEksCluster", "AwsElastiCacheCluster", "AwsElasticBeanstalkEnvironment",
        "AwsElasticsearchDomain", "AwsElbLoadBalancer", "AwsElbv2LoadBalancer", "AwsEventSchemasRegistry",
        "AwsEventsEndpoint", "AwsEventsEventbus", "AwsGuardDutyDetector", "AwsIamAccessKey", "AwsIamGroup",
        "AwsIamPolicy",
        "AwsIamRole", "AwsIamUser", "AwsKinesisStream", "AwsKmsKey", "AwsLambdaFunction", "AwsLambdaLayerVersion",
        "AwsMskCluster", "AwsNetworkFirewallFirewall", "AwsNetworkFirewallFirewallPolicy",
        "AwsNetworkFirewallRuleGroup", "AwsOpenSearchServiceDomain", "AwsRdsDbCluster", "AwsRdsDbClusterSnapshot",
        "AwsRdsDbInstance", "AwsRdsDbSecurityGroup", "AwsRdsDbSnapshot", "AwsRdsEventSubscription",
        "AwsRedshiftCluster", "AwsRoute53HostedZone", "AwsS3AccessPoint", "AwsS3AccountPublicAccessBlock",
        "AwsS3Bucket",
        "AwsS3Object", "AwsSageMakerNotebookInstance", "AwsSecretsManagerSecret", "AwsSnsTopic", "AwsSqsQueue",
        "AwsSsmPatchCompliance", "AwsStepFunctionStateMachine", "AwsWafRateBasedRule", "AwsWafRegionalRateBasedRule",
        "AwsWafRegionalRule", "AwsWafRegionalRuleGroup", "AwsWafRegionalWebAcl", "AwsWafRule", "AwsWafRuleGroup",
        "AwsWafWebAcl", "AwsWafv2RuleGroup", "AwsWafv2WebAcl", "AwsXrayEncryptionConfig", "CodeRepository", "Container",
        "Other",
    ]

    /// What native findings of GuardDuty, Macie and Inspector have, and what others write.
    static let native = [
        "Instance", "AccessKey", "S3Bucket", "S3Object", "EKSCluster", "ECSCluster", "RDSDBInstance", "RDSLimitlessDB",
        "Lambda", "EBSSnapshot", "EBSVolume", "EC2Image", "EC2Instance", "KubernetesCluster", "KubernetesWorkload",
        "NetworkInterface", "IAMUser", "IAMRole", "Service", "FirewallRule", "API Key", "AWS_LAMBDA_FUNCTION",
        "RecoveryPoint", "Account", "Database", "User", "Function", "Bucket",
    ]

    static let names = security + native
}
