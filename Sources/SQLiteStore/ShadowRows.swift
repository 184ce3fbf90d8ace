import Findings
import FoundationEssentials
import GRDB
import Routing
import Store
import Triage

/// The rules that decide beside those in force, and what they decided otherwise.
enum ShadowRows {
    /// Adds what a batch was counted with, unless the shadow is over.
    static func add(_ tallies: [Int64: ShadowTally], _ db: Database) throws {
        for (number, tally) in tallies {
            try db.run(
                """
                UPDATE shadows SET observations = observations + ?, missed = missed + ?,
                    last_missed = coalesce(?, last_missed)
                WHERE number = ? AND ended_at IS NULL
                """,
                [tally.observations, tally.missed, tally.lastMissed?.stored, number]
            )
            guard db.changesCount == 1 else { continue }
            for (place, count) in tally.counts {
                try db.run(
                    """
                    INSERT INTO shadow_differences VALUES (?, ?, ?, ?)
                    ON CONFLICT (hour, effect, destination) DO UPDATE SET count = count + excluded.count
                    """,
                    [place.hour, place.effect, place.destination, count]
                )
            }
            guard tally.samples.isEmpty == false else { continue }
            for sample in tally.samples.suffix(ShadowTally.mostSamples) {
                try db.run(
                    "INSERT INTO shadow_samples(received_at, detail) VALUES (?, ?)",
                    [sample.receivedAt.stored, sample.storedForm.text]
                )
            }
            try db.run(
                "DELETE FROM shadow_samples WHERE number <= (SELECT max(number) FROM shadow_samples) - ?",
                [ShadowTally.mostSamples]
            )
        }
    }

    static func last(_ db: Database) throws -> ShadowRecord? {
        try db.row("SELECT * FROM shadows ORDER BY number DESC LIMIT 1").map { row in
            try ShadowRecord(
                number: row["number"],
                start: ShadowStart(
                    author: row["author"],
                    draft: row["draft"],
                    base: row["base"],
                    text: row.bytes("text")
                ),
                startedAt: row.moment("started_at"),
                endedAt: row.date("ended_at"),
                endReason: row["end_reason"],
                observations: row["observations"],
                missed: row["missed"],
                lastMissed: row.date("last_missed")
            )
        }
    }

    static func start(_ start: ShadowStart, now: Date, _ db: Database) throws -> ShadowRecord? {
        if let last = try last(db), last.endedAt == nil { return nil }
        for table in ["shadows", "shadow_differences", "shadow_samples"] { try db.run("DELETE FROM \(table)", []) }
        try db.run(
            "INSERT INTO shadows(author, draft, base, text, started_at) VALUES (?, ?, ?, ?, ?)",
            [start.author, start.draft, start.base, Data(start.text), now.stored]
        )
        return try last(db)
    }

    static func end(_ number: Int64, because reason: String, now: Date, _ db: Database) throws {
        try db.run(
            "UPDATE shadows SET ended_at = ?, end_reason = ? WHERE number = ? AND ended_at IS NULL",
            [now.stored, reason, number]
        )
    }

    static func report(_ number: Int64, samples limit: Int, _ db: Database) throws -> ShadowReport {
        guard try last(db)?.number == number else { return ShadowReport() }
        var counts: [ShadowTally.Place: Int] = [:]
        for row in try db.rows("SELECT hour, effect, destination, count FROM shadow_differences") {
            let place = try ShadowTally.Place(hour: row[0], effect: row[1], destination: row[2])
            counts[place] = try row[3] as Int
        }
        let samples = try db.rows(
            "SELECT received_at, detail FROM shadow_samples ORDER BY number DESC LIMIT ?",
            [limit]
        ).compactMap { row in
            try ShadowSample(storedForm: StoredJSON.document(row["detail"] as String), at: row.moment("received_at"))
        }
        return ShadowReport(counts: counts, samples: samples)
    }
}
