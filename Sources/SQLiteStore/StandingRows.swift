import Findings
import GRDB
import Store
import Triage

/// Where findings stand at their destinations: what is kept of their alerts, with the newest message about each.
enum StandingRows {
    /// The state of the alert `a` of the finding `f`. An alert belongs to the problem, so that messages about it may be of
    /// the finding that reported the problem first.
    private static let state = """
        CASE WHEN a.waiting IS NOT NULL OR a.held = 'inhibited' THEN 'waiting'
            WHEN a.held = 'silenced' THEN 'silenced'
            WHEN a.held IS NOT NULL THEN 'untold'
            ELSE coalesce((
                SELECT CASE coalesce((
                        SELECT s.state FROM notifications s
                        WHERE s.finding = n.finding AND s.fallback_for = n.id ORDER BY s.number DESC LIMIT 1
                    ), n.state) WHEN 0 THEN 'waiting' WHEN 1 THEN 'waiting' WHEN 3 THEN 'failed' ELSE 'told' END
                FROM notifications n WHERE n.number = (
                    SELECT max(number) FROM (
                        SELECT m.number FROM notifications m
                        WHERE m.finding IN (f.number, a.finding) AND m.destination = a.destination
                        UNION ALL
                        SELECT notification_number(i.notification) FROM waiting_items i
                        WHERE i.finding IN (f.number, a.finding) AND i.destination = a.destination
                            AND i.notification IS NOT NULL
                    )
                )
            ), 'untold')
        END
        """

    /// What became of the routed finding `f`, as ``FindingFate`` has it; to be compared with a word.
    static let fate = """
        (SELECT CASE WHEN sum(state = 'told') = count(*) THEN 'told'
            WHEN sum(state = 'told') > 0 THEN 'partly'
            WHEN sum(state = 'waiting') > 0 THEN 'waiting'
            WHEN sum(state = 'failed') > 0 THEN 'failed'
            WHEN sum(state = 'silenced') > 0 THEN 'silenced'
            ELSE 'untold' END
        FROM (SELECT \(state) AS state FROM alerts a WHERE a.finding = coalesce(f.problem, f.number)))
        """

    /// So many findings are looked up by their numbers; where more may have a fate, the newest of them are found soon.
    static let mostCandidates = 20_000

    /// The findings that may have a fate, as far as few have it: among a million findings three that could not be told are
    /// not found by asking each.
    ///
    /// - Parameters:
    ///   - fate: Which.
    ///   - db: The connection.
    /// - Returns: Their numbers, and of others, too; `nil` where there are many, or where nothing tells them apart.
    /// - Throws: When they cannot be read.
    static func candidates(_ fate: FindingFate, _ db: Database) throws -> [Int64]? {
        func messages(_ state: String) -> [String] {
            [
                "SELECT finding FROM notifications WHERE \(state)",
                """
                SELECT finding FROM waiting_items WHERE notification IN (SELECT id FROM notifications WHERE \(state))
                """,
                """
                SELECT finding FROM waiting_items WHERE notification IN (
                    SELECT fallback_for FROM notifications WHERE \(state) AND fallback_for IS NOT NULL)
                """,
            ]
        }
        let questions: [String]
        switch fate {
        case .failed: questions = messages("state = 3")
        case .waiting:
            questions =
                messages("state < 2") + ["SELECT finding FROM alerts WHERE waiting IS NOT NULL OR held = 'inhibited'"]
        case .silenced: questions = ["SELECT finding FROM alerts WHERE held = 'silenced'"]
        case .told, .partly, .untold, .suppressed, .unrouted: return nil
        }
        // A finding itself, or the first of those that report one problem.
        var subjects: Set<Int64> = []
        for question in questions {
            let found = try db.all("\(question) LIMIT ?", [mostCandidates + 1]) { try $0.integer(0) }
            guard found.count <= mostCandidates else { return nil }
            subjects.formUnion(found)
        }
        return Array(subjects)
            + (try db.all(
                "SELECT number FROM findings WHERE problem IN (SELECT value FROM json_each(?))",
                [list(of: subjects)]
            ) { try $0.integer(0) })
    }

    /// Numbers as a parameter of `json_each`.
    static func list(of numbers: some Sequence<Int64>) -> String {
        JSONValue.array(numbers.map { .integer(Int($0)) }).text
    }

    static func standings(of finding: Int64, _ db: Database) throws -> [AlertStanding] {
        try db.all(
            """
            SELECT a.destination, \(state), w.kind, g.due_at, CASE a.held WHEN 'silenced' THEN a.held_by END
            FROM findings f JOIN alerts a ON a.finding = coalesce(f.problem, f.number)
            LEFT JOIN waiting_items w ON w.number = a.waiting LEFT JOIN alert_groups g ON g.number = w.grp
            WHERE f.number = ? ORDER BY a.destination
            """,
            [finding]
        ) { row in
            let word = try row.text(1)
            guard let state = AlertStanding.State(rawValue: word) else {
                throw StoredFormError("the standing \(word) is of a later version")
            }
            return AlertStanding(
                destination: try row.text(0),
                state: state,
                waitsFor: try row.optionalText(2).flatMap(AlertGroup.Word.init),
                until: try row.date(3),
                silence: try row.optionalText(4)
            )
        }
    }
}
