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
}
