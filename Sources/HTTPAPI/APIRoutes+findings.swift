import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Store

extension APIRoutes {
    func findings(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let filter = FindingFilter(
            account: query.text("account"),
            region: query.text("region"),
            severities: query.severities("severity"),
            status: query.word("status", of: FindingStatus.allCases.map(\.rawValue)) {
                FindingStatus(rawValue: $0.uppercased())
            },
            kind: query.word("kind", of: FindingKind.allCases.map(\.rawValue)) { FindingKind(rawValue: $0) },
            rule: query.text("rule"),
            product: query.text("product"),
            seenAfter: query.date("since"),
            disposition: query.word("disposition", of: FindingRecord.dispositions) {
                FindingRecord.dispositions.contains($0) ? $0 : nil
            },
            text: query.text("text")
        )
        let page = query.page()
        try query.finish()
        let found = try await reading { try await roles.evidence.findings(filter, page: page) }
        if found.items.isEmpty { try requireKnown(rule: filter.rule) }
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func finding(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        let text = try parameter("id", context)
        if let story = try await roles.evidence.finding(text) { return JSONAnswer(story.json) }
        let id = try await resolved(text, "findings") { try await roles.evidence.findingIDs(like: $0, limit: $1) }
        guard let story = try await roles.evidence.finding(id) else {
            throw Problem(.notFound, detail: "There is no finding with this id or key.")
        }
        return JSONAnswer(story.json)
    }

    /// The page that `read` returns.
    ///
    /// - Parameter read: Reads a listing of the store.
    /// - Returns: What it read.
    /// - Throws: The 400 answer when the cursor is not one that the listing gave out.
    func reading<Item: Sendable>(_ read: () async throws -> Paged<Item>) async throws -> Paged<Item> {
        do {
            return try await read()
        } catch let error as InvalidCursor {
            throw Problem(
                .badRequest,
                detail: "The query cannot be used.",
                errors: [Problem.Item(detail: "cursor: \(error)")]
            )
        }
    }
}
