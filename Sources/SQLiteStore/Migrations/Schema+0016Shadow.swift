extension Schema {
    /// Rules that decide beside those in force.
    static let shadow = """
        CREATE TABLE shadows(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            author TEXT NOT NULL,
            draft TEXT NOT NULL,
            base INTEGER NOT NULL,
            text BLOB NOT NULL,
            started_at REAL NOT NULL,
            ended_at REAL,
            end_reason TEXT,
            observations INTEGER NOT NULL DEFAULT 0,
            missed INTEGER NOT NULL DEFAULT 0,
            last_missed REAL
        );
        -- What it decided otherwise: by class where the destination is empty, else gained, lost or changed there.
        CREATE TABLE shadow_differences(
            hour INTEGER NOT NULL,
            effect TEXT NOT NULL,
            destination TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (hour, effect, destination)
        ) WITHOUT ROWID;
        CREATE TABLE shadow_samples(number INTEGER PRIMARY KEY AUTOINCREMENT, received_at REAL NOT NULL, detail TEXT NOT NULL);
        """
}
