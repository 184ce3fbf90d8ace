import ArgumentParser
import Findings
import Foundation
import Noise
import Routing
import Simulation
import Store
import Triage

struct NoiseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noise",
        abstract: "How many messages a week of findings comes to, and whether a CRITICAL one is ever late.",
        discussion: """
            Lives through a made-up week of Security Hub and GuardDuty in memory, under a manual clock and without a disk \
            or a network: everything is decided, applied, grouped, summed up and delivered at each destination's rate. Ends \
            with 1 when the opening of a CRITICAL problem was not told, or later than its rule's wait and 60 s, or when \
            the totals are not balanced.
            """
    )

    @Option(help: "Accounts, in 4 Regions with 200 controls under 4 standards each.")
    var accounts = 500

    @Option(help: "Days, 1 or more.")
    var days = 7

    @Option(help: "The share of all accounts' controls that is simulated, above 0 and at most 1.")
    var share = 0.02

    @Option(help: "How many findings each of the two bursts brings within a minute.")
    var burst = 5_000

    @Option(help: "Another week for every number.")
    var seed: UInt64 = 1

    @Option(help: "The rules.")
    var routes = "routes.json"

    func validate() throws {
        guard accounts > 0, days > 0, burst > 0, share > 0, share <= 1 else {
            throw ValidationError("--accounts, --days and --burst are 1 or more, --share is above 0 and at most 1")
        }
    }

    func run() async throws {
        let document = try RouteDocument.parse(Array(try Data(contentsOf: URL(filePath: routes))), file: routes)
        let size = FeedSize(accounts: accounts, days: days, share: share, burst: burst, seed: seed)
        let table = RoutingTable(document.document, version: 1)
        var run = NoiseRun(try Feed(size), in: StoreInMemory(), table: table)
        let report = try await run.run()
        write(report)
        guard report.isSound else {
            let faults = report.missing.map { "missing: \($0)" } + report.late.map { "late: \($0)" }
            FileHandle.standardError.write(Data((faults.prefix(20).joined(separator: "\n") + "\n").utf8))
            throw ExitCode(1)
        }
    }

    private func write(_ report: NoiseReport) {
        Line.write([
            "bench": "noise", "accounts": .integer(accounts), "days": .integer(days), "share": .double(share),
            "observations": .integer(report.observations), "observations_active": .integer(report.active),
            "redelivered": .integer(report.redelivered), "problems": .integer(report.problems),
            "messages": .integer(report.delivered), "units_pending": .integer(report.totals.pending),
            "by_destination": Line.counts(report.byDestination), "by_occasion": Line.counts(report.byOccasion),
            "held": Line.counts(Dictionary(uniqueKeysWithValues: report.totals.held.map { ($0.rawValue, $1) })),
            "suppressed": .integer(report.totals.suppressed), "unrouted": .integer(report.totals.unrouted),
            "critical_openings": .integer(report.criticalOpenings),
            "critical_missing": .integer(report.missing.count), "critical_late": .integer(report.late.count),
            "worst_critical_delay_s": Line.figure(report.worstCriticalDelay),
            "one_per_event": .integer(report.observations),
            "reduction_percent": Line.percent(report.reduction(from: report.observations)),
            "reduction_of_active_percent": Line.percent(report.reduction(from: report.active)),
            "is_balanced": .bool(report.totals.isBalanced), "seconds": Line.figure(report.seconds),
            "observations_per_s": Line.figure(Double(report.observations) / report.seconds),
        ])
    }
}
