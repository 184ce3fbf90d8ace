/// Who made a finding, as far as its identity needs it: the product's ARN, or else its own words for itself.
struct Maker: Sendable {
    /// `ProductArn`, `metadata.product.uid`; not always an ARN.
    let uid: String?
    /// What the uid says, when it is the ARN of a product.
    let product: Product?
    /// `CompanyName`, `metadata.product.vendor_name`.
    let vendor: String?
    /// `ProductName`, `metadata.product.name`.
    let name: String?

    init(uid: String?, product: Product?, vendor: String?, name: String?) {
        self.uid = uid
        self.product = product
        self.vendor = vendor
        self.name = name
    }

    /// Whether it is a service of AWS; whoever says nothing else is believed to be what its names say.
    var isAWS: Bool {
        if let product { return product.company == "aws" }
        if let vendor {
            let vendor = vendor.lowercased()
            return vendor == "aws" || vendor == "amazon" || vendor.hasPrefix("amazon web services")
        }
        return name.map { Maker.services.contains(Maker.word($0)) } ?? false
    }

    /// Whether nothing at all is known of it.
    var isUnknown: Bool { product == nil && uid == nil && vendor == nil && name == nil }

    var isMacie: Bool {
        if let product { return product.awsName == "Macie" }
        return isAWS && name.map { Maker.word($0).hasPrefix("macie") } ?? false
    }

    /// The product in the words of a key: the same for ASFF and OCSF, and for both spellings of the ARN.
    var identity: String {
        guard let product else {
            if isUnknown { return "product:unknown" }
            let vendor = isAWS ? "aws" : vendor ?? ""
            return "product:" + [uid ?? "", vendor, name ?? ""].map(FindingKey.part).joined(separator: "/")
        }
        // All that an account imports by itself has one ARN; only its names tell the tools behind it apart.
        guard product.isDefault else { return product.identity }
        let names = [vendor, name].compactMap(Maker.tool).map { FindingKey.part($0.lowercased()) }
        return names.isEmpty ? product.identity : "\(product.identity)(\(names.joined(separator: "/")))"
    }

    /// A name that tells one tool from another; `nil` for what Security Hub calls all that an account imports by itself.
    static func tool(_ name: String?) -> String? {
        guard let name, name.isEmpty == false, ["personal", "default"].contains(name.lowercased()) == false else {
            return nil
        }
        return name
    }

    /// Without case, spaces, and the words that AWS puts before the names of its services.
    private static func word(_ name: String) -> String {
        var word = String(name.lowercased().filter { $0 != " " && $0 != "-" })
        for prefix in ["aws", "amazon"] where word.hasPrefix(prefix) { word.removeFirst(prefix.count) }
        return word
    }

    private static let services: Set<String> = [
        "securityhub", "securityhubcspm", "guardduty", "inspector", "inspector2", "macie", "macie2", "accessanalyzer",
        "iamaccessanalyzer", "config", "health", "firewallmanager", "systemsmanagerpatchmanager",
    ]
}

extension Product {
    /// The ARN without what differs between the two Security Hubs.
    var identity: String {
        "arn:\(arn.partition):securityhub:\(arn.region ?? ""):\(arn.account ?? ""):product/\(company)/\(name)"
    }

    /// Whether it is what an account imports by itself: `product/<account>/default`.
    var isDefault: Bool { name == "default" && company.utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
