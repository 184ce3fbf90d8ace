package import Findings
package import FoundationEssentials

/// Which findings are meant; every given field must hold.
package struct FindingFilter: Sendable, Hashable {
    package var account: String?
    /// Ids with `*` for any characters, one of which is the account's.
    package var accounts: [String]?
    package var region: String?
    package var severities: Set<Severity>?
    package var status: FindingStatus?
    package var kind: FindingKind?
    /// Only findings that were matched by this rule, at least once from ``seenAfter`` on.
    package var rule: String?
    /// Only findings whose alert is or was kept at this destination: what rules routed there, told or held back.
    package var destination: String?
    /// Whatever the case.
    package var product: String?
    /// Only findings that were last seen at or after this moment.
    package var seenAfter: Date?
    /// Only findings that were last seen before this moment.
    package var seenBefore: Date?
    /// Only findings whose last observation was `routed`, `suppressed` or `unrouted`.
    package var disposition: String?
    /// Only findings of which this became.
    package var fate: FindingFate?
    /// Part of the title, case-insensitive.
    package var text: String?
    /// Findings that one of these selects are left out; these themselves leave nothing out.
    package var without: [FindingFilter] = []

    package init(
        account: String? = nil,
        accounts: [String]? = nil,
        region: String? = nil,
        severities: Set<Severity>? = nil,
        status: FindingStatus? = nil,
        kind: FindingKind? = nil,
        rule: String? = nil,
        destination: String? = nil,
        product: String? = nil,
        seenAfter: Date? = nil,
        seenBefore: Date? = nil,
        disposition: String? = nil,
        fate: FindingFate? = nil,
        text: String? = nil,
        without: [FindingFilter] = []
    ) {
        self.account = account
        self.accounts = accounts
        self.region = region
        self.severities = severities
        self.status = status
        self.kind = kind
        self.rule = rule
        self.destination = destination
        self.product = product
        self.seenAfter = seenAfter
        self.seenBefore = seenBefore
        self.disposition = disposition
        self.fate = fate
        self.text = text
        self.without = without
    }
}
