package import FoundationEssentials
package import Store
import Triage

extension PostgresStore: RouteRevisions {
    package func activate(_ text: [UInt8], _ activation: Activation, now: Date) async throws -> RouteRevision {
        let hash = Fingerprint.hexadecimal(of: text)
        let revision = try await change(unless: { session in
            AdvisoryLock.revisions.take(session)
            return try RevisionRows.written(hash, by: activation.author, at: now, session)
        }) { session, _ in
            AdvisoryLock.revisions.take(session)
            // The batch under way is applied first; the next one finds the new rules in force.
            session.later("SELECT one FROM control WHERE one FOR UPDATE")
            let active = try RevisionRows.active(session)
            if let expected = activation.expected, active?.version != expected { throw NotActive(active: active) }
            if let draft = activation.draft { DraftRows.delete(draft, session) }
            if let active, active.hash == hash { return active }
            let revision = RouteRevision(
                version: (active?.version ?? 0) + 1,
                hash: hash,
                author: activation.author,
                activatedAt: now,
                note: activation.note,
                parent: active?.version,
                origin: activation.origin
            )
            RevisionRows.insert(revision, text: text, session)
            if let audit = activation.audit { AuditRows.insert(audit, now: now, session) }
            return revision
        }
        signals.rules.send()
        return revision
    }

    package func lastRevision(withHash hash: String) async throws -> RouteRevision? {
        try await pipeline.transaction { try RevisionRows.last(withHash: hash, $0) }
    }

    package func activeRevision() async throws -> RouteRevision? {
        try await pipeline.transaction { try RevisionRows.active($0) }
    }

    package func revisions(page: Page) async throws -> Paged<RouteRevision> {
        let before = try page.cursor.map { try PageCursor($0, of: "r", count: 1).numbers[0] } ?? .max
        return try await ask { session in
            try page.cut(RevisionRows.revisions(before: before, limit: page.rowLimit + 1, session)) { revision in
                PageCursor("r", Int64(revision.version))
            }.map { $0 }
        }
    }

    package func revision(_ version: Int) async throws -> (revision: RouteRevision, text: [UInt8])? {
        try await ask { try RevisionRows.revision(version, $0) }
    }
}
