/// The product that made a finding, told by the ARN under which it writes to Security Hub.
///
/// `arn:P:securityhub:R::product/aws/<service>`, `…:A:product/A/default` and `…:product/<company>/<product>`; the newer
/// Security Hub writes `productv2` (Security Hub user guide, "Required top-level ASFF attributes").
struct Product: Sendable {
    var company: String
    var name: String

    init?(arn text: String) {
        guard let arn = ARN(text) else { return nil }
        self.init(arn)
    }

    init?(_ arn: ARN) {
        let parts = arn.resource.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2).map { Substring($0) }
        guard parts.count == 3, parts[0] == "product" || parts[0] == "productv2" else { return nil }
        company = String(parts[1])
        name = String(parts[2])
    }

    /// One name for each AWS service, so that a rule on `product` matches over every feed and outlives renamings such as
    /// that of Security Hub to Security Hub CSPM; `nil` for products of others.
    var awsName: String? {
        guard company == "aws" else { return nil }
        return switch name {
        case "securityhub": "Security Hub"
        case "guardduty": "GuardDuty"
        case "inspector", "inspector2": "Inspector"
        case "macie", "macie2": "Macie"
        case "access-analyzer": "IAM Access Analyzer"
        case "config": "Config"
        case "health": "Health"
        case "firewall-manager": "Firewall Manager"
        case "ssm-patch-manager": "Systems Manager Patch Manager"
        default: nil
        }
    }
}
