import Findings
import HTTPSurface
import Hummingbird
import Operations
import Routing

/// Who is told of what, and the examples by which that was decided.
extension ConsoleRoutes {
    func addCoverage(to router: Router<SurfaceContext>) {
        show("coverage", router) { request, visitor, _ in
            let query = ConsoleRoutes.query(request)
            let bench = try await bench(visitor)
            let source = source(isDraft: query["set"] == "draft", bench)
            let isDraft = source != .active
            return CoveragePage(
                report: try await operations.coverage.coverage(of: source, isCompared: isDraft),
                bench: bench,
                accounts: await operations.accounts.book(),
                view: CoveragePage.View(
                    isDraft: isDraft,
                    onlyHoles: query["holes"] == "1",
                    onlyChanged: query["changed"] == "1" && isDraft,
                    text: String((query["q"] ?? "").prefix(200))
                )
            ).page
        }
        redirect("coverage/example", router) { request, visitor in
            guard let spot = CoverageSpot(ConsoleRoutes.query(request)) else { throw ConsoleRoutes.noExample }
            let source = source(isDraft: spot.isDraft, try await bench(visitor))
            let isDraft = source != .active
            let report = try await operations.coverage.coverage(of: source, isCompared: isDraft)
            guard let example = spot.example(in: report.coverage) else { throw ConsoleRoutes.noExample }
            return "/try?as=fields&fields=\(example.percentEncoded)\(isDraft ? "&by=both" : "")"
        }
    }

    private static let noExample = Problem(
        .notFound,
        detail: "The coverage has no such cell any more: the rules have changed since the page was read. Open it again."
    )

    private func source(isDraft: Bool, _ bench: Workbench) -> RuleSource {
        guard isDraft, let draft = bench.draft, bench.draftProblems.isEmpty else { return .active }
        return .draft(draft.id)
    }
}
