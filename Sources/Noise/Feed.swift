import Findings
package import FoundationEssentials

/// A week of an organisation's findings, minute by minute.
///
/// - Security Hub with consolidated control findings off: every control is reported once for each standard, and each of
///   these findings is sent again every 12 to 24 hours. Most controls pass.
/// - One in a hundred of those that are sent brings a change: the control fails, passes or has become more severe. The
///   other standards follow within minutes.
/// - Imports: somebody sets a workflow to NOTIFIED and, later, back to NEW, which leaves `UpdatedAt` as it was.
/// - GuardDuty, from the member and from the administrator's account, again every 6 hours.
/// - Two bursts within a minute: one account, later one control.
/// - One event in a thousand arrives twice.
package struct Feed: Sendable {
    package let size: FeedSize
    package let start: Date
    let controls: [Control]
    var numbers: SeededNumbers
    var problems: [Problem] = []
    var threats: [Threat] = []
    var calendar: [[Due]]
    var threatCalendar: [[Int]]
    let guardDutyEvent: JSON
    /// Events sent so far.
    var sent = 0

    /// A control at one resource.
    struct Problem {
        var account: Int
        var region: Int
        var control: Int
        var resource: Int
        /// How many standards have it.
        var standards: Int
        var severity: Severity
        var isFailing: Bool
        var isAcknowledged = false
        /// When the finding of each standard was last evaluated, in minutes.
        var updated = SIMD4<Int32>(repeating: 0)
    }

    /// A finding that is to be sent.
    struct Due {
        var problem: Int
        var standard: Int
        var occasion: Occasion

        enum Occasion { case first, periodic, changed, acknowledged, withdrawn }
    }

    package init(_ size: FeedSize) throws {
        self.size = size
        start = Date(timeIntervalSince1970: 1_793_577_600)
        controls = try Control.all()
        guardDutyEvent = try JSONDocument.parse(
            Array(#"{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{}}"#.utf8)
        )
        numbers = SeededNumbers(seed: size.seed)
        calendar = Array(repeating: [], count: size.minutes)
        threatCalendar = Array(repeating: [], count: size.minutes)
        let share = Int((size.share * 10_000).rounded())
        for account in 0..<size.accounts {
            for region in FeedSize.regions.indices {
                for control in controls.indices where numbers.chance(share) {
                    add(account, region, control)
                }
            }
            planThreats(of: account)
        }
    }

    private mutating func add(_ account: Int, _ region: Int, _ control: Int) {
        let severity = controls[control].severity
        let failing = severity == .critical ? 50 : 1_000
        problems.append(
            Problem(
                account: account,
                region: region,
                control: control,
                resource: 0,
                standards: FeedSize.standards.count,
                severity: severity,
                isFailing: numbers.chance(failing)
            )
        )
        for standard in FeedSize.standards.indices {
            plan(Due(problem: problems.count - 1, standard: standard, occasion: .first), at: numbers.number(0..<1_440))
        }
    }

    mutating func plan(_ due: Due, at minute: Int) {
        if minute < calendar.count { calendar[minute].append(due) }
    }

    /// What is sent within one minute, in order.
    package mutating func emissions(at minute: Int) -> [Emission] {
        startBurst(at: minute)
        var found: [Emission] = []
        for due in calendar[minute] {
            if let emission = send(due, at: minute) { found.append(emission) }
        }
        calendar[minute] = []
        for number in threatCalendar[minute] { found += sendThreat(number, at: minute) }
        return found.flatMap { numbers.chance(10) ? [$0, $0] : [$0] }
    }

    private mutating func startBurst(at minute: Int) {
        let first = size.minutes * 2 / 7 + 600
        let second = size.minutes * 4 / 7 + 800
        guard minute == first || minute == second else { return }
        // A control that is new, or an account that has just joined.
        let account = numbers.number(0..<size.accounts)
        for resource in 1...max(1, size.burst) {
            let control = minute == first ? numbers.number(0..<controls.count) : 8
            problems.append(
                Problem(
                    account: minute == first ? account : numbers.number(0..<size.accounts),
                    region: numbers.number(0..<FeedSize.regions.count),
                    control: control,
                    resource: minute + resource,
                    standards: 1,
                    severity: resource % 1_000 == size.burst / 2 % 1_000
                        ? .critical : min(.high, controls[control].severity),
                    isFailing: true
                )
            )
            plan(Due(problem: problems.count - 1, standard: 0, occasion: .first), at: minute)
        }
    }
}
