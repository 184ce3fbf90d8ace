import FoundationEssentials
import Replay
import Routing
import Store
import Synchronization

extension ReplayOperations {
    /// Every replay that is kept, the newest first, without results.
    ///
    /// - Throws: When the store cannot be read.
    package nonisolated func list() async throws -> [ReplayStatus] {
        let time = now()
        return try await kept.replays().filter { $0.isKept(at: time) }.map { ReplayStatus($0) }
    }

    /// One replay, with its result when it is done.
    ///
    /// - Throws: ``ReplayRefusal/unknown``, or when the store cannot be read.
    package nonisolated func replay(_ id: String) async throws -> ReplayStatus { try await shown(record(id)) }

    /// One replay without its result.
    ///
    /// - Throws: ``ReplayRefusal/unknown``, or when the store cannot be read.
    package nonisolated func glance(_ id: String) async throws -> ReplayStatus { ReplayStatus(try await record(id)) }

    nonisolated func record(_ id: String) async throws -> ReplayRecord {
        guard let record = try await kept.replay(id), record.isKept(at: now()) else { throw ReplayRefusal.unknown }
        return record
    }

    /// The record with its result.
    nonisolated func shown(_ record: ReplayRecord) async throws -> ReplayStatus {
        var status = ReplayStatus(record)
        guard status.state == .done else { return status }
        if let result = try await results.result(of: status.id, read: { [kept] in try await kept.replayResult($0) }) {
            status.result = result
        } else {
            status.makeUnreadable()
        }
        return status
    }

    /// The rule sets of a replay.
    ///
    /// - Throws: ``ReplayRefusal``, or when they cannot be read.
    nonisolated func tables(of id: String) async throws -> (before: RoutingTable, after: RoutingTable) {
        let record = try await record(id)
        guard let texts = try await kept.replayedRules(id) else { throw ReplayRefusal.unknown }
        func table(_ text: [UInt8]?, _ version: Int?) async throws -> RoutingTable {
            try await rules.table(text.map { .text($0) } ?? version.map { .version($0) } ?? .active)
        }
        do {
            return (
                before: try await table(texts.against, record.ask.against),
                after: try await table(texts.candidate, record.ask.candidate)
            )
        } catch let refusal as RuleRefusal {
            throw ReplayRefusal.rules(refusal)
        }
    }
}

/// The results that were looked at last: a page shows one again and again, and a large one takes long to read.
final class RecentResults: Sendable {
    private let recent = Mutex<[(id: String, result: ReplayResult)]>([])
    /// Two drafts, each with its decisions and its messages.
    private static let most = 4

    /// - Parameters:
    ///   - id: A replay that is done.
    ///   - read: Reads its stored form.
    /// - Returns: `nil` where it is damaged.
    /// - Throws: What `read` throws.
    func result(of id: String, read: (String) async throws -> [UInt8]?) async throws -> ReplayResult? {
        let known = recent.withLock { recent -> ReplayResult? in
            guard let place = recent.firstIndex(where: { $0.id == id }) else { return nil }
            recent.insert(recent.remove(at: place), at: 0)
            return recent[0].result
        }
        if let known { return known }
        // A result that another version kept in another form is not there: it can be measured again.
        guard let bytes = try await read(id), let result = try? await RecentResults.decoded(bytes) else { return nil }
        recent.withLock { recent in
            recent.removeAll { $0.id == id }
            recent.insert((id, result), at: 0)
            if recent.count > RecentResults.most { recent.removeLast() }
        }
        return result
    }

    /// Beside whatever task asks, since megabytes take their time.
    @concurrent private static func decoded(_ bytes: [UInt8]) async throws -> ReplayResult {
        try ReplayResult(stored: bytes)
    }
}
