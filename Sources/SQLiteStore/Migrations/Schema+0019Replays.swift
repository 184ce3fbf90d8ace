extension Schema {
    /// Replays that were asked for, and what came of them.
    static let replays = """
        -- `node` is the process that runs it, in a number that each opening of the directory draws anew.
        CREATE TABLE replays(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            question TEXT NOT NULL,
            form INTEGER NOT NULL,
            candidate INTEGER,
            against INTEGER,
            since REAL NOT NULL,
            until REAL NOT NULL,
            depth TEXT NOT NULL,
            author TEXT NOT NULL,
            state TEXT NOT NULL,
            node INTEGER NOT NULL,
            unwanted INTEGER NOT NULL DEFAULT 0,
            created_at REAL NOT NULL,
            started_at REAL,
            finished_at REAL,
            heard_at REAL NOT NULL,
            progress TEXT,
            failure TEXT,
            revision INTEGER NOT NULL DEFAULT 0
        );
        -- What is large, apart from what is written twice a second: the rules `candidate` and `against`, and the `result`.
        CREATE TABLE replay_contents(
            replay INTEGER NOT NULL,
            part TEXT NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (replay, part)
        );
        """
}
