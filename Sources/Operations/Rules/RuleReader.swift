import Findings
package import Routing
import Store
import Synchronization
import Triage

/// Reads rules, wherever they are, and keeps those that were asked for last: a large set takes long to read.
struct RuleReader: Sendable {
    let routes: ActiveRoutes
    let sets: RuleSets
    let revisions: any RouteRevisions
    let drafts: any Drafts
    private let recent = RecentTables()

    init(routes: ActiveRoutes, sets: RuleSets, revisions: any RouteRevisions, drafts: any Drafts) {
        self.routes = routes
        self.sets = sets
        self.revisions = revisions
        self.drafts = drafts
    }

    /// The rules, ready to decide.
    ///
    /// - Parameter source: Where they are.
    /// - Returns: Of version 0 when nobody has activated them.
    /// - Throws: ``RuleRefusal``, or when they cannot be read.
    func table(_ source: RuleSource) async throws -> RoutingTable {
        switch source {
        case .active: return routes.table
        case .version(let version):
            let active = routes.table
            guard version != active.version else { return active }
            let name = "version \(version) of the rules"
            return try await recent.table(name) {
                guard let text = try await revisions.revision(version)?.text else {
                    throw RuleRefusal.unknownVersion(version)
                }
                return try await read(text, file: name, version: version).table
            }
        case .draft(let id): return try await table(.text(try await draft(id)))
        case .text(let text):
            return try await recent.table("text \(Fingerprint.hexadecimal(of: text))") {
                try await read(text, file: "text", version: 0).table
            }
        }
    }

    /// The rules with their text, and their version if they have one.
    ///
    /// - Parameter source: Where they are.
    /// - Returns: The rules; their version is `nil` where they have none.
    /// - Throws: ``RuleRefusal``, or when they cannot be read.
    func set(_ source: RuleSource) async throws -> (set: RuleSet, version: Int?) {
        let text: [UInt8]
        var version: Int?
        switch source {
        case .active, .version:
            let number = if case .version(let asked) = source { asked } else { routes.table.version }
            guard let kept = try await revisions.revision(number)?.text else {
                throw RuleRefusal.unknownVersion(number)
            }
            (text, version) = (kept, number)
        case .draft(let id): text = try await draft(id)
        case .text(let given): text = given
        }
        do throws(RouteDocumentError) {
            return (try await sets.read(text), version)
        } catch {
            throw RuleRefusal.unusable(version, error.diagnostics.filter { $0.severity == .error })
        }
    }

    /// The same rules where a draft is taken as its text, which stays what it is.
    ///
    /// - Throws: ``RuleRefusal/unknownDraft(_:)``, or when it cannot be read.
    func settled(_ source: RuleSource) async throws -> RuleSource {
        guard case .draft(let id) = source else { return source }
        return .text(try await draft(id))
    }

    /// What tells these rules from others; the same for the same rules.
    func name(_ source: RuleSource) -> String {
        switch source {
        case .active: "version \(routes.table.version)"
        case .version(let version): "version \(version)"
        case .draft(let id): "draft \(id)"
        case .text(let text): "text \(Fingerprint.hexadecimal(of: text))"
        }
    }

    /// The rules of a text, and what is doubtful in them.
    ///
    /// - Throws: ``RuleRefusal/unusable(_:_:)``.
    func tableWithRemarks(_ text: [UInt8]) async throws -> (table: RoutingTable, remarks: [RouteDiagnostic]) {
        try await read(text, file: "text", version: 0)
    }

    /// What tells a draft as it is now from what it was before: see ``Draft/tag``.
    ///
    /// - Throws: ``RuleRefusal/unknownDraft(_:)``, or when it cannot be read.
    func draftTag(_ id: String) async throws -> String {
        let record = try await record(id)
        return Draft(record: record, comparison: nil, active: 0).tag
    }

    private func draft(_ id: String) async throws -> [UInt8] { try await record(id).content.text }

    private func record(_ id: String) async throws -> RouteDraft {
        guard let number = Draft.number(id), let record = try await drafts.draft(number) else {
            throw RuleRefusal.unknownDraft(id)
        }
        return record
    }

    /// Beside whatever task asks, since ten thousand rules take their time.
    @concurrent private func read(
        _ text: [UInt8],
        file: String,
        version: Int
    ) async throws -> (table: RoutingTable, remarks: [RouteDiagnostic]) {
        do throws(RouteDocumentError) {
            let set = try await sets.read(text, file: file)
            return (RoutingTable(set.document, version: version), set.warnings)
        } catch {
            throw RuleRefusal.unusable(version == 0 ? nil : version, error.diagnostics.filter { $0.severity == .error })
        }
    }
}

/// The rule sets that were read last, by what tells them from others.
private final class RecentTables: Sendable {
    private let kept = Mutex<[(name: String, table: RoutingTable)]>([])
    /// The two sides of a comparison, and those of the one before.
    private static let most = 4

    func table(_ name: String, read: () async throws -> RoutingTable) async throws -> RoutingTable {
        let known = kept.withLock { kept -> RoutingTable? in
            guard let place = kept.firstIndex(where: { $0.name == name }) else { return nil }
            kept.insert(kept.remove(at: place), at: 0)
            return kept[0].table
        }
        if let known { return known }
        let table = try await read()
        kept.withLock { kept in
            kept.removeAll { $0.name == name }
            kept.insert((name, table), at: 0)
            if kept.count > RecentTables.most { kept.removeLast() }
        }
        return table
    }
}

/// Why rules that somebody wants to look at are not there.
package enum RuleRefusal: Error {
    /// There is no such version of the rules, or its text is not kept any more.
    case unknownVersion(Int)
    case unknownDraft(String)
    /// They do not load; with the number of their version, if they have one.
    case unusable(Int?, [RouteDiagnostic])
}

extension RuleRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknownVersion(let version):
            RefusalAnswer(
                .unknown,
                detail: "There is no version \(version) of the rules, or its text is not kept any more."
            )
        case .unknownDraft(let id):
            RefusalAnswer(
                .unknown,
                detail:
                    "There is no draft \(EscapedText.visible(String(id.prefix(40)))): it was published, thrown away or "
                    + "never there."
            )
        case .unusable(let version, let diagnostics):
            RefusalAnswer(
                .impossible,
                detail: version.map { "Version \($0) of the rules cannot be used by this version of Noroshi." }
                    ?? "The rules do not load.",
                faults: diagnostics.map(\.fault)
            )
        }
    }
}
