import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Store

extension APIRoutes {
    func findings(_ request: Request) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let filter = FindingFilter(
            account: query.text("account"),
            region: query.text("region"),
            severity: query.word("severity", of: Severity.allCases.map(\.label)) { Severity(label: $0) },
            status: query.word("status", of: FindingStatus.allCases.map(\.rawValue)) {
                FindingStatus(rawValue: $0.uppercased())
            },
            kind: query.word("kind", of: FindingKind.allCases.map(\.rawValue)) { FindingKind(rawValue: $0) },
            disposition: query.word("disposition", of: FindingRecord.dispositions) {
                FindingRecord.dispositions.contains($0) ? $0 : nil
            },
            text: query.text("text")
        )
        let page = query.page()
        try query.finish()
        let found = try await reading { try await roles.evidence.findings(filter, page: page) }
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func finding(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        guard let story = try await roles.evidence.finding(try parameter("id", context)) else {
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
