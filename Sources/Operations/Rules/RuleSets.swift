package import Routing
import Synchronization
import Triage

/// Reads rule sets, and keeps those that were read last: a large one takes long to read, and is asked for by everything
/// that puts it in force, shows it, edits it or compares it.
package final class RuleSets: Sendable {
    private struct Kept {
        var hash: String
        var set: RuleSet
    }

    private let kept = Mutex<[Kept]>([])
    /// What is in force, two drafts with the state that an edit makes of each, and one to look back at.
    private static let most = 6

    package init() {}

    /// What a text means.
    ///
    /// - Parameters:
    ///   - bytes: A whole routes.json.
    ///   - file: What diagnostics call it.
    /// - Returns: The rules, as they would be put in force.
    /// - Throws: `RouteDocumentError` with all errors.
    package func read(_ bytes: [UInt8], file: String = "routes.json") async throws(RouteDocumentError) -> RuleSet {
        let hash = Fingerprint.hexadecimal(of: bytes)
        // What is used again goes to the front, so that what somebody types does not drive out what they type it into.
        let known = kept.withLock { kept -> RuleSet? in
            guard let place = kept.firstIndex(where: { $0.hash == hash }) else { return nil }
            kept.insert(kept.remove(at: place), at: 0)
            return kept[0].set
        }
        if var known {
            for index in known.warnings.indices { known.warnings[index].file = file }
            return known
        }
        let set = try await RuleSets.parse(bytes, file)
        kept.withLock { kept in
            kept.removeAll { $0.hash == hash }
            kept.insert(Kept(hash: hash, set: set), at: 0)
            if kept.count > RuleSets.most { kept.removeLast() }
        }
        return set
    }

    /// Beside whatever task asks, since ten thousand rules take their time.
    @concurrent
    private static func parse(_ bytes: [UInt8], _ file: String) async throws(RouteDocumentError) -> RuleSet {
        try RuleSet(bytes, file: file)
    }
}
