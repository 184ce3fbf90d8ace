extension FindingKey {
    /// The key for a provider's id as it stands in ASFF (`Id`) and OCSF (`finding_info.uid`).
    ///
    /// An ARN of the service that found the problem is unique by itself, and is what the service's own events carry. Any
    /// other id, ARNs of resources included, is unique only within its product (Security Hub API reference, `Id`), so
    /// that the product's ARN goes before it, as in the `resources` of Security Hub's events.
    ///
    /// - Parameters:
    ///   - id: The provider's id.
    ///   - idARN: What the id says, when it is an ARN.
    ///   - productARN: The product's ARN, in the spelling of either Security Hub.
    ///   - product: What that ARN says.
    ///   - account: The account that has the problem.
    init(id: String, idARN: ARN?, productARN: String?, product: Product?, account: String?) {
        if let idARN, FindingKey.namesFindings(idARN.service) {
            self.init(bounding: id)
        } else if let product {
            let arn = product.arn
            if product.awsName == "Macie", let account {
                self.init(macie: id, partition: arn.partition, region: arn.region ?? "", account: account)
            } else {
                let head = "arn:\(arn.partition):securityhub:\(arn.region ?? ""):\(arn.account ?? "")"
                self.init(bounding: "\(head):product/\(product.company)/\(product.name)/\(id)")
            }
        } else if let productARN {
            self.init(bounding: "\(productARN)/\(id)")
        } else {
            self.init(bounding: id)
        }
    }

    /// The key of a Macie finding, which its own events and ASFF name by a bare id and OCSF by an ARN.
    init(macie id: String, partition: String, region: String, account: String) {
        self.init(bounding: "arn:\(partition):macie2:\(region):\(account):finding/\(id)")
    }

    /// Whether ARNs of the service name findings.
    private static func namesFindings(_ service: String) -> Bool {
        switch service {
        case "securityhub", "guardduty", "inspector", "inspector2", "macie2", "access-analyzer": true
        default: false
        }
    }
}
