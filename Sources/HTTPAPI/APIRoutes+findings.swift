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
            destination: query.text("destination"),
            product: query.text("product"),
            seenAfter: query.date("since"),
            disposition: query.word("disposition", of: FindingRecord.dispositions) {
                FindingRecord.dispositions.contains($0) ? $0 : nil
            },
            fate: query.word("fate", of: FindingFate.allCases.map(\.rawValue)) { FindingFate(rawValue: $0) },
            text: query.text("text")
        )
        let page = query.page()
        try query.finish()
        let found = try await operations.findings.listed(filter, page: page)
        return JSONAnswer(found.items.map(\.json), next: found.next)
    }

    func finding(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer(try await operations.findings.finding(try parameter("id", context)).json)
    }

    func whyNot(_ request: Request, _ context: SurfaceContext) async throws -> JSONAnswer {
        var query = QueryReader(request)
        let destination = query.text("destination")
        if destination == nil { query.refuse("destination", "expected the name of a destination") }
        try query.finish()
        let id = try parameter("id", context)
        return JSONAnswer(try await operations.findings.whyNot(id, told: destination ?? "").json)
    }
}
