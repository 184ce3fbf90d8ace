/// What triage keeps, and what is sent.
extension Schema {
    static let alerts = """
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

    static let queue = """
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
}
