/// What a GuardDuty finding touched, who did it and from where.
///
/// Source: GuardDuty API reference, `Resource`, `Sequence` and `Action`.
enum GuardDutyResources {
    /// Where one kind of resource is described.
    private struct Kind {
        /// The keys that lead to it from `resource`; each may hold one object or a list.
        var path: [String]
        var type: String
        /// The keys of its name in order of preference.
        var keys: [String]

        init(_ path: String..., type: String, keys: [String]) {
            self.path = path
            self.type = type
            self.keys = keys
        }
    }

    private static let kinds = [
        Kind("instanceDetails", type: "Instance", keys: ["instanceId"]),
        Kind("accessKeyDetails", type: "AccessKey", keys: ["accessKeyId", "userName", "principalId"]),
        Kind("s3BucketDetails", type: "S3Bucket", keys: ["arn", "name"]),
        Kind("s3BucketDetails", "s3ObjectDetails", type: "S3Object", keys: ["objectArn", "key"]),
        Kind("eksClusterDetails", type: "EKSCluster", keys: ["arn", "name"]),
        Kind("kubernetesDetails", "kubernetesWorkloadDetails", type: "KubernetesWorkload", keys: ["name"]),
        Kind("ecsClusterDetails", type: "ECSCluster", keys: ["arn", "name"]),
        Kind("ecsClusterDetails", "taskDetails", type: "ECSTask", keys: ["arn", "definitionArn"]),
        Kind("containerDetails", type: "Container", keys: ["name", "id"]),
        Kind("rdsDbInstanceDetails", type: "RDSDBInstance", keys: ["dbInstanceArn", "dbInstanceIdentifier"]),
        Kind("rdsLimitlessDbDetails", type: "RDSLimitlessDB", keys: ["dbShardGroupArn", "dbShardGroupIdentifier"]),
        Kind("lambdaDetails", type: "Lambda", keys: ["functionArn", "functionName"]),
        Kind("ebsVolumeDetails", "scannedVolumeDetails", type: "EBSVolume", keys: ["volumeArn"]),
        Kind("ebsVolumeDetails", "skippedVolumeDetails", type: "EBSVolume", keys: ["volumeArn"]),
        Kind("ebsSnapshotDetails", type: "EBSSnapshot", keys: ["snapshotArn"]),
        Kind("ec2ImageDetails", type: "EC2Image", keys: ["imageArn"]),
        Kind("recoveryPointDetails", type: "RecoveryPoint", keys: ["recoveryPointArn"]),
        Kind("recoveryPointDetails", type: "BackupVault", keys: ["backupVaultName"]),
    ]

    static func resources(_ json: JSON, region: String?) -> [Resource] {
        var found: [Resource] = []
        let resource = json.either("resource")
        let given = resource?.eitherText("resourceType")
        for kind in kinds {
            for details in elements(resource, kind.path) {
                guard let id = kind.keys.lazy.compactMap({ details.eitherText($0) }).first else { continue }
                // Of recovery points there are several kinds, which only `resourceType` tells apart.
                let isKnownBetter = kind.type == "RecoveryPoint" && given?.hasSuffix("RecoveryPoint") == true
                let namespace = kind.type == "KubernetesWorkload" ? details.eitherText("namespace") : nil
                found.append(
                    Resource(
                        id: namespace.map { "\($0)/\(id)" } ?? id,
                        type: isKnownBetter ? given : kind.type,
                        region: region
                    )
                )
            }
        }
        // Attack sequences list what they touched beside the signals.
        for element in sequence(json)?.either("resources")?.elements ?? [] {
            guard let id = element.eitherText("uid") ?? element.eitherText("name") else { continue }
            found.append(
                Resource(
                    id: id,
                    type: element.eitherText("resourceType"),
                    region: element.eitherText("region") ?? region
                )
            )
        }
        return found.unique
    }

    /// The tags of everything that the finding touched: each description of a resource may have a list of them.
    static func tags(_ json: JSON) -> [Tag] {
        let resource = json.either("resource")
        let described = kinds.flatMap { elements(resource, $0.path) }
        let touched = sequence(json)?.either("resources")?.elements ?? []
        var found: [Tag] = []
        for details in described + touched {
            for tag in details.either("tags")?.elements ?? [] {
                guard let key = tag.eitherText("key") else { continue }
                found.append(Tag(key: key, value: tag.either("value")?.string ?? ""))
            }
        }
        return found.unique
    }

    static func actor(_ json: JSON) -> String? {
        let resource = json.either("resource")
        return resource?.either("accessKeyDetails")?.eitherText("userName")
            ?? resource?.either("accessKeyDetails")?.eitherText("principalId")
            ?? resource?.either("kubernetesDetails")?.either("kubernetesUserDetails")?.eitherText("username")
            ?? resource?.either("rdsDbUserDetails")?.eitherText("user")
            ?? (sequence(json)?.either("actors")?.elements ?? []).lazy.compactMap {
                $0.either("user")?.eitherText("name") ?? $0.either("user")?.eitherText("uid")
            }.first
    }

    /// The address of the caller; that of a connection only when it came in.
    static func sourceAddress(_ json: JSON) -> String? {
        let action = json.either("service")?.either("action")
        let calls = ["awsApiCallAction", "kubernetesApiCallAction", "rdsLoginAttemptAction"].lazy.compactMap {
            action?.either($0)
        }
        let connection = action?.either("networkConnectionAction")
        let isInbound = connection?.eitherText("connectionDirection")?.uppercased() == "INBOUND"
        let probe = action?.either("portProbeAction")?.either("portProbeDetails")?.elements.first
        let endpoints = sequence(json)?.either("endpoints")?.elements ?? []
        return calls.compactMap(address).first ?? (isInbound ? connection.flatMap(address) : nil)
            ?? probe.flatMap(address) ?? endpoints.lazy.compactMap { $0.eitherText("ip") }.first
    }

    private static func address(_ action: JSON) -> String? {
        let remote = action.either("remoteIpDetails")
        return remote?.eitherText("ipAddressV4") ?? remote?.eitherText("ipAddressV6")
            ?? ["sourceIPs", "sourceIps"].lazy.compactMap { action.either($0)?.texts.first }.first
    }

    private static func sequence(_ json: JSON) -> JSON? {
        json.either("service")?.either("detection")?.either("sequence")
    }

    /// The objects at the end of a path, lists entered on the way.
    private static func elements(_ json: JSON?, _ path: [String]) -> [JSON] {
        var found = [json].compactMap(\.self)
        for key in path {
            found = found.compactMap { $0.either(key) }.flatMap { $0.kind == .array ? $0.elements : [$0] }
        }
        return found.filter { $0.kind == .object }
    }
}
