import Findings
import FoundationEssentials
import Store
import Triage

/// The rules that decide beside those in force, and what they decided otherwise.
enum ShadowRows {
    /// Adds what a batch was counted with, unless the shadow is over.
    static func add(_ tallies: [Int64: ShadowTally], _ session: Session) {
        for (number, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            let counts = tally.counts.sorted { left, right in
                (left.key.hour, left.key.effect, left.key.destination)
                    < (right.key.hour, right.key.effect, right.key.destination)
            }
            let samples = tally.samples.suffix(ShadowTally.mostSamples)
            session.later(
                """
                WITH known AS (
                    UPDATE shadows SET observations = observations + $2, missed = missed + $3,
                        last_missed = coalesce($4, last_missed)
                    WHERE number = $1 AND ended_at IS NULL RETURNING number
                ), counted AS (
                    INSERT INTO shadow_differences(hour, effect, destination, count)
                    SELECT * FROM unnest($5::bigint[], $6::text[], $7::text[], $8::bigint[])
                    WHERE EXISTS (SELECT 1 FROM known)
                    ON CONFLICT (hour, effect, destination) DO UPDATE SET
                        count = shadow_differences.count + excluded.count
                )
                INSERT INTO shadow_samples(received_at, detail)
                SELECT received_at, detail
                FROM unnest($9::float8[], $10::text[]) WITH ORDINALITY AS s(received_at, detail, place)
                WHERE EXISTS (SELECT 1 FROM known) ORDER BY place
                """,
                [
                    number, tally.observations, tally.missed, tally.lastMissed?.stored, counts.map(\.key.hour),
                    counts.map(\.key.effect), counts.map(\.key.destination), counts.map(\.value),
                    samples.map(\.receivedAt.stored), samples.map(\.storedForm.text),
                ]
            )
            guard samples.isEmpty == false else { continue }
            session.later(
                """
                DELETE FROM shadow_samples
                WHERE number <= (SELECT number FROM shadow_samples ORDER BY number DESC OFFSET $1 LIMIT 1)
                """,
                [ShadowTally.mostSamples]
            )
        }
    }

    static func last(_ session: Session) throws -> ShadowRecord? {
        try session.first(
            """
            SELECT number, author, draft, base, text, started_at, ended_at, end_reason, observations, missed, last_missed
            FROM shadows ORDER BY number DESC LIMIT 1
            """
        ) { row in
            try ShadowRecord(
                number: row.integer(0),
                start: ShadowStart(
                    author: row.text(1),
                    draft: row.text(2),
                    base: row.count(3),
                    text: row.bytes(4) ?? []
                ),
                startedAt: row.moment(5),
                endedAt: row.date(6),
                endReason: row.optionalText(7),
                observations: row.count(8),
                missed: row.count(9),
                lastMissed: row.date(10)
            )
        }
    }

    /// Begins a shadow unless one runs, in a transaction that holds ``AdvisoryLock/shadows``.
    static func start(_ start: ShadowStart, now: Date, _ session: Session) throws -> ShadowRecord? {
        if let last = try last(session), last.endedAt == nil { return nil }
        for table in ["shadows", "shadow_differences", "shadow_samples"] { session.later("DELETE FROM \(table)") }
        session.later(
            "INSERT INTO shadows(author, draft, base, text, started_at) VALUES ($1, $2, $3, $4, $5)",
            [start.author, start.draft, start.base, Blob(start.text), now.stored]
        )
        return try last(session)
    }

    static func end(_ number: Int64, because reason: String, now: Date, _ session: Session) {
        session.later(
            "UPDATE shadows SET ended_at = $1, end_reason = $2 WHERE number = $3 AND ended_at IS NULL",
            [now.stored, reason, number]
        )
    }

    static func report(_ number: Int64, samples limit: Int, _ session: Session) throws -> ShadowReport {
        let answers = try session.ask([
            Statement("SELECT max(number) FROM shadows"),
            Statement("SELECT hour, effect, destination, count FROM shadow_differences"),
            Statement("SELECT received_at, detail FROM shadow_samples ORDER BY number DESC LIMIT $1", [limit]),
        ])
        guard answers.count == 3, try answers[0].first?.optionalInteger(0) == number else { return ShadowReport() }
        let counts = try answers[1].map { row in
            let place = try ShadowTally.Place(hour: row.count(0), effect: row.text(1), destination: row.text(2))
            return (place, try row.count(3))
        }
        let samples = try answers[2].map { row in
            try ShadowSample(storedForm: StoredJSON.document(row.text(1)), at: row.moment(0))
        }
        return ShadowReport(counts: Dictionary(counts) { $0 + $1 }, samples: samples.compactMap(\.self))
    }
}
