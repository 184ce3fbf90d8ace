import Findings
package import FoundationEssentials
import Replay
import Routing
import Store

/// What replays say of rules that somebody is about to put in force.
extension ReplayOperations {
    /// How old a measurement may be, in seconds, by which somebody publishes: what came in since is not in it.
    package static let freshFor: TimeInterval = 6 * 3_600

    /// The replay of the usual time that says most of a text: one that is done before one that runs, and of those the newest,
    /// with its messages where they were counted as well; whichever process ran it.
    ///
    /// - Parameters:
    ///   - text: A whole routes.json.
    ///   - version: The rules that it is compared with.
    /// - Returns: `nil` when there is none, or it was cancelled.
    /// - Throws: When the store cannot be read.
    package nonisolated func latest(of text: [UInt8], against version: Int) async throws -> ReplayStatus? {
        let found = try await records(of: text, against: version).filter { $0.state != .cancelled }
        guard let best = best(of: found) ?? found.first else { return nil }
        return try await shown(best)
    }

    /// What was measured last of a draft before its latest changes.
    ///
    /// - Parameter draft: As it is now.
    /// - Returns: The replay, and how often the draft has changed since; `nil` when it was not measured beside the version in
    ///   force, or is the same text again.
    /// - Throws: When the store cannot be read.
    package nonisolated func latestEarlier(of draft: Draft) async throws -> (replay: ReplayStatus, changes: Int)? {
        let time = now()
        let against = rules.name(.version(draft.active))
        let found = try await kept.replays().filter { record in
            record.isKept(at: time) && record.ask.isOfUsualTime
                && record.ask.question.split(separator: "\n").dropFirst().first.map(String.init) == against
                && ReplayOperations.change(of: draft.id, in: record.ask.draft).map { $0 < draft.record.change } == true
        }
        guard let best = best(of: found), let change = ReplayOperations.change(of: draft.id, in: best.ask.draft) else {
            return nil
        }
        return (try await shown(best), draft.record.change - change)
    }

    /// The change in a tag of this draft.
    private nonisolated static func change(of draft: String, in tag: String?) -> Int? {
        guard let tag, tag.hasPrefix("\(draft)-") else { return nil }
        return Int(tag.dropFirst(draft.count + 1))
    }

    /// Of those that are done the newest; messages are counted after the decisions that were asked for with them.
    private nonisolated func best(of records: [ReplayRecord]) -> ReplayRecord? {
        let done = records.filter { ReplayStatus($0).state == .done }
        func newest(_ depth: ReplayQuestion.Depth) -> ReplayRecord? { done.first { $0.ask.depth == depth.rawValue } }
        guard let messages = newest(.messages), let decisions = newest(.decisions) else { return done.first }
        return messages.createdAt >= decisions.createdAt ? messages : decisions
    }

    /// The ids of the replays of the text that wait or run, in the order in which they were asked for.
    ///
    /// - Throws: When the store cannot be read.
    package nonisolated func measuring(_ text: [UInt8], against version: Int) async throws -> [String] {
        try await records(of: text, against: version).reversed().filter { $0.state.isOver == false }.map(\.ask.id)
    }

    /// What publishing asks; `nil` when no replay of the text is done that is new enough.
    nonisolated func measured(_ text: [UInt8], against version: Int) async throws -> MeasuredEffect? {
        guard let replay = try await latest(of: text, against: version), let result = replay.result,
            now().timeIntervalSince(replay.createdAt) < ReplayOperations.freshFor
        else { return nil }
        return MeasuredEffect(nobody: result.findings[.nobody] ?? 0, suppressed: result.suppressedHigh)
    }

    /// Ends every replay of the text that waits or runs.
    package func stop(_ text: [UInt8], against version: Int, by author: Author) async throws {
        for id in try await measuring(text, against: version) { try await cancel(id, by: author) }
    }

    /// Every replay of the text beside that version over the usual time, the newest first.
    private nonisolated func records(of text: [UInt8], against version: Int) async throws -> [ReplayRecord] {
        // What the names of all questions about it begin with.
        let beside = "\n\(rules.name(.version(version)))\n"
        let name = rules.name(.text(text)) + beside
        let time = now()
        var found: [ReplayRecord] = []
        for record in try await kept.replays() where record.ask.isOfUsualTime && record.isKept(at: time) {
            if record.ask.question.hasPrefix(name) {
                found.append(record)
            } else if let candidate = record.ask.candidate,
                record.ask.question.hasPrefix(rules.name(.version(candidate)) + beside),
                try await rules.revisions.revision(candidate)?.text == text
            {
                // Asked for by the number of a version with this text.
                found.append(record)
            }
        }
        return found
    }
}

extension ReplayAsk {
    /// Whether it was asked for without a time of its own.
    fileprivate var isOfUsualTime: Bool { question.hasSuffix("\n-\n-") }
}
