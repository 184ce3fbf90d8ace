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
        // By bytes: looking for a character would look for the ends of all of them.
        var rest = text[...].utf8.dropFirst(4)
        func field() -> String? {
            guard let end = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            defer { rest = rest[rest.index(after: end)...] }
            return String(Substring(rest[..<end]))
        }
        guard let partition = field(), let service = field(), let region = field(), let account = field(),
            service.isEmpty == false, rest.isEmpty == false
        else { return nil }
        self.partition = partition
        self.service = service
        self.region = region.isEmpty ? nil : region
        self.account = account.isEmpty ? nil : account
        resource = String(Substring(rest))
    }
}
