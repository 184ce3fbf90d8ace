/// What is accepted, and what was observed.
extension Schema {
    static let journal = """
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

    static let ledger = """
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
}
