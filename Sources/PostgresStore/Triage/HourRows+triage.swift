import Triage

/// How often each rule was of weight in each hour.
extension RuleHourRows {
    static func add(_ counts: [RuleHour: RuleCounts], _ session: Session) {
        guard counts.isEmpty == false else { return }
        // In one order everywhere, so that two transactions never wait for each other.
        let rows = counts.sorted { ($0.key.rule, $0.key.hour) < ($1.key.rule, $1.key.hour) }
        session.later(
            """
            INSERT INTO rule_hours SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
            ON CONFLICT (rule, hour) DO UPDATE SET matched = rule_hours.matched + excluded.matched,
                ended = rule_hours.ended + excluded.ended, first = rule_hours.first + excluded.first
            """,
            [
                rows.map(\.key.rule), rows.map(\.key.hour), rows.map(\.value.matched), rows.map(\.value.ended),
                rows.map(\.value.first),
            ]
        )
    }
}

/// How many findings of each account were opened, less those that were closed, in each hour.
extension OpenHourRows {
    static func add(_ counts: [OpenHour: Int], _ session: Session) {
        guard counts.isEmpty == false else { return }
        let rows = counts.sorted { ($0.key.hour, $0.key.account) < ($1.key.hour, $1.key.account) }
        session.later(
            """
            INSERT INTO open_hours SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])
            ON CONFLICT (hour, account) DO UPDATE SET change = open_hours.change + excluded.change
            """,
            [rows.map(\.key.hour), rows.map(\.key.account), rows.map(\.value)]
        )
    }
}

/// What observations came to in each hour.
extension FateHourRows {
    static func add(_ counts: [FateHour: FateCounts], _ session: Session) {
        guard counts.isEmpty == false else { return }
        let rows = counts.sorted {
            ($0.key.part.rawValue, $0.key.hour, $0.key.name) < ($1.key.part.rawValue, $1.key.hour, $1.key.name)
        }
        session.later(
            """
            INSERT INTO fate_hours SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[],
                $6::bigint[], $7::bigint[])
            ON CONFLICT (part, hour, name) DO UPDATE SET told = fate_hours.told + excluded.told,
                held = fate_hours.held + excluded.held, suppressed = fate_hours.suppressed + excluded.suppressed,
                unrouted = fate_hours.unrouted + excluded.unrouted
            """,
            [
                rows.map { Int($0.key.part.rawValue) }, rows.map(\.key.hour), rows.map(\.key.name),
                rows.map(\.value.told), rows.map(\.value.held), rows.map(\.value.suppressed),
                rows.map(\.value.unrouted),
            ]
        )
    }
}
