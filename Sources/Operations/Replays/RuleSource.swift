import Findings
import FoundationEssentials
package import Routing
package import Store
import Triage

/// Where rules come from that somebody wants to look at.
package enum RuleSource: Sendable, Hashable {
    /// Those in force.
    case active
    case version(Int)
    /// A whole routes.json.
    case text([UInt8])
}

/// Reads rules, wherever they are.
package struct RuleReader: Sendable {
    package let routes: ActiveRoutes
    package let revisions: any RouteRevisions

    package init(routes: ActiveRoutes, revisions: any RouteRevisions) {
        self.routes = routes
        self.revisions = revisions
    }

    /// The rules, ready to decide.
    ///
    /// - Parameter source: Where they are.
    /// - Returns: Of version 0 when nobody has activated them.
    /// - Throws: ``ReplayRefusal`` when there are none, or when they do not load; or when they cannot be read.
    @concurrent package func table(_ source: RuleSource) async throws -> RoutingTable {
        switch source {
        case .active: return routes.table
        case .version(let version):
            let active = routes.table
            guard version != active.version else { return active }
            guard let text = try await revisions.revision(version)?.text else {
                throw ReplayRefusal.unknownVersion(version)
            }
            return try RuleReader.table(text, file: "version \(version) of the rules", version: version)
        case .text(let text): return try RuleReader.table(text, file: "text", version: 0)
        }
    }

    /// What tells these rules from others; the same for the same rules.
    func name(_ source: RuleSource) -> String {
        switch source {
        case .active: "version \(routes.table.version)"
        case .version(let version): "version \(version)"
        case .text(let text): "text \(Fingerprint.hexadecimal(of: text))"
        }
    }

    /// The rules of a text, and what is doubtful in them.
    @concurrent func tableWithRemarks(_ text: [UInt8]) async throws -> (RoutingTable, [RouteDiagnostic]) {
        try RuleReader.read(text, file: "text", version: 0)
    }

    private static func table(_ text: [UInt8], file: String, version: Int) throws -> RoutingTable {
        try read(text, file: file, version: version).0
    }

    private static func read(
        _ text: [UInt8],
        file: String,
        version: Int
    ) throws -> (RoutingTable, [RouteDiagnostic]) {
        do throws(RouteDocumentError) {
            let (document, remarks) = try RouteDocument.parse(text, file: file)
            return (RoutingTable(document, version: version), remarks)
        } catch {
            throw ReplayRefusal.unusable(error.diagnostics.filter { $0.severity == .error })
        }
    }
}
