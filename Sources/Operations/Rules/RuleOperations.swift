import Findings
import Logging
package import Routing
package import Store
import Triage

/// The rules in force, reloads, and every version there was.
package struct RuleOperations: Sendable {
    let audit: Audit
    let revisions: any RouteRevisions
    let activation: any RouteActivation
    let sets: RuleSets
    let switchedOff: SwitchedOffRules

    init(audit: Audit, revisions: any RouteRevisions, activation: any RouteActivation, sets: RuleSets) {
        (self.audit, self.revisions, self.activation, self.sets) = (audit, revisions, activation, sets)
        switchedOff = SwitchedOffRules(revisions: revisions)
    }

    /// The rules in force with their text; `nil` before the first activation.
    ///
    /// - Throws: When they cannot be read.
    package func active() async throws -> (revision: RouteRevision, text: [UInt8])? {
        guard let active = try await revisions.activeRevision() else { return nil }
        return try await revisions.revision(active.version)
    }

    /// Since when the rules in force that are switched off are so, by their names.
    ///
    /// - Throws: When versions cannot be read.
    package func offSince() async throws -> [String: SwitchedOff] {
        guard let (revision, text) = try await active() else { return [:] }
        return try await switchedOff.rules(in: revision, sets.read(text))
    }

    /// What a text means.
    ///
    /// - Parameter text: A whole routes.json.
    /// - Returns: The rules, as they would be put in force.
    /// - Throws: `RouteDocumentError` with all errors.
    package func read(_ text: [UInt8]) async throws(RouteDocumentError) -> RuleSet { try await sets.read(text) }

    /// Versions without their texts, the newest first.
    ///
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    package func versions(page: Page) async throws -> Paged<RouteRevision> { try await revisions.revisions(page: page) }

    /// One version with its text; `nil` too when its text is not kept any more.
    ///
    /// - Throws: When it cannot be read.
    package func version(_ number: Int) async throws -> (revision: RouteRevision, text: [UInt8])? {
        try await revisions.revision(number)
    }

    /// What is different between two versions.
    ///
    /// - Parameters:
    ///   - before: The older one.
    ///   - after: The newer one.
    /// - Returns: `nil` when the text of one is not kept, or there is no such version.
    /// - Throws: When they cannot be read.
    package func compare(_ before: Int, with after: Int) async throws -> RouteComparison? {
        guard let old = try await revisions.revision(before)?.text, let new = try await revisions.revision(after)?.text
        else { return nil }
        return try await RuleOperations.compare(old, with: new)
    }

    /// What is different between two texts.
    ///
    /// - Throws: When one of them is not JSON.
    @concurrent package static func compare(_ before: [UInt8], with after: [UInt8]) async throws -> RouteComparison {
        RouteComparison(from: try JSONDocument.parse(before), to: try JSONDocument.parse(after))
    }

    /// Where the rules are kept, and who may change them there.
    package var keeping: RouteKeeping { activation.keeping }

    /// The text of the rules file as it lies there now, whether it is loaded or not; `nil` where it cannot be read.
    package func fileText() async -> [UInt8]? { await activation.fileText() }

    /// What the rules file says that was never in force, where the rules are kept in the store and nobody loads it.
    ///
    /// - Returns: Its text; `nil` where files are loaded, where there is none, and where it is a version that was in force.
    /// - Throws: When the versions cannot be read.
    package func unreadFile() async throws -> [UInt8]? {
        guard keeping == .store, let text = await activation.fileText() else { return nil }
        return try await revisions.lastRevision(withHash: Fingerprint.hexadecimal(of: text)) == nil ? text : nil
    }

    /// Reads the rules file again and, if it is good and different, activates it.
    ///
    /// - Parameter author: Who asks.
    /// - Returns: What was done, or every problem of the file.
    package func reload(by author: Author) async -> RouteReload {
        let former = await formerVersion(author)
        let result = await activation.reload(author: author.name)
        let after =
            switch result {
            case .activated(let revision): "v\(revision.version)\(await changes(former, revision, author))"
            case .unchanged: "no change"
            case .refused(let problems): "refused: \(problems.first ?? "")"
            }
        let entry = author.entry("routes.reload", "the rules file", before: former.map { "v\($0)" }, after: after)
        await audit.note(entry, by: author)
        return result
    }

    /// What was in force until now, for the audit alone.
    private func formerVersion(_ author: Author) async -> Int? {
        do {
            return try await revisions.activeRevision()?.version
        } catch {
            author.log("what is in force could not be read for the audit", ["problem": "\(error)"])
            return nil
        }
    }

    private func changes(_ former: Int?, _ revision: RouteRevision, _ author: Author) async -> String {
        guard let former else { return "" }
        do {
            return try await compare(former, with: revision.version).map { ": \($0.names)" } ?? ""
        } catch {
            author.log("what changed could not be read for the audit", ["problem": "\(error)"])
            return ""
        }
    }
}
