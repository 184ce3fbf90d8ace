extension Schema {
    /// The texts of rule sets, apart from when they were in force: going back and forth between two keeps two.
    static let ruleTexts = """
        CREATE TABLE rule_texts(
            number INTEGER PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE,
            text BLOB NOT NULL
        );
        INSERT OR IGNORE INTO rule_texts(hash, text) SELECT hash, text FROM revisions WHERE text NOT NULL;
        UPDATE revisions SET text = NULL;
        CREATE INDEX revisions_by_hash ON revisions(hash);
        """
}
