/// What people set.
extension Schema {
    static let rules = """
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

    static let formSecret = """
        -- One row, or none yet: see Store.FormSecret.
        CREATE TABLE form_secret(one bool PRIMARY KEY DEFAULT true CHECK (one), secret bytea NOT NULL);
        """
}
