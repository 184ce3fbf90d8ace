package import FoundationEssentials
package import Findings
package import Routing

/// What rules that decide beside those in force say of an observation.
package struct ShadowVerdict: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// Nobody asked them, since applying had fallen behind.
        case missed
        case same
        case differs(DecisionChange, matched: [String])
    }

    /// The number of the shadow.
    package var shadow: Int64
    package var outcome: Outcome

    package init(shadow: Int64, outcome: Outcome) {
        self.shadow = shadow
        self.outcome = outcome
    }
}

/// What a shadow is to be counted with.
package struct ShadowTally: Sendable, Hashable {
    /// How many observations of one hour differ in one way, at one destination or in all.
    package struct Place: Sendable, Hashable {
        package var hour: Int
        /// A ``ReplayClass`` for all destinations together; `gained`, `lost` or `changed` for one.
        package var effect: String
        package var destination: String

        package init(hour: Int, effect: String, destination: String) {
            self.hour = hour
            self.effect = effect
            self.destination = destination
        }
    }

    package static let gained = "gained"
    package static let lost = "lost"
    package static let changed = "changed"
    /// How many samples are kept, the newest.
    package static let mostSamples = 1_000

    /// Observations that both rule sets decided.
    package private(set) var observations = 0
    package private(set) var missed = 0
    package private(set) var lastMissed: Date?
    package private(set) var counts: [Place: Int] = [:]
    package private(set) var samples: [ShadowSample] = []

    package init() {}

    mutating func add(
        _ outcome: ShadowVerdict.Outcome,
        _ record: ObservationRecord,
        of finding: Finding,
        _ number: Int64
    ) {
        guard case .missed = outcome else {
            observations += 1
            guard case .differs(let change, let matched) = outcome else { return }
            count(change, hour: record.receivedAt.utcHour)
            if samples.count >= 2 * ShadowTally.mostSamples { samples.removeFirst(ShadowTally.mostSamples) }
            samples.append(ShadowSample(change, matched, record, finding, number))
            return
        }
        missed += 1
        lastMissed = max(lastMissed ?? record.receivedAt, record.receivedAt)
    }

    private mutating func count(_ change: DecisionChange, hour: Int) {
        counts[Place(hour: hour, effect: change.kind.rawValue, destination: ""), default: 0] += 1
        for (effect, names) in [
            (ShadowTally.gained, change.gained), (ShadowTally.lost, change.lost), (ShadowTally.changed, change.changed),
        ] {
            for name in names { counts[Place(hour: hour, effect: effect, destination: name), default: 0] += 1 }
        }
    }

    /// Adds what was counted apart, later.
    mutating func add(_ other: ShadowTally) {
        observations += other.observations
        missed += other.missed
        lastMissed = other.lastMissed ?? lastMissed
        counts.merge(other.counts) { $0 + $1 }
        samples = Array((samples + other.samples).suffix(ShadowTally.mostSamples))
    }
}

/// An observation with another decision than that of the rules in force.
package struct ShadowSample: Sendable, Hashable {
    package var findingID: String
    package var title: String
    package var severity: Severity
    package var account: String?
    package var accountName: String?
    package var receivedAt: Date
    package var kind: ReplayClass
    package var lost: [String]
    package var gained: [String]
    package var changed: [String]
    /// The rules that matched, in force and beside them.
    package var matchedBefore: [String]
    package var matchedAfter: [String]

    package init(
        findingID: String,
        title: String,
        severity: Severity,
        account: String?,
        accountName: String? = nil,
        receivedAt: Date,
        kind: ReplayClass,
        lost: [String],
        gained: [String],
        changed: [String],
        matchedBefore: [String],
        matchedAfter: [String]
    ) {
        self.findingID = findingID
        self.title = title
        self.severity = severity
        self.account = account
        self.accountName = accountName
        self.receivedAt = receivedAt
        self.kind = kind
        self.lost = lost
        self.gained = gained
        self.changed = changed
        self.matchedBefore = matchedBefore
        self.matchedAfter = matchedAfter
    }

    init(
        _ change: DecisionChange,
        _ matched: [String],
        _ record: ObservationRecord,
        _ finding: Finding,
        _ number: Int64
    ) {
        self.init(
            findingID: Subject.id(ofFinding: number),
            title: finding.title,
            severity: finding.severity,
            account: finding.account,
            accountName: finding.accountName,
            receivedAt: record.receivedAt,
            kind: change.kind,
            lost: change.lost,
            gained: change.gained,
            changed: change.changed,
            matchedBefore: record.matched,
            matchedAfter: matched
        )
    }
}
