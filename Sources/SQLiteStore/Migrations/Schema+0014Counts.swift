extension Schema {
    /// What rules matched, by the hour.
    static let counts = """
        -- Hours of UTC since 1970. By rule, since a page asks for some rules and a batch adds to few.
        CREATE TABLE rule_hours(
            rule TEXT NOT NULL,
            hour INTEGER NOT NULL,
            matched INTEGER NOT NULL,
            ended INTEGER NOT NULL,
            first INTEGER NOT NULL,
            PRIMARY KEY (rule, hour)
        ) WITHOUT ROWID;
        -- What is too old goes by this; adding to a row does not touch it.
        CREATE INDEX rule_hours_by_hour ON rule_hours(hour);
        """

    /// What observations came to, by the hour.
    static let fates = """
        -- Hours of UTC since 1970. Parts: 0 all, 1 by source, 2 by account (whole days), 3 by destination. As it was when they were
        -- applied: what waits, was taken back or was given up since is found in its own rows.
        CREATE TABLE fate_hours(
            part INTEGER NOT NULL,
            hour INTEGER NOT NULL,
            name TEXT NOT NULL,
            told INTEGER NOT NULL,
            held INTEGER NOT NULL,
            suppressed INTEGER NOT NULL,
            unrouted INTEGER NOT NULL,
            PRIMARY KEY (part, hour, name)
        ) WITHOUT ROWID;
        -- Observations up to this one were not counted.
        INSERT INTO totals SELECT 'counted_after', coalesce(max(number), 0) FROM observations;
        CREATE INDEX waiting_items_withdrawn ON waiting_items(received_at) WHERE state = 2;
        """

    /// How many findings were opened, less those that were closed, by the hour.
    static let openHours = """
        -- Hours of UTC since 1970. By hour, since the last of them are asked for together; "" for findings without an account.
        CREATE TABLE open_hours(
            hour INTEGER NOT NULL,
            account TEXT NOT NULL,
            change INTEGER NOT NULL,
            PRIMARY KEY (hour, account)
        ) WITHOUT ROWID;
        """
}
