extension Schema {
    /// Rules under way, what is said of versions, and who changed what.
    static let drafts = """
        ALTER TABLE revisions ADD COLUMN note TEXT;
        ALTER TABLE revisions ADD COLUMN parent INTEGER;
        ALTER TABLE revisions ADD COLUMN origin TEXT;
        CREATE TABLE drafts(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            owner TEXT NOT NULL UNIQUE,
            base INTEGER NOT NULL,
            text BLOB NOT NULL,
            buffer BLOB,
            change INTEGER NOT NULL,
            created_at REAL NOT NULL,
            changed_at REAL NOT NULL
        );
        -- The texts before each change that can be taken back.
        CREATE TABLE draft_steps(
            draft INTEGER NOT NULL,
            step INTEGER NOT NULL,
            base INTEGER NOT NULL,
            text BLOB NOT NULL,
            PRIMARY KEY (draft, step)
        ) WITHOUT ROWID;
        CREATE TABLE audit(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            before TEXT,
            after TEXT,
            note TEXT,
            request_id TEXT
        );
        """
}
