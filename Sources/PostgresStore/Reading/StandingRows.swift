import Findings
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
                    SELECT max(m.number) FROM (
                        SELECT m.number FROM notifications m
                        WHERE m.finding IN (f.number, a.finding) AND m.destination = a.destination
                        UNION ALL
                        SELECT \(NotificationRows.number(inColumn: "i.notification")) FROM waiting_items i
                        WHERE i.finding IN (f.number, a.finding) AND i.destination = a.destination
                            AND i.notification IS NOT NULL
                    ) AS m
                )
            ), 'untold')
        END
        """

    /// What became of the routed finding `f`, as ``Store/FindingFate`` has it; to be compared with a word.
    static let fate = """
        (SELECT CASE WHEN count(*) = 0 THEN 'untold'
            WHEN count(*) FILTER (WHERE state = 'told') = count(*) THEN 'told'
            WHEN bool_or(state = 'told') THEN 'partly'
            WHEN bool_or(state = 'waiting') THEN 'waiting'
            WHEN bool_or(state = 'failed') THEN 'failed'
            WHEN bool_or(state = 'silenced') THEN 'silenced'
            ELSE 'untold' END
        FROM (SELECT \(state) AS state FROM alerts a WHERE a.finding = coalesce(f.problem, f.number)) AS standings)
        """

    /// So many findings are looked up by their numbers; where more may have a fate, the newest of them are found soon.
    static let mostCandidates = 20_000

    /// The findings that may have a fate, as far as few have it: among a million findings three that could not be told are
    /// not found by asking each.
    ///
    /// - Parameters:
    ///   - fate: Which.
    ///   - session: The connection.
    /// - Returns: Their numbers, and of others, too; `nil` where there are many, or where nothing tells them apart.
    /// - Throws: When they cannot be read.
    static func candidates(_ fate: FindingFate, _ session: Session) throws -> [Int64]? {
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
            let found = try session.all("\(question) LIMIT $1", [mostCandidates + 1]) { try $0.integer(0) }
            guard found.count <= mostCandidates else { return nil }
            subjects.formUnion(found)
        }
        let list = Array(subjects)
        return list
            + (try session.all("SELECT number FROM findings WHERE problem = ANY($1)", [list]) { try $0.integer(0) })
    }

    /// By the numbers of the findings, those at each destination; nothing for those without.
    static func standings(of findings: [Int64], _ session: Session) throws -> [Int64: [AlertStanding]] {
        guard findings.isEmpty == false else { return [:] }
        let rows = try session.all(
            """
            SELECT f.number, a.destination, \(state), w.kind, g.due_at, CASE a.held WHEN 'silenced' THEN a.held_by END
            FROM findings f JOIN alerts a ON a.finding = coalesce(f.problem, f.number)
            LEFT JOIN waiting_items w ON w.number = a.waiting LEFT JOIN alert_groups g ON g.number = w.grp
            WHERE f.number = ANY($1) ORDER BY f.number, a.destination COLLATE "C"
            """,
            [findings]
        ) { row in
            let word = try row.text(2)
            guard let state = AlertStanding.State(rawValue: word) else {
                throw StoredFormError("the standing \(word) is of a later version")
            }
            let standing = try AlertStanding(
                destination: row.text(1),
                state: state,
                waitsFor: row.optionalText(3).flatMap(AlertGroup.Word.init),
                until: row.date(4),
                silence: row.optionalText(5)
            )
            return (try row.integer(0), standing)
        }
        return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
    }
}
