import Findings
import Routing
package import Store
import Synchronization

/// Since when a rule is switched off.
package struct SwitchedOff: Sendable, Hashable {
    /// The first version of those looked at in which it is off, without one in between in which it is on.
    package var revision: RouteRevision
    /// Whether it may have been off in an earlier version, which is not kept or was not looked at.
    package var isEarlier: Bool
}

/// Finds out since when rules are switched off, from the versions that there were.
final class SwitchedOffRules: Sendable {
    private let revisions: any RouteRevisions
    private let kept = Mutex<(version: Int, rules: [String: SwitchedOff])?>(nil)

    /// Versions that are looked at, at most, and what their texts may weigh together, in bytes.
    private static let (mostVersions, mostBytes) = (200, 4 << 20)

    init(revisions: any RouteRevisions) { self.revisions = revisions }

    /// The rules in force that are off, by their names.
    ///
    /// - Parameters:
    ///   - active: The version in force.
    ///   - set: Its rules.
    /// - Returns: Since when each is off.
    /// - Throws: When versions cannot be read.
    func rules(in active: RouteRevision, _ set: RuleSet) async throws -> [String: SwitchedOff] {
        if let known = kept.withLock({ $0 }), known.version == active.version { return known.rules }
        let rules = try await find(active, set)
        kept.withLock { $0 = (active.version, rules) }
        return rules
    }

    @concurrent private func find(_ active: RouteRevision, _ set: RuleSet) async throws -> [String: SwitchedOff] {
        var open = Set(set.document.rules.lazy.filter { $0.isEnabled == false }.map(\.name))
        var found: [String: SwitchedOff] = [:]
        var (later, bytes, looked) = (active, 0, 0)
        var hash = active.hash
        var cursor: String?
        search: while open.isEmpty == false {
            let page = try await revisions.revisions(page: Page(limit: 50, cursor: cursor))
            for revision in page.items where revision.version < active.version {
                looked += 1
                guard looked <= SwitchedOffRules.mostVersions else { break search }
                if revision.hash != hash {
                    guard let before = try await revisions.revision(revision.version)?.text else { break search }
                    bytes += before.count
                    guard bytes <= SwitchedOffRules.mostBytes else { break search }
                    let off = try SwitchedOffRules.names(before)
                    for name in open.subtracting(off) {
                        found[name] = SwitchedOff(revision: later, isEarlier: false)
                    }
                    open.formIntersection(off)
                    hash = revision.hash
                }
                later = revision
            }
            guard let next = page.next else {
                // Those of the very first version were never on.
                for name in open { found[name] = SwitchedOff(revision: later, isEarlier: later.version > 1) }
                return found
            }
            cursor = next
        }
        for name in open { found[name] = SwitchedOff(revision: later, isEarlier: true) }
        return found
    }

    /// The names of rules that are off in a text.
    private static func names(_ text: [UInt8]) throws -> Set<String> {
        let rules = try JSONDocument.parse(text)["rules"]?.elements ?? []
        return Set(rules.lazy.filter { $0["enabled"]?.bool == false }.compactMap { $0["name"]?.string })
    }
}
