import NoroshiTestSupport

@testable import PostgresStore

/// Writes down in the database which process claims each message and which one says what became of it.
///
/// The processes are told apart by the name under which they connect (`application_name`).
struct ClaimWatch {
    private let schema: String

    /// - Parameters:
    ///   - server: The server of the nodes.
    ///   - schema: In which they work; its tables are there.
    /// - Throws: When it cannot be set up.
    init(_ server: PostgresServer, _ schema: String) throws {
        self.schema = schema
        try ClaimWatch.session(server, schema).script(
            """
            CREATE TABLE \(schema).claim_watch(
                number bigint, attempts bigint, node bigint, is_claim bool, process text);
            CREATE FUNCTION \(schema).watch_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO \(schema).claim_watch VALUES (
                    NEW.number, NEW.attempts, NEW.claimed_by, NEW.state = 1, current_setting('application_name'));
                RETURN NULL;
            END $$;
            -- Claimed; delivered, dead or diverted, also if it was so before.
            CREATE TRIGGER watch_claim AFTER UPDATE OF state ON \(schema).notifications FOR EACH ROW
                WHEN (NEW.state BETWEEN 1 AND 4) EXECUTE FUNCTION \(schema).watch_claim();
            """
        )
    }

    /// A session that no node uses.
    static func session(_ server: PostgresServer, _ schema: String, as process: String = "") throws -> Session {
        let settings = Session.Settings(schema: schema, statementTimeout: 10_000, idleTimeout: 60_000)
        let name = process.isEmpty ? "" : " application_name=\(process)"
        return try DatabaseAddress { server.address + name }.connect(settings)
    }

    /// How many messages were settled, and how many of them by another process than the one whose claim they were.
    ///
    /// - Parameter server: Where the tables are now: the server that was given, or a standby of it that has taken over.
    /// - Returns: Both counts.
    /// - Throws: When the server cannot be asked.
    func settled(on server: PostgresServer) throws -> (all: Int, late: Int) {
        let rows = try ClaimWatch.session(server, schema).transaction { session in
            try session.all(
                """
                SELECT s.process = c.process FROM claim_watch s JOIN (
                    SELECT DISTINCT ON (number, attempts, node) number, attempts, node, process
                    FROM claim_watch WHERE is_claim
                ) AS c USING (number, attempts, node) WHERE NOT s.is_claim
                """
            ) { try $0.flag(0) }
        }
        return (rows.count, rows.count { $0 == false })
    }
}
