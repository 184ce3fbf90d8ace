/// The parts of an Amazon Resource Name, `arn:partition:service:region:account:resource`.
///
/// Source: IAM user guide, "Amazon Resource Names (ARNs)". Nothing is checked beyond the shape: placeholders of
/// published samples (`arn:<partition>:…`) are ARNs too.
struct ARN: Sendable, Hashable {
    var partition: String
    var service: String
    /// `nil` for global resources.
    var region: String?
    /// `nil` for resources without an account, such as buckets.
    var account: String?
    var resource: String

    init?(_ text: String) {
        guard text.utf8.starts(with: "arn:".utf8) else { return nil }
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[2].isEmpty == false, parts[5].isEmpty == false else { return nil }
        partition = String(parts[1])
        service = String(parts[2])
        region = parts[3].isEmpty ? nil : String(parts[3])
        account = parts[4].isEmpty ? nil : String(parts[4])
        resource = String(parts[5])
    }
}

/// A group of Regions with its own console and ARNs.
enum Partition: String, Sendable {
    case aws
    case china = "aws-cn"
    case govCloud = "aws-us-gov"

    /// The partition of a Region code; Regions that are not known to be elsewhere are in `aws`.
    init(region: String) {
        if region.hasPrefix("cn-") {
            self = .china
        } else if region.hasPrefix("us-gov-") {
            self = .govCloud
        } else {
            self = .aws
        }
    }
}
