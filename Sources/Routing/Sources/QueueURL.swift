package import Findings

/// The URL of an SQS queue: `https://sqs.eu-west-1.amazonaws.com/111122223333/findings`.
///
/// The Region stands in the host and nowhere else: what an SDK takes from its configuration would send the request to
/// another Region's host. Hosts, by the endpoint rule sets of the AWS SDKs: `sqs.R.SUFFIX`, `sqs-fips.R.SUFFIX`, the
/// dual-stack `sqs.R.api.aws` and `sqs.R.api.amazonwebservices.com.cn`, an interface endpoint
/// `vpce-….sqs.R.vpce.SUFFIX`, and the older `R.queue.SUFFIX` and `queue.amazonaws.com` (us-east-1).
package struct QueueURL: Sendable, Hashable {
    /// As given.
    package let text: String
    package let host: String
    package let region: String
    /// 12 digits.
    package let account: String
    /// 1 to 80 letters, digits, `-` and `_`; a FIFO queue's ends with `.fifo`.
    package let name: String

    package var isFIFO: Bool { name.hasSuffix(".fifo") }
    package var partition: Partition { Partition(region: region) }
    package var arn: String { "arn:\(partition.rawValue):sqs:\(region):\(account):\(name)" }

    /// - Throws: ``QueueURLError`` saying what is wrong with it.
    package init(_ text: String) throws(QueueURLError) {
        let scheme = "https://"
        guard text.hasPrefix(scheme) else { throw QueueURLError("does not begin with https://") }
        let parts = text.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false).map(
            String.init
        )
        guard parts.count == 3 else { throw QueueURLError("is not https://HOST/ACCOUNT/NAME") }
        guard let region = QueueURL.region(of: parts[0]) else {
            throw QueueURLError("names no host of Amazon SQS; the Region is read from it")
        }
        guard parts[1].utf8.count == 12, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw QueueURLError("has no account id of 12 digits behind the host")
        }
        let stem = parts[2].hasSuffix(".fifo") ? parts[2].dropLast(5) : parts[2][...]
        guard stem.isEmpty == false, parts[2].utf8.count <= 80,
            stem.utf8.allSatisfy({
                MailAddress.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            })
        else { throw QueueURLError("does not end with the name of a queue") }
        self.text = text
        host = parts[0]
        self.region = region
        account = parts[1]
        name = parts[2]
    }

    private static func region(of host: String) -> String? {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard labels.allSatisfy({ $0.isEmpty == false && $0.utf8.allSatisfy(isHostByte) }) else { return nil }
        if host == "queue.amazonaws.com" { return "us-east-1" }
        if labels.count > 2, labels[1] == "queue" { return named(labels[0], suffix: labels.dropFirst(2)) }
        guard let service = labels.firstIndex(where: { $0 == "sqs" || $0 == "sqs-fips" }), labels.count > service + 2
        else { return nil }
        var rest = labels.dropFirst(service + 2)
        // An interface endpoint has its own name before the service's, and `vpce` before the suffix.
        if service > 0 {
            guard service == 1, labels[0].hasPrefix("vpce-"), rest.first == "vpce" else { return nil }
            rest = rest.dropFirst()
        }
        return named(labels[service + 1], suffix: rest)
    }

    private static func named(_ region: String, suffix: ArraySlice<String>) -> String? {
        let words = region.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count >= 3, words.allSatisfy({ $0.isEmpty == false }), let last = words.last, Int(last) != nil
        else {
            return nil
        }
        let suffix = suffix.joined(separator: ".")
        let partition = Partition(region: region)
        let dualStack = partition == .china ? "api.amazonwebservices.com.cn" : "api.aws"
        return suffix == partition.dnsSuffix || suffix == dualStack ? region : nil
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
}

/// Why a text is no URL of a queue.
package struct QueueURLError: Error, Hashable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}
