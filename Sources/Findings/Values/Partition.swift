/// A group of Regions with its own console, ARNs and endpoints.
///
/// Source: `partitions.json` of the AWS SDKs; the raw values are the partitions' names in ARNs.
package enum Partition: String, Sendable, Hashable, CaseIterable {
    case aws
    case china = "aws-cn"
    case govCloud = "aws-us-gov"
    case europeanSovereign = "aws-eusc"
    case iso = "aws-iso"
    case isoB = "aws-iso-b"
    case isoE = "aws-iso-e"
    case isoF = "aws-iso-f"

    /// The partition of a Region code, or of a name such as `aws-cn-global`; Regions that are not known to be elsewhere
    /// are in `aws`.
    package init(region: String) {
        let code = region.utf8
        self = Partition.prefixes.first { code.starts(with: $0.prefix.utf8) }?.partition ?? .aws
    }

    /// How Region codes of the partitions begin; nothing in common in `aws`. The hyphens tell us-iso-… from us-isob-….
    private static let prefixes: [(prefix: String, partition: Partition)] = [
        ("cn-", .china), ("us-gov-", .govCloud), ("eusc-", .europeanSovereign), ("us-iso-", .iso), ("us-isob-", .isoB),
        ("eu-isoe-", .isoE), ("us-isof-", .isoF), ("aws-cn-", .china), ("aws-us-gov-", .govCloud),
        ("aws-eusc-", .europeanSovereign), ("aws-iso-b-", .isoB), ("aws-iso-e-", .isoE), ("aws-iso-f-", .isoF),
        ("aws-iso-", .iso),
    ]
}
