import Findings
import Foundation
import Noise
import Replay
import Routing
import Store

/// A week of findings in memory, for measuring replays without a disk.
struct ReplayedFeed: History {
    /// The oldest first, numbered from 1.
    private var observed: [ObservedFinding] = []

    private static let rules = """
        {"version":1,"destinations":{"chat":{"type":"slack","url":{"env":"CHAT"}},
        "hook":{"type":"webhook","url":{"env":"HOOK"}}},"accounts":{"production":["1*","2*"],"sandbox":["9*"]},
        "rules":[
        {"name":"sandbox","when":{"account":"@sandbox","severity":"<=medium"},"suppress":"sandbox"},
        {"name":"buckets","when":{"control":["S3.*"],"resourceType":["AwsS3Bucket"]},"send":["hook"]},
        {"name":"titles","when":{"title":["*public*","*root*"]},"send":["hook"]},
        {"name":"severe","when":{"severity":">=high"},"send":["chat"],"group":{"by":["account"],"wait":"2m"}}],
        "fallback":{"send":["hook"],"digest":{"at":["08:00"]}}}
        """

    private init(_ size: FeedSize, most: Int) throws {
        var feed = try Feed(size)
        var keys: Set<String> = []
        for minute in 0..<(size.days * 1_440) where observed.count < most {
            for emission in feed.emissions(at: minute) where keys.insert(emission.redeliveryKey).inserted {
                observed.append(
                    ObservedFinding(
                        number: Int64(observed.count + 1),
                        finding: emission.finding,
                        receivedAt: feed.start.addingTimeInterval(Double(minute) * 60),
                        destinations: []
                    )
                )
            }
        }
    }

    func observations(before: Int64?, since: Date, limit: Int, reading part: ObservedPart) async throws
        -> [ObservedFinding]
    {
        let end = min(observed.count, Int(max(0, min(Int64(observed.count), (before ?? .max) - 1))))
        return observed[..<end].suffix(limit).reversed().prefix { $0.receivedAt >= since }.map(\.self)
    }

    func hidden(by silence: String, limit: Int) async throws -> [ObservedFinding] { [] }
    var metered: any History { self }
    func journal(before: Int64?, since: Date, byteLimit: Int) async throws -> [JournalEntry] { [] }

    /// Measures decisions and messages of both sides, and the preview while somebody types.
    static func measure() async throws {
        let history = try ReplayedFeed(FeedSize(accounts: 100, days: 7, share: 0.05), most: 100_000)
        guard let first = history.observed.first, let last = history.observed.last else { return }
        func table(_ text: String) throws -> RoutingTable {
            RoutingTable(try RouteDocument.parse(Array(text.utf8), file: "routes.json").document, version: 1)
        }
        let (before, after) = (
            try table(rules), try table(rules.replacingOccurrences(of: ">=high", with: ">=critical"))
        )
        let clock = ContinuousClock()
        for depth in ReplayQuestion.Depth.allCases {
            let question = ReplayQuestion(
                before: before,
                after: after,
                since: first.receivedAt,
                until: last.receivedAt + 1,
                depth: depth
            )
            let begin = clock.now
            let run = ReplayRun(
                question,
                history: history,
                silences: NoSilences(),
                elapsed: { begin.duration(to: .now) }
            )
            let result = try await run.result { _ in }
            let seconds = begin.duration(to: clock.now) / .seconds(1)
            Line.write([
                "bench": "replay_in_memory", "depth": .string(depth.rawValue),
                "observations": .integer(result.observations), "seconds": Line.figure(seconds),
                "observations_per_s": Line.figure(Double(result.observations) / seconds),
            ])
        }
        try await measurePreview(history, before, after, first.receivedAt, last.receivedAt)
    }

    private static func measurePreview(
        _ history: ReplayedFeed,
        _ before: RoutingTable,
        _ after: RoutingTable,
        _ first: Date,
        _ last: Date
    ) async throws {
        let clock = ContinuousClock()
        let held = try residentBytes()
        let begin = clock.now
        let recent = try await RecentObservations(history, since: first, until: last)
        let read = begin.duration(to: clock.now) / .seconds(1)
        let bytes = try residentBytes() - held
        let old = try PreviewedRules(before, on: recent)
        let start = clock.now
        let new = try PreviewedRules(after, on: recent)
        _ = try recent.preview(from: old, to: new, rule: "severe")
        Line.write([
            "bench": "replay_preview", "observations": .integer(recent.count), "contents": .integer(recent.shapeCount),
            "read_s": Line.figure(read), "held_mb": Line.figure(Double(bytes) / 1e6),
            "preview_ms": Line.figure(start.duration(to: clock.now) / .milliseconds(1)),
        ])
    }

    private static func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
    }
}

/// Nothing is silenced.
private struct NoSilences: Silences {
    func silences(_ states: Set<Silence.State>?, now: Date, page: Page) async throws -> Paged<Silence> {
        Paged(items: [], next: nil)
    }
    func silence(_ id: String) async throws -> Silence? { nil }
    func openSilences(now: Date) async throws -> [Silence] { [] }
    func silenceCounts(now: Date) async throws -> [Silence.State: Int] { [:] }
    func create(_ draft: SilenceDraft, author: String, now: Date) async throws -> Silence {
        throw SilenceRefusal.unknown
    }
    func edit(
        _ id: String,
        to draft: SilenceDraft,
        author: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> SilenceEdit { throw SilenceRefusal.unknown }
    func expire(
        _ id: String,
        now: Date,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> Silence { throw SilenceRefusal.unknown }
}
