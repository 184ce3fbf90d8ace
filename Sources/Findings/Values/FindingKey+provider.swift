extension FindingKey {
    /// The key for a provider's id as it stands in ASFF (`Id`) and OCSF (`finding_info.uid`).
    ///
    /// An ARN of the AWS service that found the problem, with an account in it, is unique by itself, and is what the
    /// service's own events carry. Any other id, ARNs of resources included, is unique only within its product (Security Hub
    /// API reference, `Id`), and many scanners give the same one to every account that they look at, and even to several
    /// resources: product and account go before it, and the resource after it if the product is not AWS's and names one.
    ///
    /// - Parameters:
    ///   - id: The provider's id.
    ///   - idARN: What the id says, when it is an ARN.
    ///   - maker: The product.
    ///   - account: The account that has the problem.
    ///   - region: Where the problem is; for products that do not say it in their ARN.
    ///   - resource: What the finding is about, if that is one thing with a name.
    init(id: String, idARN: ARN?, maker: Maker, account: String?, region: String?, resource: String?) {
        let isOwn = maker.isAWS || maker.isUnknown
        if isOwn, let idARN, idARN.account != nil, FindingKey.namesFindings(idARN.service) {
            self.init(bounding: id)
            return
        }
        if maker.isMacie, let account {
            let partition = maker.product?.arn.partition ?? Partition(region: region ?? "").rawValue
            let place = maker.product.map { $0.arn.region ?? "" } ?? region ?? ""
            let key = FindingKey(macie: id, partition: partition, region: place, account: account)
            let former = maker.product == nil ? FindingKey(formerly: id, idARN, maker) : nil
            self.init(key.rawValue, former: former?.rawValue)
            return
        }
        let former = FindingKey(formerly: id, idARN, maker)
        if maker.isAWS, maker.product != nil, let named = idARN?.account, named == account {
            self.init(bounding: former.rawValue)
            return
        }
        let start = "\(maker.identity)/\(FindingKey.part(account ?? ""))/"
        if maker.isAWS {
            self.init(bounding: start + id, former: former)
        } else {
            let end = resource.map { "|\($0)" } ?? ""
            self.init(bounding: start + FindingKey.ended(id) + end, former: former)
        }
    }

    /// The key of a Macie finding, which its own events and ASFF name by a bare id and OCSF by an ARN.
    init(macie id: String, partition: String, region: String, account: String) {
        self.init(bounding: "arn:\(partition):macie2:\(region):\(account):finding/\(id)")
    }

    /// The key that version 0.1.0 gave to a provider's id.
    private init(formerly id: String, _ idARN: ARN?, _ maker: Maker) {
        if let idARN, FindingKey.namesFindings(idARN.service) {
            self.init(bounding: id)
        } else if let product = maker.product {
            self.init(bounding: "\(product.identity)/\(id)")
        } else if let uid = maker.uid {
            self.init(bounding: "\(uid)/\(id)")
        } else {
            self.init(bounding: id)
        }
    }

    /// Whether ARNs of the service name findings.
    private static func namesFindings(_ service: String) -> Bool {
        switch service {
        case "securityhub", "guardduty", "inspector", "inspector2", "macie2", "access-analyzer": true
        default: false
        }
    }

    /// A text that ends before the next `/`, so that no two lists of texts are written alike.
    static func part(_ text: String) -> String {
        text.utf8.contains(UInt8(ascii: "/")) ? ended(text).replacing("/", with: "%2F") : ended(text)
    }

    /// A text that ends before the next `|`.
    private static func ended(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "%") }) else { return text }
        return text.replacing("%", with: "%25").replacing("|", with: "%7C")
    }
}
