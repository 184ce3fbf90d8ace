import Findings
import FoundationEssentials
import Routing
import Store

/// One page of findings, last seen first.
struct FindingListing {
    /// How many findings are looked at together when only Swift can tell which are wanted.
    private static let mostCandidates = 4_096

    /// The place of a finding in the listing.
    private struct Place {
        var lastSeenAt: Double
        var number: Int64

        init(_ lastSeenAt: Double, _ number: Int64) { (self.lastSeenAt, self.number) = (lastSeenAt, number) }
    }

    private let filter: FindingFilter
    private let page: Page
    private let start: Place?
    private let deadline: ContinuousClock.Instant
    /// Those that may have the fate that is wanted; `nil` for all.
    private var candidates: [Int64]?

    /// - Parameters:
    ///   - filter: Which findings.
    ///   - page: Which of them.
    ///   - timeout: How long it may take in all.
    /// - Throws: `InvalidCursor`.
    init(_ filter: FindingFilter, _ page: Page, timeout: Duration) throws {
        self.filter = filter
        self.page = page
        deadline = .now + timeout
        start = try page.cursor.map { text in
            let numbers = try PageCursor(text, of: "f", count: 2).numbers
            return Place(Double(bitPattern: UInt64(bitPattern: numbers[0])), numbers[1])
        }
    }

    func read(_ session: Session) throws -> Paged<FindingRecord> {
        var listing = self
        listing.candidates = try filter.fate.flatMap { try StandingRows.candidates($0, session) }
        return try listing.records(session)
    }

    private func records(_ session: Session) throws -> Paged<FindingRecord> {
        let rows: [Columns]
        if filter.text != nil || filter.product != nil {
            rows = try session.all(
                """
                SELECT \(FindingRows.columns) FROM findings f WHERE f.number = ANY($1)
                ORDER BY f.last_seen_at DESC, f.number DESC
                """,
                [try chosen(session)]
            ) { $0 }
        } else {
            rows = try self.rows(FindingRows.columns, after: start, limit: page.rowLimit + 1, session)
        }
        return try page.cut(rows) { row in
            PageCursor("f", Int64(bitPattern: try row.real(2).bitPattern), try row.integer(0))
        }.map(FindingRows.record)
    }

    /// The numbers of a page's findings and one more, where Swift tells which are wanted.
    private func chosen(_ session: Session) throws -> [Int64] {
        let product = filter.product.map(ProductName.init)
        let spelling =
            product == nil
            ? "NULL::text"
            : """
            (SELECT \(FindingRows.product(inColumn: "o.content")) FROM observations o WHERE o.number = f.observation)
            """
        var found: [Int64] = []
        var place = start
        var limit = page.rowLimit + 1
        while true {
            let candidates = try rows(
                "f.number, f.last_seen_at, f.title, \(spelling)",
                after: place,
                limit: limit,
                session
            )
            for row in candidates {
                place = Place(try row.real(1), try row.integer(0))
                if let text = filter.text, FindingFilter.stands(text, in: try row.text(2)) == false { continue }
                if let product {
                    guard let name = try row.optionalText(3).map(FindingRows.spelled), product.matches(name) else {
                        continue
                    }
                }
                found.append(try row.integer(0))
                if found.count > page.rowLimit { return found }
            }
            if candidates.count < limit { return found }
            if ContinuousClock.now > deadline { throw QueryTimeout() }
            limit = min(limit * 4, FindingListing.mostCandidates)
        }
    }

    private func rows(_ columns: String, after place: Place?, limit: Int, _ session: Session) throws -> [Columns] {
        var bindings = Bindings()
        let condition = condition(after: place, &bindings)
        return try session.all(
            """
            SELECT \(columns) FROM findings f WHERE \(condition)
            ORDER BY f.last_seen_at DESC, f.number DESC LIMIT \(bindings.place(limit))
            """,
            bindings
        ) { $0 }
    }

    private func condition(after place: Place?, _ bindings: inout Bindings) -> String {
        var terms: [String] = []
        func add(_ column: String, _ value: String?) {
            if let value { terms.append("\(column) = \(bindings.place(value))") }
        }
        if let place {
            terms.append(
                "(f.last_seen_at, f.number) < (\(bindings.place(place.lastSeenAt)), \(bindings.place(place.number)))"
            )
        }
        add("f.account", filter.account)
        add("f.region", filter.region)
        if let severities = filter.severities {
            let codes = severities.map { String($0.rawValue) }.sorted().joined(separator: ", ")
            terms.append(codes.isEmpty ? "FALSE" : "f.severity IN (\(codes))")
        }
        if let date = filter.seenAfter { terms.append("f.last_seen_at >= \(bindings.place(date.stored))") }
        add("f.status", filter.status?.rawValue)
        add("f.kind", filter.kind?.rawValue)
        add("f.disposition", filter.disposition)
        switch filter.fate {
        case nil: break
        case .suppressed?, .unrouted?: add("f.disposition", filter.fate?.rawValue)
        case let fate?: add("f.disposition = 'routed' AND \(StandingRows.fate)", fate.rawValue)
        }
        if let candidates { terms.append("f.number = ANY(\(bindings.place(candidates)))") }
        if let rule = filter.rule {
            terms.append(FindingRows.wasMatched(by: rule, since: filter.seenAfter, &bindings))
        }
        if let destination = filter.destination {
            terms.append(FindingRows.wasRouted(to: destination, &bindings))
        }
        if let text = filter.text {
            if text.isEmpty { terms.append("FALSE") }
            if let term = FindingRows.mayHold(title: text, &bindings) { terms.append(term) }
        }
        return terms.isEmpty ? "TRUE" : terms.joined(separator: " AND ")
    }
}
