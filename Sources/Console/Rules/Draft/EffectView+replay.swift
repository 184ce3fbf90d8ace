import Findings
import FoundationEssentials
import HTTPSurface
import Operations
import Replay
import Routing
import Store

extension EffectView {
    /// How many samples of a kind the page shows.
    private static let mostSamples = 10

    /// - Parameters:
    ///   - replay: As far as it is.
    ///   - version: What the draft is compared with.
    ///   - accounts: What is known of accounts.
    ///   - changes: How often the draft has changed since; `nil` where it is of the draft as it is.
    init(_ replay: ReplayStatus, against version: Int, _ accounts: AccountBook, changes: Int? = nil) {
        let result = replay.result
        let period = EffectView.period(from: result?.since ?? replay.since, to: replay.until)
        let findings = result?.findings ?? replay.progress?.findings ?? [:]
        self.init(
            state: changes.map { .stale(changes: $0) } ?? EffectView.state(of: replay, period),
            against: "v\(version)",
            period: period,
            observations: result?.observations ?? replay.progress?.done ?? 0,
            findings: result?.findingCount ?? findings.values.reduce(0, +),
            counts: Count.Kind.allCases.map { kind in
                let count = findings[kind.replayClass] ?? 0
                return Count(
                    kind: kind,
                    findings: count,
                    // Who is told of what no finding is told of is no answer.
                    words: EffectView.words(kind, count > 0 ? result : nil),
                    samples: (result?.samples.samples(of: kind.replayClass) ?? [])
                        .prefix(EffectView.mostSamples).map { Sample($0, accounts) }
                )
            },
            destinations: result.map(EffectView.destinations) ?? [],
            parts: (result?.changes ?? []).map { Part($0) }
        )
    }

    private static func state(of replay: ReplayStatus, _ period: String) -> State {
        switch replay.state {
        case .queued, .running: return .running(done: replay.progress?.done ?? 0, of: replay.progress?.of ?? 0)
        case .cancelled: return .cut("It was stopped.")
        case .interrupted: return .interrupted
        case .failed: return .cut("It could not be measured: \(replay.failure ?? "no reason is known").")
        case .done:
            guard let result = replay.result, result.observations > 0 else { return .empty }
            return result.cuts.isEmpty
                ? .complete
                : .cut(result.cuts.map { sentence($0, after: period) }.joined(separator: " "))
        }
    }

    /// Why not all was looked at, without the moment since when, where the sentence before has said it.
    private static func sentence(_ cut: String, after period: String) -> String {
        var words = cut[...]
        if period.hasPrefix("Since"), cut.hasPrefix("since"), let end = cut.firstRange(of: "; ") {
            words = cut[end.upperBound...]
        }
        return "\(words.prefix(1).uppercased())\(words.dropFirst())."
    }

    private static func period(from since: Date, to until: Date) -> String {
        let days = Int((until.timeIntervalSince(since) / 86_400).rounded())
        let whole = abs(until.timeIntervalSince(since) - Double(days) * 86_400) < 60
        return whole && days > 0
            ? "The last \(days == 1 ? "day" : "\(days) days")" : "Since \(HTML.Moment.full.text(since))"
    }

    private static func words(_ kind: Count.Kind, _ result: ReplayResult?) -> String {
        func named(_ path: KeyPath<DestinationEffect, Int>) -> String {
            let names = (result?.destinations ?? []).filter { $0[keyPath: path] > 0 }.map(\.destination)
            let shown = names.prefix(3).joined(separator: ", ")
            return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
        }
        switch kind {
        case .nobody: return "somebody was told of them, and no rule sends them anywhere now"
        case .suppressed: return "a rule says that nobody wants them"
        case .fewer:
            let names = named(\.findingsLost)
            return names.isEmpty ? "some of those who were told" : "not told any more: \(names)"
        case .more:
            let names = named(\.findingsGained)
            return names.isEmpty ? "somebody who was not told" : "now also, or instead: \(names)"
        case .terms: return "the same places, grouped, held or announced in another way"
        case .told: return "nobody was told of them, and somebody is now"
        }
    }

    private static func destinations(_ result: ReplayResult) -> [Destination] {
        let messages = Dictionary((result.messages?.destinations ?? []).map { ($0.destination, $0) }) { one, _ in one }
        return result.destinations.map { effect in
            let counted = messages[effect.destination]?.messages
            let shown = counted ?? effect.observations
            return Destination(
                name: effect.destination,
                gained: effect.findingsGained,
                lost: effect.findingsLost,
                messages: counted.map { Change(before: $0.total.before, after: $0.total.after) },
                sent: messages[effect.destination]?.sent,
                days: shown.days.map { Change(before: $0.counts.before, after: $0.counts.after) },
                busiestHour: counted.map {
                    Change(before: $0.busiestBefore?.count ?? 0, after: $0.busiestAfter?.count ?? 0)
                },
                hourlyRate: messages[effect.destination]?.hourlyRateAfter
            )
        }
    }
}

extension EffectView.Count.Kind {
    fileprivate var replayClass: ReplayClass {
        switch self {
        case .nobody: .nobody
        case .suppressed: .suppressed
        case .fewer: .fewer
        case .more: .elsewhere
        case .terms: .terms
        case .told: .told
        }
    }
}

extension EffectView.Part {
    fileprivate init(_ effect: ChangeEffect) {
        let (name, rule): (String, String?) =
            switch effect.change.subject {
            case .rule(let rule): (rule, effect.change.kind == .removed ? nil : rule)
            case .order: ("the order of the rules", nil)
            case .fallback: ("the fallback", nil)
            case .accounts: ("account groups", nil)
            case .destinations: ("destinations", nil)
            }
        let counts = EffectView.Count.Kind.allCases.map { ($0, effect.findings[$0.replayClass] ?? 0) }
        self.init(
            name: name,
            rule: rule,
            verb: effect.change.kind.rawValue,
            findings: Dictionary(uniqueKeysWithValues: counts)
        )
    }
}

extension EffectView.Sample {
    fileprivate init(_ sample: ReplaySample, _ accounts: AccountBook) {
        let finding = sample.finding
        let groups = finding.account.map(accounts.groups.names) ?? []
        let place =
            [accounts.words(finding)].compactMap(\.self) + groups.prefix(3).map { "@\($0)" }
            + [finding.region].compactMap(\.self)
        self.init(
            findingID: sample.findingID ?? finding.key.rawValue,
            title: finding.title,
            severity: finding.severity,
            words: (place + ["\(sample.before.words) → \(sample.after.words)"]).joined(separator: " · ")
        )
    }
}

extension SampledDecision {
    /// Who is told, in a few words.
    fileprivate var words: String {
        switch verdict {
        case .routed(let destinations): destinations.joined(separator: ", ")
        case .suppressed(let rule): "suppressed by “\(rule)”"
        case .unrouted: "nobody"
        }
    }
}
