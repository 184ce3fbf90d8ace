package import Findings
package import FoundationEssentials

/// Single rows that triage asks a backend for.
package struct WantedRows: Sendable, Hashable {
    package var redeliveryKeys: [String] = []
    /// Findings by their keys, and by their numbers.
    package var findings: [FindingKey] = []
    package var findingNumbers: [Int64] = []
    /// Findings under keys that version 0.1.0 made; see ``FindingKey/former``.
    package var formerKeys: [String] = []
    /// The numbers of problems that several findings report.
    package var problems: [FindingKey] = []
    /// The findings that report these problems.
    package var members: [Int64] = []
    /// The contents of observations.
    package var contents: [Int64] = []
    package var alerts: [AlertKey] = []
    package var groups: [AlertGroup.Name] = []
    package var groupNumbers: [Int64] = []
    package var items: [Int64] = []
    /// Under which keys problems may hold others back.
    package var sources: [Int64] = []
    /// Under which keys alerts are held back.
    package var holds: [AlertKey] = []
    package var silences: [String] = []

    package init() {}

    package var isEmpty: Bool { self == WantedRows() }
}

/// The rows that were asked for, as far as they exist.
package struct FoundRows: Sendable {
    package var redeliveryKeys: [String] = []
    package var findings: [FindingRow] = []
    package var former: [String: FormerFinding] = [:]
    package var problems: [FindingKey: Int64] = [:]
    package var members: [Int64: [Int64: FindingRow.Standing]] = [:]
    package var contents: [Int64: Finding] = [:]
    package var alerts: [AlertKey: Alert] = [:]
    package var groups: [AlertGroup] = []
    package var items: [ItemRow] = []
    /// By problem and destination.
    package var sources: [Int64: [String: [InhibitionSource]]] = [:]
    package var holds: [AlertKey: [String]] = [:]
    /// When silences end whose end was not dealt with.
    package var silenceEnds: [String: Date] = [:]

    package init() {}

    /// A finding that an earlier version stored under a key made of less.
    package struct FormerFinding: Sendable {
        package var row: FindingRow
        /// Its alerts, each with the observation that it began with; `nil` where that is not kept any more.
        package var alerts: [(alert: Alert, began: Observed?)]
        /// How it was observed last, newest first.
        package var observed: [Observed]

        package init(row: FindingRow, alerts: [(alert: Alert, began: Observed?)], observed: [Observed]) {
            self.row = row
            self.alerts = alerts
            self.observed = observed
        }

        package struct Observed: Sendable {
            package var number: Int64
            package var receivedAt: Date
            package var finding: Finding

            package init(number: Int64, receivedAt: Date, finding: Finding) {
                self.number = number
                self.receivedAt = receivedAt
                self.finding = finding
            }
        }
    }
}

/// What a transaction changed, each row once and as it is in the end.
package struct ChangedRows: Sendable {
    package var redeliveryKeys: [(key: String, receivedAt: Date)] = []
    package var newFindings: [FindingChange] = []
    package var findings: [FindingChange] = []
    package var problems: [(key: FindingKey, first: Int64)] = []
    package var ledger: [LedgerRow] = []
    package var alerts: [(key: AlertKey, alert: Alert)] = []
    package var removedAlerts: [AlertKey] = []
    package var newGroups: [AlertGroup] = []
    package var groups: [AlertGroup] = []
    package var removedGroups: [Int64] = []
    package var newItems: [ItemRow] = []
    package var items: [ItemRow] = []
    package var messages: [MessageRow] = []
    /// The ids of messages that are told as part of another one.
    package var folded: [String] = []
    /// Every source of these problems, by destination; none where a destination is missing.
    package var sources: [(problem: Int64, byDestination: [String: [InhibitionSource]])] = []
    /// Every key under which these alerts are held back, with the finding.
    package var holds: [(key: AlertKey, finding: Int64, keys: [String])] = []
    package var closedSilences: [String] = []
    /// To be added to what is stored.
    package var counts = HourCounts()
    /// The last applied position of each stream of the journal that has moved.
    package var applied: [Int64] = []
    /// `nil` where it is as it was.
    package var heldUnderVersion: Int?

    package init() {}

    /// A finding's row, and what else it is by now.
    package struct FindingChange: Sendable {
        package var row: FindingRow
        /// The newest observation, where that may have changed.
        package var finding: Finding?
        /// Whether its key is not the one under which it is stored.
        package var isRenamed: Bool

        package init(row: FindingRow, finding: Finding?, isRenamed: Bool) {
            self.row = row
            self.finding = finding
            self.isRenamed = isRenamed
        }
    }
}
