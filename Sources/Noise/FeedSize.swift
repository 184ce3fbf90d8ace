/// How large a feed is.
package struct FeedSize: Sendable, Hashable {
    package var accounts: Int
    package var days: Int
    /// The share of all (account, Region, control) that is simulated, above 0 and at most 1; what is left out would have
    /// been more of the same.
    package var share: Double
    /// How many findings each of the two bursts brings within a minute.
    package var burst: Int
    package var seed: UInt64

    package init(accounts: Int = 500, days: Int = 7, share: Double = 0.02, burst: Int = 5_000, seed: UInt64 = 1) {
        self.accounts = accounts
        self.days = days
        self.share = share
        self.burst = burst
        self.seed = seed
    }

    var minutes: Int { days * 1_440 }

    static let regions = ["us-east-1", "eu-central-1", "ap-northeast-1", "us-west-2"]
    static let controls = 200
    static let standards = [
        "aws-foundational-security-best-practices/v/1.0.0", "cis-aws-foundations-benchmark/v/3.0.0",
        "pci-dss/v/3.2.1", "nist-800-53/v/5.0.0",
    ]
}
