import Findings
package import FoundationEssentials
package import Store
package import Triage

extension PostgresStore: Records {
    package func notifications(_ filter: NotificationFilter, page: Page) async throws -> Paged<Notification> {
        let before = try page.cursor.map { try PageCursor($0, of: "n", count: 1).numbers[0] } ?? .max
        return try await ask { session in
            var bindings: Bindings = [before]
            let condition = try NotificationRows.condition(filter, &bindings, session)
            let rows = try session.all(
                """
                SELECT \(StoredNotification.columns) FROM (
                    SELECT n.number AS found FROM notifications n
                    WHERE n.number < $1 AND \(condition) ORDER BY n.number DESC LIMIT \(bindings.place(page.rowLimit + 1))
                ) AS page JOIN notifications n ON n.number = page.found ORDER BY n.number DESC
                """,
                bindings,
                StoredNotification.init
            )
            return try page.cut(rows) { PageCursor("n", $0.number) }.map { try $0.read() }
        }
    }

    package func notification(_ id: String) async throws -> NotificationRecord? {
        try await ask { session in
            guard let number = try NotificationRows.number(of: id, session),
                let (stored, rendered) = try session.first(
                    "SELECT \(StoredNotification.columns), n.rendered FROM notifications n WHERE n.number = $1",
                    [number],
                    { try (StoredNotification($0), $0.optionalText(StoredNotification.width)) }
                )
            else { return nil }
            return NotificationRecord(
                notification: try stored.read(),
                attempts: try AttemptRows.attempts(of: number, id: id, session),
                rendered: rendered
            )
        }
    }

    package func findings(_ filter: FindingFilter, page: Page) async throws -> Paged<FindingRecord> {
        let listing = try FindingListing(filter, page, timeout: options.readTimeout)
        return try await ask { try listing.read($0) }
    }

    package func standings(of ids: [String]) async throws -> [String: [AlertStanding]] {
        try await ask { session in
            let numbers = try FindingRows.numbers(of: ids, session)
            let standings = try StandingRows.standings(of: Array(numbers.values), session)
            return numbers.mapValues { standings[$0] ?? [] }
        }
    }

    package func finding(_ id: String) async throws -> FindingStory? {
        try await ask { session in
            guard let number = try FindingRows.number(of: id, session),
                let record = try session.first(
                    "SELECT \(FindingRows.columns) FROM findings f WHERE f.number = $1",
                    [number],
                    FindingRows.record
                )
            else { return nil }
            return FindingStory(
                record: record,
                observations: try ObservationRows.records(of: number, session),
                notifications: try session.all(
                    """
                    SELECT \(StoredNotification.columns) FROM notifications n
                    WHERE \(NotificationRows.speaks(ofFinding: "$1")) ORDER BY n.number
                    """,
                    [number]
                ) { try StoredNotification($0).read() }
            )
        }
    }

    package func quarantine(page: Page) async throws -> Paged<QuarantineRecord> {
        let before = try page.cursor.map { try PageCursor($0, of: "q", count: 1).numbers[0] } ?? .max
        return try await ask { session in
            let rows = try session.all(
                """
                SELECT \(QuarantineRows.columns) FROM quarantine WHERE id < $1 AND NOT released
                ORDER BY id DESC LIMIT $2
                """,
                [before, page.rowLimit + 1],
                QuarantineRows.record
            )
            return page.cut(rows) { PageCursor("q", $0.id) }.map { $0 }
        }
    }

    package func oldestDead(_ filter: NotificationFilter) async throws -> Date? {
        try await ask { try QueueRows.oldestDead(filter, $0) }
    }

    package func totals() async throws -> Totals {
        try await pipeline.transaction { try TotalsRows.read($0) }
    }
}
