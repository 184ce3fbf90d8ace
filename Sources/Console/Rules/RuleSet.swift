import Crypto
import Findings
import FoundationEssentials
import Routing
import Synchronization

/// A routes.json that can be used, as pages show it: its text, and what it means.
struct RuleSet: Sendable {
    let bytes: [UInt8]
    let root: JSON
    let document: RouteDocument
    /// What is doubtful in it.
    let warnings: [RouteDiagnostic]

    /// - Throws: ``RouteDocumentError`` with all errors.
    init(_ bytes: [UInt8]) throws {
        (document, warnings) = try RouteDocument.parse(bytes, file: "routes.json")
        self.bytes = bytes
        root = try JSONDocument.parse(bytes)
    }

    /// The place of a rule, from 0.
    func place(of name: String) -> Int? { document.rules.firstIndex { $0.name == name } }

    /// A rule as it is written.
    func json(at place: Int) -> JSON? {
        let rules = root["rules"]?.elements ?? []
        return rules.indices.contains(place) ? rules[place] : nil
    }

    /// The warnings about one rule.
    func warnings(at place: Int) -> [RouteDiagnostic] {
        let pointer = "/rules/\(place)"
        return warnings.filter { $0.pointer == pointer || $0.pointer.hasPrefix("\(pointer)/") }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The rule sets that were looked at last, since a large one takes long to read and is looked at page by page.
final class RuleSets: Sendable {
    private struct Kept {
        var hash: [UInt8]
        var set: RuleSet
    }

    private let kept = Mutex<[Kept]>([])
    private static let most = 6

    /// - Parameter bytes: A routes.json.
    /// - Returns: What it means.
    /// - Throws: ``RouteDocumentError`` with all errors.
    func read(_ bytes: [UInt8]) async throws -> RuleSet {
        let hash = Array(SHA256.hash(data: Data(bytes)))
        // What is used again goes to the front, so that what somebody types does not drive out what they type it into.
        let known = kept.withLock { kept -> RuleSet? in
            guard let place = kept.firstIndex(where: { $0.hash == hash }) else { return nil }
            kept.insert(kept.remove(at: place), at: 0)
            return kept[0].set
        }
        if let known { return known }
        let set = try await RuleSets.parse(bytes)
        kept.withLock { kept in
            kept.removeAll { $0.hash == hash }
            kept.insert(Kept(hash: hash, set: set), at: 0)
            if kept.count > RuleSets.most { kept.removeLast() }
        }
        return set
    }

    /// Beside whatever task asks, since ten thousand rules take their time.
    @concurrent private static func parse(_ bytes: [UInt8]) async throws -> RuleSet { try RuleSet(bytes) }
}
