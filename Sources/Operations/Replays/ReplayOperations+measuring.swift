import Findings
import Replay
import Routing

/// What replays say of rules that somebody is about to put in force.
extension ReplayOperations {
    /// The replay that says most of a text: one that is done before one that runs, and of those that are done one that
    /// counted messages.
    ///
    /// - Parameters:
    ///   - text: A whole routes.json.
    ///   - version: The rules that it is compared with.
    /// - Returns: `nil` when there is none, or it was cancelled.
    package func latest(of text: [UInt8], against version: Int) -> ReplayStatus? {
        forgetOld()
        let names = names(text, version)
        let found = entries.filter { $0.name.hasPrefix(names) && $0.status.state != .cancelled }
        let done = found.filter { $0.status.state == .done }
        let best = done.last { $0.status.depth == .messages } ?? done.last ?? found.last
        return best.map { shown($0) }
    }

    /// The ids of the replays of the text that wait or run.
    package func measuring(_ text: [UInt8], against version: Int) -> [String] {
        let names = names(text, version)
        return entries.filter { $0.name.hasPrefix(names) && $0.status.state.isOver == false }.map(\.status.id)
    }

    /// Whether a replay of the text waits or runs.
    package func isMeasuring(_ text: [UInt8], against version: Int) -> Bool {
        let names = names(text, version)
        return entries.contains { $0.name.hasPrefix(names) && $0.status.state.isOver == false }
    }

    /// What publishing asks; `nil` when no replay of the text is done.
    func measured(_ text: [UInt8], against version: Int) -> MeasuredEffect? {
        guard let result = latest(of: text, against: version)?.result else { return nil }
        let severe = result.samples.samples(of: .suppressed).count { $0.finding.severity >= .high }
        return MeasuredEffect(nobody: result.findings[.nobody] ?? 0, suppressed: severe)
    }

    /// Ends every replay of the text that waits or runs.
    package func stop(_ text: [UInt8], against version: Int, by author: Author) throws {
        let names = names(text, version)
        for entry in entries where entry.name.hasPrefix(names) && entry.status.state.isOver == false {
            try cancel(entry.status.id, by: author)
        }
    }

    /// What the names of all questions about the text begin with, beside that version.
    private func names(_ text: [UInt8], _ version: Int) -> String {
        [rules.name(.text(text)), rules.name(.version(version))].joined(separator: "\n") + "\n"
    }
}
