extension Schema {
    /// Replays that were asked for, and what came of them.
    static let replays = """
        -- `node` runs it.
        CREATE TABLE replays(
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text NOT NULL UNIQUE,
            question text NOT NULL,
            form bigint NOT NULL,
            candidate bigint,
            against bigint,
            since float8 NOT NULL,
            until float8 NOT NULL,
            depth text NOT NULL,
            author text NOT NULL,
            state text NOT NULL,
            node bigint NOT NULL,
            unwanted bool NOT NULL DEFAULT false,
            created_at float8 NOT NULL,
            started_at float8,
            finished_at float8,
            heard_at float8 NOT NULL,
            progress text,
            failure text,
            revision bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 50);
        -- The rules `candidate` and `against` where no version has them, and the `result`.
        CREATE TABLE replay_contents(
            replay bigint NOT NULL,
            part text NOT NULL,
            content bytea NOT NULL,
            PRIMARY KEY (replay, part)
        );
        """
}
