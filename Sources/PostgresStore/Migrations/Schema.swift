/// The tables, built up by numbered migrations that are never changed once released.
///
/// Dates are seconds since 2001-01-01 (`timeIntervalSinceReferenceDate`), so that a `Date` comes back unchanged. Columns and
/// codes are those of the embedded store wherever both have the table.
enum Schema {
    struct Migration: Sendable {
        let number: Int64
        let name: String
        let sql: String
    }

    static let migrations = [
        Migration(
            number: 1,
            name: "nodes, intake, triage, queue, rules",
            sql: journal + ledger + alerts + queue + rules + vacuum + compression
        )
    ]

    private static let journal = """
        -- One row: what holds for all others. Whoever changes what triage keeps holds it locked.
        CREATE TABLE control(
            one bool PRIMARY KEY DEFAULT true CHECK (one),
            held_under_version bigint NOT NULL DEFAULT 0,
            counted_after bigint NOT NULL DEFAULT 0,
            -- Findings up to this one may have a key that version 0.1.0 made.
            former_keys_through bigint NOT NULL DEFAULT 0,
            alert_group bigint NOT NULL DEFAULT 0,
            waiting_item bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 50);
        INSERT INTO control DEFAULT VALUES;
        -- The newest number and id of a notification; whoever queues one holds the row locked, so that ids rise.
        CREATE TABLE notification_numbers(
            one bool PRIMARY KEY DEFAULT true CHECK (one),
            number bigint NOT NULL DEFAULT 0,
            id text
        ) WITH (fillfactor = 50);
        INSERT INTO notification_numbers DEFAULT VALUES;

        CREATE SEQUENCE node_numbers MINVALUE 0 START 0;
        -- Each process that works here; `beat` rises as long as it lives.
        CREATE TABLE nodes(
            node bigint PRIMARY KEY,
            name text NOT NULL,
            program text NOT NULL,
            started_at float8 NOT NULL,
            beat bigint NOT NULL DEFAULT 0,
            -- Whether it may lead and send: its clock agrees with the server's, and it can read the rules in force.
            fit bool NOT NULL DEFAULT true
        ) WITH (fillfactor = 20);
        -- Who does what only one may do at a time: `triage`, `housekeeping`, or `lane:` and a lane.
        CREATE TABLE leases(
            name text PRIMARY KEY,
            node bigint NOT NULL REFERENCES nodes ON DELETE CASCADE,
            since float8 NOT NULL
        );
        CREATE INDEX leases_by_node ON leases(node);
        -- One row: how the clocks stood, and how much older than it is the dates make what was stored before a step.
        CREATE TABLE clock(
            one bool PRIMARY KEY DEFAULT true CHECK (one),
            wall float8,
            uptime float8,
            boot text,
            ahead float8 NOT NULL DEFAULT 0,
            ahead_until float8
        );
        INSERT INTO clock DEFAULT VALUES;

        -- One stream of the journal for each process, so that nobody waits for another; see Triage.JournalCursor.
        CREATE TABLE journal_streams(
            stream bigint PRIMARY KEY,
            applied bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 50);
        CREATE TABLE journal(
            stream bigint NOT NULL,
            sequence bigint NOT NULL,
            -- On which the batch was formed, counted from 1970 in UTC; it has a partition of its own.
            day bigint NOT NULL,
            -- By the server's clock, in which the streams are merged.
            accepted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            received_at float8 NOT NULL,
            observations bigint NOT NULL,
            source text NOT NULL,
            request_id text,
            body bytea,
            PRIMARY KEY (stream, sequence, day)
        ) PARTITION BY RANGE (day);
        CREATE INDEX journal_by_time ON journal(accepted_at, stream, sequence);
        -- One row for each counter and part of a process, so that no commit waits for another's; summed when read.
        CREATE TABLE totals(
            name text NOT NULL,
            shard bigint NOT NULL,
            value bigint NOT NULL,
            PRIMARY KEY (name, shard)
        ) WITH (fillfactor = 20);
        -- The first 16 bytes of the SHA-256 of each redelivery key.
        CREATE TABLE redeliveries(key bytea PRIMARY KEY, received_at float8 NOT NULL);
        CREATE TABLE quarantine(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            received_at float8 NOT NULL,
            reason text NOT NULL,
            bytes bytea,
            size bigint NOT NULL,
            key bytea,
            released bool NOT NULL DEFAULT false
        );
        CREATE UNIQUE INDEX quarantine_by_key ON quarantine(key) WHERE key IS NOT NULL;
        CREATE TABLE set_aside(
            position bigint PRIMARY KEY,
            received_at float8 NOT NULL,
            observations bigint NOT NULL,
            set_aside_at float8 NOT NULL,
            reason text NOT NULL,
            retries bigint NOT NULL DEFAULT 0,
            wanted bool NOT NULL DEFAULT false
        );
        """

    private static let ledger = """
        CREATE TABLE findings(
            number bigint PRIMARY KEY,
            hash bigint NOT NULL,
            key text NOT NULL,
            problem bigint,
            observation bigint NOT NULL,
            observed_at float8 NOT NULL,
            first_seen_at float8 NOT NULL,
            last_seen_at float8 NOT NULL,
            observations bigint NOT NULL,
            severity smallint NOT NULL,
            status text NOT NULL,
            kind text NOT NULL,
            disposition text NOT NULL,
            account text,
            region text,
            title text NOT NULL
        ) WITH (fillfactor = 80);
        CREATE INDEX findings_by_hash ON findings(hash);
        CREATE INDEX findings_by_problem ON findings(problem) WHERE problem IS NOT NULL;
        CREATE INDEX findings_by_last_seen ON findings(last_seen_at DESC, number DESC);
        CREATE TABLE problems(key bytea PRIMARY KEY, finding bigint NOT NULL);
        CREATE INDEX problems_by_finding ON problems(finding);
        -- The ledger, never changed; `content` is the whole finding as it was observed.
        CREATE TABLE observations(
            number bigint PRIMARY KEY,
            finding bigint NOT NULL,
            position bigint NOT NULL,
            received_at float8 NOT NULL,
            severity smallint NOT NULL,
            status text NOT NULL,
            version bigint NOT NULL,
            disposition text NOT NULL,
            detail text NOT NULL,
            content text NOT NULL
        ) PARTITION BY RANGE (number);
        CREATE INDEX observations_by_finding ON observations(finding, number);
        CREATE TABLE rule_hours(
            rule text NOT NULL,
            hour bigint NOT NULL,
            matched bigint NOT NULL,
            ended bigint NOT NULL,
            first bigint NOT NULL,
            PRIMARY KEY (rule, hour)
        );
        CREATE INDEX rule_hours_by_hour ON rule_hours(hour);
        CREATE TABLE fate_hours(
            part smallint NOT NULL,
            hour bigint NOT NULL,
            name text NOT NULL,
            told bigint NOT NULL,
            held bigint NOT NULL,
            suppressed bigint NOT NULL,
            unrouted bigint NOT NULL,
            PRIMARY KEY (part, hour, name)
        );
        CREATE TABLE shadows(
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            author text NOT NULL,
            draft text NOT NULL,
            base bigint NOT NULL,
            text bytea NOT NULL,
            started_at float8 NOT NULL,
            ended_at float8,
            end_reason text,
            observations bigint NOT NULL DEFAULT 0,
            missed bigint NOT NULL DEFAULT 0,
            last_missed float8
        );
        CREATE TABLE shadow_differences(
            hour bigint NOT NULL,
            effect text NOT NULL,
            destination text NOT NULL,
            count bigint NOT NULL,
            PRIMARY KEY (hour, effect, destination)
        );
        CREATE TABLE shadow_samples(
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            received_at float8 NOT NULL,
            detail text NOT NULL
        );
        """

    private static let alerts = """
        -- `finding` numbers the problem.
        CREATE TABLE alerts(
            finding bigint NOT NULL,
            destination text NOT NULL,
            status text NOT NULL,
            severity smallint NOT NULL,
            notified_severity smallint,
            observed_at float8 NOT NULL,
            first_seen_at float8 NOT NULL,
            last_seen_at float8 NOT NULL,
            count bigint NOT NULL,
            opened_at float8 NOT NULL,
            rule text NOT NULL,
            version bigint NOT NULL,
            announced bool NOT NULL,
            grp bigint,
            waiting bigint,
            waiting_transition text,
            waiting_severity smallint,
            held text,
            held_by text,
            held_severity smallint,
            untold_text bool NOT NULL,
            PRIMARY KEY (finding, destination)
        ) WITH (fillfactor = 80);
        CREATE INDEX alerts_by_group ON alerts(grp, severity DESC, opened_at) WHERE grp IS NOT NULL AND status = 'ACTIVE';
        CREATE INDEX alerts_silenced ON alerts(held_by) WHERE held = 'silenced' AND status = 'ACTIVE';
        -- `name` is the first 16 bytes of the SHA-256 of the group's name.
        CREATE TABLE alert_groups(
            number bigint PRIMARY KEY,
            name bytea NOT NULL UNIQUE,
            kind text NOT NULL,
            destination text NOT NULL,
            rule text NOT NULL,
            key text NOT NULL,
            labels text,
            created_at float8 NOT NULL,
            flushed_at float8,
            due_at float8,
            remind_at float8,
            next_at float8,
            reason text,
            told bigint NOT NULL
        ) WITH (fillfactor = 50);
        CREATE INDEX alert_groups_due ON alert_groups(next_at) WHERE next_at IS NOT NULL;
        -- States: 0 waiting, 1 told, 2 withdrawn.
        CREATE TABLE waiting_items(
            number bigint PRIMARY KEY,
            grp bigint NOT NULL,
            kind text NOT NULL,
            state smallint NOT NULL,
            finding bigint NOT NULL,
            observation bigint NOT NULL,
            problem bigint NOT NULL,
            destination text NOT NULL,
            rule text NOT NULL,
            version bigint NOT NULL,
            transition text NOT NULL,
            severity smallint NOT NULL,
            received_at float8 NOT NULL,
            opened_at float8 NOT NULL,
            first_seen_at float8 NOT NULL,
            count bigint NOT NULL,
            units bigint NOT NULL,
            notification text
        ) WITH (fillfactor = 80);
        CREATE INDEX waiting_items_by_group ON waiting_items(grp, state, severity DESC, number);
        CREATE INDEX waiting_items_by_notification ON waiting_items(notification) WHERE notification IS NOT NULL;
        CREATE INDEX waiting_items_by_finding ON waiting_items(finding, observation);
        CREATE INDEX waiting_items_waiting ON waiting_items(destination) WHERE state = 0;
        CREATE INDEX waiting_items_withdrawn ON waiting_items(received_at) WHERE state = 2;
        CREATE TABLE inhibition_sources(
            destination text NOT NULL,
            key text NOT NULL,
            problem bigint NOT NULL,
            severity smallint NOT NULL,
            finding text NOT NULL,
            PRIMARY KEY (destination, key, problem)
        );
        CREATE INDEX inhibition_sources_by_problem ON inhibition_sources(problem, destination);
        CREATE TABLE inhibited(
            destination text NOT NULL,
            key text NOT NULL,
            problem bigint NOT NULL,
            finding bigint NOT NULL,
            PRIMARY KEY (destination, key, problem)
        );
        CREATE INDEX inhibited_by_problem ON inhibited(problem, destination);
        """

    private static let queue = """
        -- States: 0 pending, 1 sending, 2 delivered, 3 dead, 4 diverted, 5 folded. Claims: see Triage's and Store's words for
        -- them; `claimed_by` is the node.
        CREATE TABLE notifications(
            number bigint PRIMARY KEY,
            id text NOT NULL,
            destination text NOT NULL,
            recipient text,
            state smallint NOT NULL DEFAULT 0,
            severity smallint NOT NULL,
            created_at float8 NOT NULL,
            due_at float8 NOT NULL,
            retrying_since float8 NOT NULL,
            claimed_at float8,
            claimed_by bigint,
            claim_order bigint,
            claim_lane text,
            claim_concurrency bigint,
            attempts bigint NOT NULL DEFAULT 0,
            uncertain bigint NOT NULL DEFAULT 0,
            minimal bool NOT NULL DEFAULT false,
            fallback_for text,
            dead_reason text,
            error_class text,
            finding bigint NOT NULL,
            observation bigint NOT NULL,
            transition text NOT NULL,
            first_seen_at float8 NOT NULL,
            opened_at float8 NOT NULL,
            received_at float8 NOT NULL,
            count bigint NOT NULL,
            rule text NOT NULL,
            version bigint NOT NULL,
            units bigint NOT NULL,
            thread text NOT NULL,
            turn bigint NOT NULL,
            known_severity smallint,
            bundle text,
            rendered text
        ) WITH (fillfactor = 70);
        CREATE INDEX notifications_queue ON notifications(destination, severity DESC, number) INCLUDE (due_at)
            WHERE state = 0;
        CREATE INDEX notifications_due ON notifications(destination, due_at) WHERE state = 0;
        CREATE INDEX notifications_sending ON notifications(claim_lane, claim_order) WHERE state = 1;
        CREATE INDEX notifications_dead ON notifications(number, destination) WHERE state = 3;
        CREATE INDEX notifications_open ON notifications(turn, destination, number) WHERE state < 2;
        CREATE INDEX notifications_by_finding ON notifications(finding, number);
        CREATE TABLE attempts(
            notification bigint NOT NULL,
            number bigint NOT NULL,
            started_at float8 NOT NULL,
            finished_at float8 NOT NULL,
            verdict text NOT NULL,
            status bigint,
            error_class text,
            detail text,
            peer_address text,
            name_lookup float8,
            connect float8,
            tls float8,
            first_byte float8,
            total float8,
            reply text,
            next_due_at float8,
            PRIMARY KEY (notification, number)
        );
        CREATE TABLE conversations(
            destination text NOT NULL,
            thread text NOT NULL,
            channel text NOT NULL,
            timestamp text NOT NULL,
            posted_at float8 NOT NULL,
            PRIMARY KEY (destination, thread)
        );
        -- `gone_reason` says why a lane looks as if it would not come back.
        CREATE TABLE lanes(
            lane text PRIMARY KEY,
            gone_reason text,
            failures bigint NOT NULL,
            not_before float8,
            paid_until float8
        ) WITH (fillfactor = 20);
        CREATE TABLE pauses(destination text PRIMARY KEY, reason text NOT NULL, paused_at float8 NOT NULL);
        """

    private static let rules = """
        CREATE TABLE revisions(
            version bigint PRIMARY KEY,
            hash text NOT NULL,
            author text NOT NULL,
            activated_at float8 NOT NULL,
            note text,
            parent bigint,
            origin text
        );
        CREATE INDEX revisions_by_hash ON revisions(hash);
        CREATE TABLE rule_texts(
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            hash text NOT NULL UNIQUE,
            text bytea NOT NULL
        );
        CREATE TABLE drafts(
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner text NOT NULL UNIQUE,
            base bigint NOT NULL,
            text bytea NOT NULL,
            buffer bytea,
            change bigint NOT NULL,
            created_at float8 NOT NULL,
            changed_at float8 NOT NULL
        );
        CREATE TABLE draft_steps(
            draft bigint NOT NULL,
            step bigint NOT NULL,
            base bigint NOT NULL,
            text bytea NOT NULL,
            PRIMARY KEY (draft, step)
        );
        CREATE TABLE audit(
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at float8 NOT NULL,
            actor text NOT NULL,
            action text NOT NULL,
            subject text NOT NULL,
            before text,
            after text,
            note text,
            request_id text
        );
        CREATE TABLE sessions(
            id bytea PRIMARY KEY,
            token text NOT NULL,
            seal bytea NOT NULL,
            created_at float8 NOT NULL,
            used_at float8 NOT NULL
        );
        -- Condition and destinations as JSON; `closed` tells whether triage has dealt with its end.
        CREATE TABLE silences(
            number bigint PRIMARY KEY,
            id text NOT NULL UNIQUE,
            matchers text NOT NULL,
            owner text NOT NULL,
            reason text NOT NULL,
            destinations text,
            breaks_on_raise bool NOT NULL,
            starts_at float8 NOT NULL,
            ends_at float8 NOT NULL,
            created_at float8 NOT NULL,
            updated_at float8 NOT NULL,
            created_by text NOT NULL,
            closed bool NOT NULL DEFAULT false
        );
        CREATE INDEX silences_by_end ON silences(ends_at);
        CREATE INDEX silences_to_close ON silences(ends_at) WHERE NOT closed;
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
