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
        if filter.isOfText || filter.without.contains(where: \.isOfText) {
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
        let question = TextQuestion(filter)
        let excluded = filter.without.filter(\.isOfText)
        let exclusions = excluded.map(TextQuestion.init)
        let spelling =
            question.product == nil && exclusions.allSatisfy { $0.product == nil }
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
                // Of what is left out by text, too, all else is asked here.
                also: excluded,
                after: place,
                limit: limit,
                session
            )
            for row in candidates {
                place = Place(try row.real(1), try row.integer(0))
                let (title, product) = try (row.text(2), row.optionalText(3).map(FindingRows.spelled))
                guard question.accepts(title: title, product: product) else { continue }
                let isLeftOut = try exclusions.enumerated().contains { index, exclusion in
                    try row.integer(4 + index) == 1 && exclusion.accepts(title: title, product: product)
                }
                if isLeftOut { continue }
                found.append(try row.integer(0))
                if found.count > page.rowLimit { return found }
            }
            if candidates.count < limit { return found }
            if ContinuousClock.now > deadline { throw QueryTimeout() }
            limit = min(limit * 4, FindingListing.mostCandidates)
        }
    }

    private func rows(
        _ columns: String,
        also filters: [FindingFilter] = [],
        after place: Place?,
        limit: Int,
        _ session: Session
    ) throws -> [Columns] {
        var bindings = Bindings()
        var condition = FindingRows.condition(filter, &bindings)
        if let place {
            condition += """
                 AND (f.last_seen_at, f.number) < (\(bindings.place(place.lastSeenAt)), \(bindings.place(place.number)))
                """
        }
        if let candidates { condition += " AND f.number = ANY(\(bindings.place(candidates)))" }
        let others = filters.map { filter in
            ", CASE WHEN \(FindingRows.condition(filter, &bindings)) THEN 1 ELSE 0 END"
        }
        return try session.all(
            """
            SELECT \(columns)\(others.joined()) FROM findings f WHERE \(condition)
            ORDER BY f.last_seen_at DESC, f.number DESC LIMIT \(bindings.place(limit))
            """,
            bindings
        ) { $0 }
    }
}

extension FindingFilter {
    /// Whether it asks for something that only Swift can tell for certain.
    fileprivate var isOfText: Bool { text != nil || product != nil }
}

/// What a filter asks of texts, which Swift compares.
private struct TextQuestion {
    var text: String?
    var product: ProductName?

    init(_ filter: FindingFilter) {
        text = filter.text
        product = filter.product.map(ProductName.init)
    }

    func accepts(title: String, product name: String?) -> Bool {
        if let text, FindingFilter.stands(text, in: title) == false { return false }
        guard let product else { return true }
        return name.map(product.matches) ?? false
    }
}
