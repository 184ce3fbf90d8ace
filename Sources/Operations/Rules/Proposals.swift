import Findings
import Logging
import Routing
import Store

/// Drafts that wait for whoever keeps the rules file.
struct Proposals: Sendable {
    let drafts: any Drafts
    let logger: Logger

    /// The terms on which the text of a file is put in force that means the same as a draft that was proposed: the draft
    /// ends, and its note becomes the version's.
    ///
    /// - Parameters:
    ///   - text: A routes.json that loads.
    ///   - author: Who asked for it to be read, in words.
    ///   - version: The number that it will have.
    /// - Returns: `nil` when it means the same as none, or when the drafts cannot be read, which keeps no rules from being
    ///   in force.
    func landing(_ text: [UInt8], author: String, as version: Int) async -> Activation? {
        do {
            let proposed = try await drafts.drafts().filter { $0.proposal != nil }
            guard proposed.isEmpty == false, let draft = try await Proposals.first(of: proposed, meaning: text) else {
                return nil
            }
            return Activation(
                author: author,
                note: draft.proposal,
                draft: draft.number,
                audit: AuditEntry(
                    actor: author,
                    action: "draft.land",
                    subject: "d\(draft.number)",
                    before: "proposed by \(draft.owner)",
                    after: "landed as v\(version)",
                    note: draft.proposal
                )
            )
        } catch {
            logger.warning(
                "whether the rules file takes a proposed draft over could not be read; the draft stays",
                metadata: ["problem": "\(error)"]
            )
            return nil
        }
    }

    /// The first draft that means the same as a text, however both are laid out.
    @concurrent private static func first(of drafts: [RouteDraft], meaning text: [UInt8]) async throws -> RouteDraft? {
        let document = try JSONDocument.parse(text)
        return try drafts.first { draft in
            if draft.content.text == text { return true }
            return RouteComparison(from: try JSONDocument.parse(draft.content.text), to: document).isEmpty
        }
    }
}
