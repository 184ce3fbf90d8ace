extension Schema {
    /// Groups and what waits in them, inhibition, and what notifications say beyond one finding.
    static let triage = """
        -- What several findings report together; numbered by the first of them.
        CREATE TABLE problems(key BLOB PRIMARY KEY, finding INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX problems_by_finding ON problems(finding);
        ALTER TABLE findings ADD COLUMN problem INTEGER;
        CREATE INDEX findings_by_problem ON findings(problem) WHERE problem IS NOT NULL;

        ALTER TABLE alerts ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE alerts ADD COLUMN grp INTEGER;
        ALTER TABLE alerts ADD COLUMN waiting INTEGER;
        ALTER TABLE alerts ADD COLUMN waiting_transition TEXT;
        ALTER TABLE alerts ADD COLUMN waiting_severity INTEGER;
        ALTER TABLE alerts ADD COLUMN held TEXT;
        ALTER TABLE alerts ADD COLUMN held_by TEXT;
        ALTER TABLE alerts ADD COLUMN held_severity INTEGER;
        UPDATE alerts SET announced = notified_severity IS NOT NULL;
        UPDATE alerts SET notified_severity = NULL WHERE status = 'RESOLVED';
        CREATE INDEX alerts_by_group ON alerts(grp, severity DESC, opened_at)
            WHERE grp IS NOT NULL AND status = 'ACTIVE';
        CREATE INDEX alerts_silenced ON alerts(held_by) WHERE held = 'silenced' AND status = 'ACTIVE';

        -- `name` is the first 16 bytes of the SHA-256 of the group's name.
        CREATE TABLE alert_groups(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            destination TEXT NOT NULL,
            rule TEXT NOT NULL,
            key TEXT NOT NULL,
            labels TEXT,
            created_at REAL NOT NULL,
            flushed_at REAL,
            due_at REAL,
            remind_at REAL,
            next_at REAL,
            reason TEXT,
            told INTEGER NOT NULL
        );
        CREATE INDEX alert_groups_due ON alert_groups(next_at) WHERE next_at IS NOT NULL;

        -- States: 0 waiting, 1 told, 2 withdrawn.
        CREATE TABLE waiting_items(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            grp INTEGER NOT NULL,
            kind TEXT NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            finding INTEGER NOT NULL,
            observation INTEGER NOT NULL,
            problem INTEGER NOT NULL,
            destination TEXT NOT NULL,
            rule TEXT NOT NULL,
            version INTEGER NOT NULL,
            transition TEXT NOT NULL,
            severity INTEGER NOT NULL,
            received_at REAL NOT NULL,
            opened_at REAL NOT NULL,
            first_seen_at REAL NOT NULL,
            count INTEGER NOT NULL,
            units INTEGER NOT NULL,
            notification TEXT
        );
        CREATE INDEX waiting_items_by_group ON waiting_items(grp, state, severity DESC, number);
        CREATE INDEX waiting_items_by_notification ON waiting_items(notification) WHERE notification IS NOT NULL;
        CREATE INDEX waiting_items_by_finding ON waiting_items(finding, observation);

        ALTER TABLE notifications ADD COLUMN units INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE notifications ADD COLUMN thread TEXT NOT NULL DEFAULT '';
        ALTER TABLE notifications ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE notifications ADD COLUMN known_severity INTEGER;
        ALTER TABLE notifications ADD COLUMN bundle TEXT;
        UPDATE notifications SET turn = finding, thread = 'a' || finding || '-0';
        DROP INDEX notifications_open;
        CREATE INDEX notifications_open ON notifications(turn, destination, number) WHERE state < 2;

        -- Where conversations stand at destinations that can change a message afterwards.
        CREATE TABLE conversations(
            destination TEXT NOT NULL,
            thread TEXT NOT NULL,
            channel TEXT NOT NULL,
            timestamp TEXT NOT NULL,
            posted_at REAL NOT NULL,
            PRIMARY KEY (destination, thread)
        ) WITHOUT ROWID;

        -- Who may hold back whom; keys are fingerprints.
        CREATE TABLE inhibition_sources(
            destination TEXT NOT NULL,
            key TEXT NOT NULL,
            problem INTEGER NOT NULL,
            severity INTEGER NOT NULL,
            finding TEXT NOT NULL,
            PRIMARY KEY (destination, key, problem)
        ) WITHOUT ROWID;
        CREATE INDEX inhibition_sources_by_problem ON inhibition_sources(problem, destination);
        CREATE TABLE inhibited(
            destination TEXT NOT NULL,
            key TEXT NOT NULL,
            problem INTEGER NOT NULL,
            finding INTEGER NOT NULL,
            PRIMARY KEY (destination, key, problem)
        ) WITHOUT ROWID;
        CREATE INDEX inhibited_by_problem ON inhibited(problem, destination);
        INSERT INTO totals VALUES ('held_under_version', 0);
        """
}
