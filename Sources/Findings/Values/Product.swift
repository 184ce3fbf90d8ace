/// The product that made a finding, told by the ARN under which it writes to Security Hub.
///
/// `arn:P:securityhub:R::product/aws/<service>`, `…:A:product/A/default` and `…:product/<company>/<product>`; the newer
/// Security Hub writes `productv2` (Security Hub user guide, "Required top-level ASFF attributes").
struct Product: Sendable {
    let arn: ARN
    let company: String
    let name: String

    init?(arn text: String) {
        guard let arn = ARN(text) else { return nil }
        let resource = arn.resource.utf8
        guard let word = resource.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let rest = resource[resource.index(after: word)...]
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let (company, name) = (rest[..<slash], rest[rest.index(after: slash)...])
        guard arn.resource.hasPrefix("product/") || arn.resource.hasPrefix("productv2/"), company.isEmpty == false,
            name.isEmpty == false
        else { return nil }
        self.arn = arn
        self.company = String(Substring(company))
        self.name = String(Substring(name))
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
