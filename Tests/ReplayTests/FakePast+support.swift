import Findings
import FoundationEssentials
import NoroshiTestSupport
import Replay
import Routing
import Store
import Synchronization

/// A past in memory.
struct FakePast: History {
    /// The oldest first; numbered from 1.
    var observed: [ObservedFinding] = []
    /// The oldest first; at positions from 1. `nil` where the body is gone.
    var entries: [JournalEntry?] = []
    /// Called before every page of more than one row.
    var onPage: @Sendable () -> Void = {}

    static let end = Date.sample
    static let begin = end - 7 * 86_400

    func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]
    {
        if limit > 1 { onPage() }
        let end = observed.partition(before)
        let found = observed[..<end].suffix(limit).reversed().prefix { $0.receivedAt >= since }
        guard part == .decided else { return Array(found) }
        return try found.map { observed in
            var read = observed
            read.finding = try Finding(
                storedForm: JSONDocument.parse(observed.finding.storedForm.text),
                reading: .decided
            )
            return read
        }
    }

    func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] { [] }

    var metered: any History { self }
    func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] {
        let end = min(Int64(entries.count) + 1, before ?? .max) - 1
        let kept = entries.prefix(Int(max(0, end))).reversed().lazy.compactMap(\.self)
        return Array((byteLimit == 1 ? Array(kept.prefix(1)) : Array(kept)).prefix { $0.receivedAt >= since })
    }

    /// Findings one after another, evenly over the week.
    init(_ findings: [Finding], from begin: Date = FakePast.begin, until end: Date = FakePast.end) {
        let step = end.timeIntervalSince(begin) / Double(max(1, findings.count))
        var first: [FindingKey: Date] = [:]
        observed = findings.enumerated().map { index, finding in
            let receivedAt = begin + Double(index) * step
            if first[finding.key] == nil { first[finding.key] = receivedAt }
            return ObservedFinding(
                number: Int64(index + 1),
                finding: finding,
                receivedAt: receivedAt,
                destinations: [],
                findingNumber: Int64(finding.key.rawValue.hashValue & 0xFFFF),
                firstSeenAt: first[finding.key]
            )
        }
    }
}

extension [ObservedFinding] {
    /// How many have a smaller number, of rows numbered from 1 on.
    fileprivate func partition(_ number: Int64?) -> Int {
        Int(Swift.min(Int64(count), Swift.max(0, (number ?? .max) - 1)))
    }
}

/// No silence but these.
extension ReplayRun {
    init(
        _ before: RoutingTable,
        _ after: RoutingTable,
        _ past: FakePast,
        depth: ReplayQuestion.Depth = .decisions,
        since: Date = FakePast.begin,
        until: Date = FakePast.end,
        silences: [Silence] = [],
        limits: ReplayLimits = ReplayLimits()
    ) {
        var state = Example.state
        state.silences = silences
        self.init(
            ReplayQuestion(before: before, after: after, since: since, until: until, depth: depth),
            history: past,
            silences: FakeRoles(state),
            limits: limits,
            elapsed: { .zero }
        )
    }

    func result() async throws -> ReplayResult { try await result { _ in } }
}

extension RoutingTable {
    /// The rules of a text.
    convenience init(text: String, version: Int = 1) throws {
        self.init(try RouteDocument.parse(Array(text.utf8), file: "routes.json").document, version: version)
    }
}
