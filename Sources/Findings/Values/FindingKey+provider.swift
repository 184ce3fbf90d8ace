extension FindingKey {
    /// The key for a provider's id as it stands in ASFF (`Id`) and OCSF (`finding_info.uid`).
    ///
    /// An ARN of the service that found the problem is unique by itself, and is what the service's own events carry. Any
    /// other id, ARNs of resources included, is unique only within its product (Security Hub API reference, `Id`), so
    /// that the product's ARN goes before it, as in the `resources` of Security Hub's events.
    ///
    /// - Parameters:
    ///   - id: The provider's id.
    ///   - productARN: The product's ARN, in the spelling of either Security Hub.
    ///   - account: The account that has the problem.
    init(id: String, productARN: String?, account: String?) {
        if let arn = ARN(id), FindingKey.providers.contains(arn.service) {
            self.init(bounding: id)
        } else if let productARN, let arn = ARN(productARN), let product = Product(arn) {
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

    /// The services whose ARNs name findings.
    private static let providers: Set<String> = [
        "securityhub", "guardduty", "inspector", "inspector2", "macie2", "access-analyzer",
    ]
}
