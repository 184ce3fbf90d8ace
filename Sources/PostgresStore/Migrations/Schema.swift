/// The tables, built up by numbered migrations that are never changed once released.
///
/// Dates are seconds since 2001-01-01 (`timeIntervalSinceReferenceDate`), so that a `Date` comes back unchanged. Columns and
/// codes are those of the embedded store wherever both have the table.
enum Schema {
    struct Migration: Sendable, Hashable {
        let number: Int64
        let name: String
        /// The last migration that a program must know to run beside this one: its own number where an earlier program would
        /// read or write wrongly, and otherwise that of the last for which this holds. It is not made while a node works that
        /// does not know that one, and no such node starts afterwards.
        var needs: Int64 = 1
        let sql: String
    }

    static let migrations = [
        Migration(
            number: 1,
            name: "nodes, intake, triage, queue, rules",
            sql: journal + ledger + alerts + queue + rules + vacuum + compression
        ),
        Migration(number: 2, name: "what forms prove", sql: formSecret),
        Migration(number: 3, name: "replays known to every node", sql: replays),
        Migration(number: 4, name: "what the program of each node knows", sql: knowledge),
        Migration(number: 5, name: "proposed and measured drafts", sql: measuredDrafts),
        Migration(number: 6, name: "open findings by the hour, who pauses", sql: openHours + pauseAuthor),
    ]

    /// Programs that say nothing of it know what there was before.
    private static let knowledge = "ALTER TABLE nodes ADD COLUMN knows bigint NOT NULL DEFAULT 3;"

    private static let measuredDrafts = """
        -- Why the keepers of the rules file are to take the draft over.
        ALTER TABLE drafts ADD COLUMN proposal text;
        -- The draft that was the candidate, with its change, as d12-3.
        ALTER TABLE replays ADD COLUMN draft text;
        """

    private static let openHours = """
        -- Hours of UTC since 1970; "" for findings without an account.
        CREATE TABLE open_hours(
            hour bigint NOT NULL,
            account text NOT NULL,
            change bigint NOT NULL,
            PRIMARY KEY (hour, account)
        ) WITH (fillfactor = 80);
        """

    private static let pauseAuthor = """
        -- As `api:token.siem`; of earlier pauses it is not known.
        ALTER TABLE pauses ADD COLUMN author text;
        """

    /// Bodies and findings are compressed by LZ4 where the server has it: PostgreSQL's own way takes a sixth of what the server
    /// does when it accepts.
    private static let compression = """
        DO $$ BEGIN
            IF current_setting('server_version_num')::int >= 140000 THEN
                -- Not read before: version 13 does not know the words.
                EXECUTE 'ALTER TABLE journal ALTER body SET COMPRESSION lz4';
                EXECUTE 'ALTER TABLE observations ALTER content SET COMPRESSION lz4, ALTER detail SET COMPRESSION lz4';
            END IF;
        EXCEPTION WHEN feature_not_supported THEN NULL;
        END $$;
        """

    /// When the server tidies up: rows that change with every batch as soon as there is something to do, whatever the share of
    /// the table; large tables long before the fifth of them that is the default (PostgreSQL 15, 25.1.6).
    private static let vacuum =
        [
            "alert_groups", "control", "journal_streams", "lanes", "leases", "nodes", "notification_numbers",
            "notifications", "totals",
        ].map {
            """
            ALTER TABLE \($0) SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
                autovacuum_vacuum_cost_delay = 0);
            """
        }.joined()
        + ["alerts", "findings", "waiting_items"].map {
            """
            ALTER TABLE \($0) SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
            """
        }.joined()
}
