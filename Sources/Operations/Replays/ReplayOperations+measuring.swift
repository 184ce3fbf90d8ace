import Findings
import Replay
import Routing
import Store

/// What replays say of rules that somebody is about to put in force.
extension ReplayOperations {
    /// The replay that says most of a text: one that is done before one that runs, and of those that are done one that
    /// counted messages; whichever process ran it.
    ///
    /// - Parameters:
    ///   - text: A whole routes.json.
    ///   - version: The rules that it is compared with.
    /// - Returns: `nil` when there is none, or it was cancelled.
    /// - Throws: When the store cannot be read.
    package nonisolated func latest(of text: [UInt8], against version: Int) async throws -> ReplayStatus? {
        let found = try await records(of: text, against: version).filter { $0.state != .cancelled }
        let done = found.filter { ReplayStatus($0).state == .done }
        let best = done.first { $0.ask.depth == ReplayQuestion.Depth.messages.rawValue } ?? done.first ?? found.first
        guard let best else { return nil }
        return try await shown(best)
    }

    /// The ids of the replays of the text that wait or run, in the order in which they were asked for.
    ///
    /// - Throws: When the store cannot be read.
    package nonisolated func measuring(_ text: [UInt8], against version: Int) async throws -> [String] {
        try await records(of: text, against: version).reversed().filter { $0.state.isOver == false }.map(\.ask.id)
    }

    /// What publishing asks; `nil` when no replay of the text is done.
    nonisolated func measured(_ text: [UInt8], against version: Int) async throws -> MeasuredEffect? {
        guard let result = try await latest(of: text, against: version)?.result else { return nil }
        let severe = result.samples.samples(of: .suppressed).count { $0.finding.severity >= .high }
        return MeasuredEffect(nobody: result.findings[.nobody] ?? 0, suppressed: severe)
    }

    /// Ends every replay of the text that waits or runs.
    package func stop(_ text: [UInt8], against version: Int, by author: Author) async throws {
        for id in try await measuring(text, against: version) { try await cancel(id, by: author) }
    }

    /// Every replay of the text beside that version, the newest first.
    private nonisolated func records(of text: [UInt8], against version: Int) async throws -> [ReplayRecord] {
        // What the names of all questions about it begin with.
        let beside = "\n\(rules.name(.version(version)))\n"
        let name = rules.name(.text(text)) + beside
        let time = now()
        var found: [ReplayRecord] = []
        for record in try await kept.replays() where record.isKept(at: time) {
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
