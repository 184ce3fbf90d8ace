import GRDB

/// The tables, built up by numbered migrations that are never changed once released.
///
/// Dates are REAL seconds since 2001-01-01 (`timeIntervalSinceReferenceDate`), so that a `Date` comes back unchanged.
/// Row numbers rise by one and the newest row of a table is never deleted, so that no number is given twice.
enum Schema {
    static func migrator() -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 intake, findings, outbox, rules") { db in try db.execute(sql: first) }
        migrator.registerMigration("0002 triage") { db in try db.execute(sql: triage) }
        migrator.registerMigration("0003 silences") { db in try db.execute(sql: silences) }
        migrator.registerMigration("0004 claims") { db in try db.execute(sql: claims) }
        migrator.registerMigration("0005 what waits") { db in try db.execute(sql: waiting) }
        migrator.registerMigration("0006 identity, updates") { db in try db.execute(sql: identity) }
        migrator.registerMigration("0007 pauses by destination") { db in try db.execute(sql: pauses) }
        migrator.registerMigration("0008 what stands aside") { db in
            try db.execute(sql: aside)
            try StoreOpening.mark(db)
        }
        migrator.registerMigration("0009 quarantine") { db in try db.execute(sql: quarantine) }
        migrator.registerMigration("0010 texts of rules once each") { db in try db.execute(sql: ruleTexts) }
        migrator.registerMigration("0011 the wall clock") { db in try db.execute(sql: clock) }
        migrator.registerMigration("0012 sessions") { db in try db.execute(sql: sessions) }
        migrator.registerMigration("0013 drafts, audit") { db in try db.execute(sql: drafts) }
        migrator.registerMigration("0014 counts by the hour") { db in try db.execute(sql: counts) }
        migrator.registerMigration("0015 fates by the hour") { db in try db.execute(sql: fates) }
        migrator.registerMigration("0016 shadow") { db in try db.execute(sql: shadow) }
        migrator.registerMigration("0017 rates over restarts") { db in
            // Up to when what was sent has used the lane's rate.
            try db.execute(sql: "ALTER TABLE lanes ADD COLUMN paid_until REAL")
        }
        migrator.registerMigration("0018 what forms prove") { db in try db.execute(sql: formSecret) }
        migrator.registerMigration("0019 replays") { db in try db.execute(sql: replays) }
        migrator.registerMigration("0020 proposed and measured drafts") { db in try db.execute(sql: measuredDrafts) }
        migrator.registerMigration("0021 open findings by the hour, who pauses") { db in
            try db.execute(sql: openHours)
            // As `api:token.siem`; of earlier pauses it is not known.
            try db.execute(sql: "ALTER TABLE pauses ADD COLUMN author TEXT")
        }
        return migrator
    }

    private static let measuredDrafts = """
        -- Why the keepers of the rules file are to take the draft over.
        ALTER TABLE drafts ADD COLUMN proposal TEXT;
        -- The draft that was the candidate, with its change, as d12-3.
        ALTER TABLE replays ADD COLUMN draft TEXT;
        """

    private static let formSecret = """
        -- One row, or none yet: see Store.FormSecret.
        CREATE TABLE form_secret(id INTEGER PRIMARY KEY CHECK (id = 1), secret BLOB NOT NULL);
        """

    private static let sessions = """
        -- Sign-ins to the console: `id` is the digest of what the browser keeps, `seal` that of the token.
        CREATE TABLE sessions(
            id BLOB PRIMARY KEY,
            token TEXT NOT NULL,
            seal BLOB NOT NULL,
            created_at REAL NOT NULL,
            used_at REAL NOT NULL
        ) WITHOUT ROWID;
        """

    private static let clock = """
        -- One row: how the clocks stood, and how much older than it is the dates make what was stored before a step.
        CREATE TABLE clock(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            wall REAL,
            uptime REAL,
            boot TEXT,
            ahead REAL NOT NULL DEFAULT 0,
            ahead_until REAL
        );
        INSERT INTO clock(id) VALUES (1);
        """

    private static let pauses = """
        -- By destination and by people alone; `lanes.paused_reason` says since then why a lane looks gone.
        CREATE TABLE pauses(destination TEXT PRIMARY KEY, reason TEXT NOT NULL, paused_at REAL NOT NULL) WITHOUT ROWID;
        """

    private static let identity = """
        -- Findings up to this one may have a key that version 0.1.0 made.
        INSERT INTO totals SELECT 'former_keys_through', coalesce(max(number), 0) FROM findings;
        ALTER TABLE alerts ADD COLUMN untold_text INTEGER NOT NULL DEFAULT 0;
        """

    private static let aside = """
        -- Journal entries that could not be applied; `observations` is what they are counted with.
        CREATE TABLE set_aside(
            position INTEGER PRIMARY KEY,
            received_at REAL NOT NULL,
            observations INTEGER NOT NULL,
            set_aside_at REAL NOT NULL,
            reason TEXT NOT NULL,
            retries INTEGER NOT NULL DEFAULT 0,
            wanted INTEGER NOT NULL DEFAULT 0
        );
        """

    private static let waiting = """
        -- What waits is counted for each destination, however much was told before.
        CREATE INDEX waiting_items_waiting ON waiting_items(destination) WHERE state = 0;
        """

    private static let silences = """
        -- Condition and destinations as JSON; `closed` tells whether triage has dealt with its end.
        CREATE TABLE silences(
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            matchers TEXT NOT NULL,
            owner TEXT NOT NULL,
            reason TEXT NOT NULL,
            destinations TEXT,
            breaks_on_raise INTEGER NOT NULL,
            starts_at REAL NOT NULL,
            ends_at REAL NOT NULL,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            created_by TEXT NOT NULL,
            closed INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX silences_by_end ON silences(ends_at);
        CREATE INDEX silences_to_close ON silences(ends_at) WHERE closed = 0;
        """

    private static let claims = """
        -- Of the last claim: its place in the order of all claims, the lane's fingerprint and its concurrency.
        ALTER TABLE notifications ADD COLUMN claim_order INTEGER;
        ALTER TABLE notifications ADD COLUMN claim_lane INTEGER;
        ALTER TABLE notifications ADD COLUMN claim_concurrency INTEGER;
        """

    private static let first = """
        -- Append-only and without an index: what a sender waits for is one row at the end of one tree.
        CREATE TABLE journal(
            position INTEGER PRIMARY KEY,
            received_at REAL NOT NULL,
            observations INTEGER NOT NULL,
            source TEXT NOT NULL,
            request_id TEXT,
            body BLOB
        );
        CREATE TABLE totals(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO totals VALUES ('applied_position', 0);
        -- The first 16 bytes of the SHA-256 of each redelivery key.
        CREATE TABLE redeliveries(key BLOB PRIMARY KEY, received_at REAL NOT NULL) WITHOUT ROWID;

        CREATE TABLE findings(
            number INTEGER PRIMARY KEY,
            hash INTEGER NOT NULL,
            key TEXT NOT NULL,
            observation INTEGER NOT NULL,
            observed_at REAL NOT NULL,
            first_seen_at REAL NOT NULL,
            last_seen_at REAL NOT NULL,
            observations INTEGER NOT NULL,
            severity INTEGER NOT NULL,
            status TEXT NOT NULL,
            kind TEXT NOT NULL,
            disposition TEXT NOT NULL,
            account TEXT,
            region TEXT,
            title TEXT NOT NULL
        );
        CREATE INDEX findings_by_hash ON findings(hash);
        CREATE INDEX findings_by_last_seen
            ON findings(last_seen_at, number, severity, status, kind, disposition, account, region);

        -- The ledger; `finding` is the whole finding as it was observed, which notifications refer to.
        CREATE TABLE observations(
            number INTEGER PRIMARY KEY,
            finding INTEGER NOT NULL,
            position INTEGER NOT NULL,
            received_at REAL NOT NULL,
            severity INTEGER NOT NULL,
            status TEXT NOT NULL,
            version INTEGER NOT NULL,
            disposition TEXT NOT NULL,
            detail TEXT NOT NULL,
            content TEXT NOT NULL
        );
        CREATE INDEX observations_by_finding ON observations(finding, number);

        CREATE TABLE alerts(
            finding INTEGER NOT NULL,
            destination TEXT NOT NULL,
            status TEXT NOT NULL,
            severity INTEGER NOT NULL,
            notified_severity INTEGER,
            observed_at REAL NOT NULL,
            first_seen_at REAL NOT NULL,
            last_seen_at REAL NOT NULL,
            count INTEGER NOT NULL,
            opened_at REAL NOT NULL,
            rule TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (finding, destination)
        ) WITHOUT ROWID;

        -- States: 0 pending, 1 sending, 2 delivered, 3 dead, 4 diverted.
        CREATE TABLE notifications(
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            destination TEXT NOT NULL,
            recipient TEXT,
            state INTEGER NOT NULL DEFAULT 0,
            severity INTEGER NOT NULL,
            created_at REAL NOT NULL,
            due_at REAL NOT NULL,
            retrying_since REAL NOT NULL,
            claimed_at REAL,
            attempts INTEGER NOT NULL DEFAULT 0,
            uncertain INTEGER NOT NULL DEFAULT 0,
            minimal INTEGER NOT NULL DEFAULT 0,
            fallback_for TEXT,
            dead_reason TEXT,
            error_class TEXT,
            finding INTEGER NOT NULL,
            observation INTEGER NOT NULL,
            transition TEXT NOT NULL,
            first_seen_at REAL NOT NULL,
            opened_at REAL NOT NULL,
            received_at REAL NOT NULL,
            count INTEGER NOT NULL,
            rule TEXT NOT NULL,
            version INTEGER NOT NULL,
            rendered TEXT
        );
        -- The order of claiming, and what is under way; small however many notifications are kept.
        CREATE INDEX notifications_queue ON notifications(destination, severity DESC, number, due_at) WHERE state = 0;
        CREATE INDEX notifications_due ON notifications(destination, due_at) WHERE state = 0;
        CREATE INDEX notifications_sending ON notifications(number, destination) WHERE state = 1;
        CREATE INDEX notifications_dead ON notifications(number, destination) WHERE state = 3;
        -- Which message about a finding goes first.
        CREATE INDEX notifications_open ON notifications(finding, destination, number) WHERE state < 2;
        CREATE INDEX notifications_by_finding ON notifications(finding, number);

        CREATE TABLE attempts(
            notification INTEGER NOT NULL,
            number INTEGER NOT NULL,
            started_at REAL NOT NULL,
            finished_at REAL NOT NULL,
            verdict TEXT NOT NULL,
            status INTEGER,
            error_class TEXT,
            detail TEXT,
            peer_address TEXT,
            name_lookup REAL, connect REAL, tls REAL, first_byte REAL, total REAL,
            reply TEXT,
            next_due_at REAL,
            PRIMARY KEY (notification, number)
        ) WITHOUT ROWID;

        CREATE TABLE lanes(
            lane TEXT PRIMARY KEY,
            paused_reason TEXT,
            failures INTEGER NOT NULL,
            not_before REAL
        ) WITHOUT ROWID;
        CREATE TABLE revisions(
            version INTEGER PRIMARY KEY,
            hash TEXT NOT NULL,
            author TEXT NOT NULL,
            activated_at REAL NOT NULL,
            text BLOB
        );
        CREATE TABLE quarantine(
            id INTEGER PRIMARY KEY,
            received_at REAL NOT NULL,
            reason TEXT NOT NULL,
            bytes BLOB
        );
        """
}
