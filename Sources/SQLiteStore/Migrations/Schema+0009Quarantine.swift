extension Schema {
    static let quarantine = """
        -- What the item weighs; which request and place it came from (16 bytes of a SHA-256); whether it was taken out.
        ALTER TABLE quarantine ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE quarantine ADD COLUMN key BLOB;
        ALTER TABLE quarantine ADD COLUMN released INTEGER NOT NULL DEFAULT 0;
        CREATE UNIQUE INDEX quarantine_by_key ON quarantine(key) WHERE key IS NOT NULL;
        UPDATE quarantine SET size = coalesce(length(bytes), 0) + length(CAST(reason AS BLOB)) + 128;
        INSERT INTO totals SELECT 'quarantine:items', count(*) FROM quarantine;
        INSERT INTO totals SELECT 'quarantine:bytes', coalesce(sum(size), 0) FROM quarantine;
        """
}
