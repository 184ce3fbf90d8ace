import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing

extension APIRoutes {
    /// Who is told of what by the rules in force; every cell was decided by the engine on the example beside it.
    func coverage(_ request: Request) async throws -> Response {
        try QueryReader(request).finish()
        let (version, coverage) = await operations.coverage.coverage()
        let headers: HTTPFields = [.eTag: "\"coverage-\(version)\"", .cacheControl: "no-cache"]
        if EntityTag.matches(request.headers[values: .ifNoneMatch], "\"coverage-\(version)\"") {
            return Response(status: .notModified, headers: headers)
        }
        return JSONAnswer(
            [
                "version": .integer(version), "rows": coverage.rowsWithExamples, "named": coverage.namedWithExamples,
                "isComplete": .bool(coverage.isCut == false),
            ],
            headers: headers
        ).response
    }
}
