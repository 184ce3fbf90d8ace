import Findings
import Routing
import Triage

extension AlertRows {
    static func remove(_ keys: [AlertKey], _ session: Session) {
        guard keys.isEmpty == false else { return }
        session.later(
            """
            DELETE FROM alerts a USING unnest($1::bigint[], $2::text[]) AS u(finding, destination)
            WHERE a.finding = u.finding AND a.destination = u.destination
            """,
            [keys.map(\.problem), keys.map(\.destination)]
        )
    }

    static func save(_ rows: [(key: AlertKey, alert: Alert)], _ session: Session) {
        guard rows.isEmpty == false else { return }
        let alerts = rows.map(\.alert)
        session.later(
            """
            INSERT INTO alerts(finding, destination, status, severity, notified_severity, observed_at, first_seen_at,
                last_seen_at, count, opened_at, rule, version, announced, grp, waiting, waiting_transition,
                waiting_severity, held, held_by, held_severity, untold_text)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::float8[],
                $7::float8[], $8::float8[], $9::bigint[], $10::float8[], $11::text[], $12::bigint[], $13::bool[],
                $14::bigint[], $15::bigint[], $16::text[], $17::bigint[], $18::text[], $19::text[], $20::bigint[],
                $21::bool[])
            ON CONFLICT (finding, destination) DO UPDATE SET status = excluded.status, severity = excluded.severity,
                notified_severity = excluded.notified_severity, observed_at = excluded.observed_at,
                first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at, count = excluded.count,
                opened_at = excluded.opened_at, rule = excluded.rule, version = excluded.version,
                announced = excluded.announced, grp = excluded.grp, waiting = excluded.waiting,
                waiting_transition = excluded.waiting_transition, waiting_severity = excluded.waiting_severity,
                held = excluded.held, held_by = excluded.held_by, held_severity = excluded.held_severity,
                untold_text = excluded.untold_text
            """,
            [
                rows.map(\.key.problem), alerts.map(\.destination), alerts.map(\.status.rawValue),
                alerts.map { Int($0.severity.rawValue) }, alerts.map { $0.notifiedSeverity.map { Int($0.rawValue) } },
                alerts.map(\.observedAt.stored), alerts.map(\.firstSeenAt.stored), alerts.map(\.lastSeenAt.stored),
                alerts.map(\.count), alerts.map(\.openedAt.stored), alerts.map(\.rule), alerts.map(\.version),
                alerts.map(\.wasAnnounced), alerts.map(\.group), alerts.map { $0.waiting?.item },
                alerts.map { $0.waiting?.transition.rawValue },
                alerts.map { $0.waiting.map { Int($0.severity.rawValue) } },
                alerts.map { $0.held?.reason.rawValue }, alerts.map { $0.held?.by },
                alerts.map { $0.held.map { Int($0.severity.rawValue) } }, alerts.map(\.hasUntoldText),
            ]
        )
    }
}
