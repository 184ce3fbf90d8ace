import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing

extension APIRoutes {
    /// Who is told of what by the rules in force or by a draft; every cell was decided by the engine on the example beside it.
    func coverage(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        var query = QueryReader(request)
        let set = query.text("set") ?? "active"
        try query.finish()
        let source = try await coveredRules(set, context)
        let report = try await operations.coverage.coverage(of: source, isCompared: source != .active)
        let tag = source == .active ? report.version : nil
        return await EntityTag.answer(
            tag.map { "\"coverage-\($0)-\(Int(report.countedAt.timeIntervalSince1970))\"" },
            to: request
        ) {
            .compact([
                "version": report.version.map { .integer($0) },
                "draft": source.draft.map { .string($0) },
                "since": .string(report.since.iso8601),
                "rows": report.coverage.rowsWithExamples(report.counts),
                "named": report.coverage.namedWithExamples,
                "isComplete": .bool(report.coverage.isCut == false),
            ])
        }
    }

    /// What is allowed in the rules in force or in a draft and probably not meant, with the finding that shows it.
    func lint(_ request: Request, _ context: SurfaceContext) async throws -> Response {
        var query = QueryReader(request)
        let set = query.text("set") ?? "active"
        try query.finish()
        let source = try await coveredRules(set, context)
        let report = try await operations.lint.report(of: source)
        return await EntityTag.answer(report.version.map { "\"lint-\($0)\"" }, to: request) {
            .compact([
                "version": report.version.map { .integer($0) },
                "draft": source.draft.map { .string($0) },
                "claims": .array(report.claims.map(\.json)),
            ])
        }
    }

    private func coveredRules(_ set: String, _ context: SurfaceContext) async throws -> RuleSource {
        switch set {
        case "active": return .active
        case "draft":
            guard let draft = try await operations.drafts.draft(of: author(context).person) else {
                throw Problem(
                    .notFound,
                    detail: "You have no draft. Begin one, or name one by its id, as in set=d12."
                )
            }
            return .draft(draft.id)
        default: return .draft(set)
        }
    }
}

extension RuleSource {
    fileprivate var draft: String? { if case .draft(let id) = self { id } else { nil } }
}
