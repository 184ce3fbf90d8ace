/// The resources that an API call's parameters name.
///
/// CloudTrail lists `resources` for few services; for the others the names stand in `requestParameters`, under keys that
/// end in `Name`, `Id` or `Arn`, at the top, in lists of `items`, or one object deep.
struct RequestedResources {
    private(set) var found: [Resource] = []
    private let service: String
    private let region: String?

    /// How many are taken: requests can name thousands.
    private static let most = 32
    private static let deepest = 4

    /// - Parameters:
    ///   - parameters: `requestParameters` of a record; `null` names nothing.
    ///   - service: `ec2.amazonaws.com`.
    ///   - region: Where the call was made.
    init(of parameters: JSON, service: String, region: String?) {
        self.service = service.split(separator: ".").first.map(String.init) ?? service
        self.region = region
        walk(parameters, depth: 0)
        found = found.unique
    }

    private mutating func walk(_ json: JSON, depth: Int) {
        guard depth < RequestedResources.deepest else { return }
        for member in json.members {
            guard found.count < RequestedResources.most else { return }
            add(member.value, key: member.key, depth: depth)
        }
    }

    private mutating func add(_ value: JSON, key: String, depth: Int) {
        guard depth <= RequestedResources.deepest else { return }
        switch value.kind {
        case .string:
            guard let id = value.nonEmpty, names(key, depth: depth), RequestedResources.isAccount(id, key) == false
            else { return }
            let arn = ARN(id)
            found.append(Resource(id: id, type: type(key, id) ?? key, region: arn == nil ? region : arn?.region))
        case .object:
            if let content = RequestedResources.content(value) {
                add(content, key: key, depth: depth)
            } else {
                walk(value, depth: depth + 1)
            }
        case .array:
            for element in value.elements.prefix(RequestedResources.most) {
                // Lists of names (`functionNames`, `resourceArns`) and of objects that have one.
                let name = RequestedResources.singular(key)
                switch element.kind {
                case .string: add(element, key: name, depth: depth)
                case .object: add(element, key: name, depth: depth)
                default: add(element, key: name, depth: depth + 1)
                }
            }
        default: break
        }
    }

    /// What EC2's older calls wrap: `{"FlowLogId":{"tag":1,"content":"fl-1"}}`.
    private static func content(_ json: JSON) -> JSON? {
        guard json["tag"] != nil, let content = json["content"], content.kind == .string else { return nil }
        return content
    }

    /// Whether it is the number of an account, which owns a thing or may use it.
    private static func isAccount(_ id: String, _ key: String) -> Bool {
        key.hasSuffix("Name") == false && id.utf8.count == 12
            && id.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    private static func singular(_ key: String) -> String { key.hasSuffix("s") ? String(key.dropLast()) : key }

    /// Whether the parameter names a resource rather than a session, a token, a version or a place.
    private func names(_ key: String, depth: Int) -> Bool {
        if RequestedResources.others.contains(key.lowercased()) || key.hasPrefix("client") { return false }
        if key == "name" || key == "arn" || key == "id" { return depth == 0 }
        if RequestedResources.plain.contains(key) { return depth == 0 }
        if key == "target" { return depth == 0 && service == "ssm" }
        return ["Name", "Id", "ID", "Arn", "ARN", "Identifier"].contains { key.hasSuffix($0) && key.count > $0.count }
    }

    /// Parameters that name a resource without saying so at their end.
    private static let plain: Set<String> = ["cluster", "service", "task", "taskDefinition", "queueUrl", "repository"]

    private static let others: Set<String> = [
        "rolesessionname", "externalid", "versionid", "requestid", "availabilityzoneid", "hostname", "eventname",
        "parametername", "attributename", "metricname", "availabilityzonename", "regionname", "displayname",
        "transactionid", "sourceidentity", "ownerid", "accountid", "nextid", "correlationid",
        "registryid", "statementid",
    ]

    /// CloudFormation's word for what well-known parameters name; the parameter's own name stands for others.
    private func type(_ key: String, _ id: String) -> String? {
        switch key.lowercased() {
        case "bucketname": "AWS::S3::Bucket"
        case "instanceid": service == "ec2" || service == "ssm" ? "AWS::EC2::Instance" : nil
        case "groupid", "groupname":
            service == "ec2" ? "AWS::EC2::SecurityGroup" : service == "iam" ? "AWS::IAM::Group" : nil
        case "target": id.hasPrefix("i-") ? "AWS::EC2::Instance" : nil
        case "resourceid": service == "ec2" ? RequestedResources.type(of: id) : nil
        case "flowlogid": "AWS::EC2::FlowLog"
        case "vpcendpointid": "AWS::EC2::VPCEndpoint"
        case "volumeid": "AWS::EC2::Volume"
        case "imageid": service == "ec2" ? "AWS::EC2::Image" : nil
        case "snapshotid": service == "ec2" ? "AWS::EC2::Snapshot" : nil
        case "vpcid": "AWS::EC2::VPC"
        case "subnetid": "AWS::EC2::Subnet"
        case "username": service == "iam" ? "AWS::IAM::User" : nil
        case "rolename", "rolearn": "AWS::IAM::Role"
        case "policyarn", "policyname": service == "iam" ? "AWS::IAM::Policy" : nil
        case "accesskeyid": "AWS::IAM::AccessKey"
        case "keyid": service == "kms" ? "AWS::KMS::Key" : nil
        case "functionname", "functionarn": service == "lambda" ? "AWS::Lambda::Function" : nil
        case "dbinstanceidentifier": "AWS::RDS::DBInstance"
        case "dbclusteridentifier": "AWS::RDS::DBCluster"
        case "secretid": "AWS::SecretsManager::Secret"
        case "tablename": service == "dynamodb" ? "AWS::DynamoDB::Table" : nil
        case "topicarn": "AWS::SNS::Topic"
        case "loggroupname": "AWS::Logs::LogGroup"
        case "trailname": "AWS::CloudTrail::Trail"
        case "queueurl": "AWS::SQS::Queue"
        case "cluster": service == "ecs" ? "AWS::ECS::Cluster" : nil
        case "taskdefinition": service == "ecs" ? "AWS::ECS::TaskDefinition" : nil
        case "name": service == "cloudtrail" ? "AWS::CloudTrail::Trail" : nil
        case "detectorid": "AWS::GuardDuty::Detector"
        default: nil
        }
    }
    /// What EC2's own id is the id of, where the parameter does not say it.
    private static func type(of id: String) -> String? {
        switch id.prefix(while: { $0 != "-" }) {
        case "vpc": "AWS::EC2::VPC"
        case "subnet": "AWS::EC2::Subnet"
        case "eni": "AWS::EC2::NetworkInterface"
        case "i": "AWS::EC2::Instance"
        case "vol": "AWS::EC2::Volume"
        case "snap": "AWS::EC2::Snapshot"
        case "sg": "AWS::EC2::SecurityGroup"
        default: nil
        }
    }
}
