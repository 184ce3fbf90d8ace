package import FoundationEssentials
import GRDB
package import Store

extension SQLiteStore: Drafts {
    package func drafts() async throws -> [RouteDraft] { try await ask { try DraftRows.drafts($0) } }

    package func draftMarks() async throws -> [DraftMark] { try await ask { try DraftRows.marks($0) } }

    package func draft(_ number: Int64) async throws -> RouteDraft? {
        try await ask { try DraftRows.draft(number, $0) }
    }

    package func draft(of owner: String) async throws -> RouteDraft? {
        try await ask { try DraftRows.draft(of: owner, $0) }
    }

    package func createDraft(of owner: String, _ content: RouteDraft.Content, now: Date) async throws -> RouteDraft {
        try await writer.write(.asked) { db, _ in
            try DraftRows.prune(before: now - RouteDraft.lifetime, db)
            if let present = try DraftRows.draft(of: owner, db) { throw DraftExists(number: present.number) }
            guard try DraftRows.count(db) < RouteDraft.most else { throw TooManyDrafts() }
            return try DraftRows.insert(of: owner, content, now: now, db)
        }
    }

    package func saveDraft(
        _ number: Int64,
        after change: Int,
        _ content: RouteDraft.Content,
        now: Date
    ) async throws -> RouteDraft? {
        try await changeDraft(number, after: change) { draft, db in
            if draft.content.text != content.text || draft.content.base != content.base {
                try DraftRows.pushStep(draft, db)
            }
            try DraftRows.update(number, content, now: now, db)
        }
    }

    package func undoDraft(_ number: Int64, after change: Int, now: Date) async throws -> RouteDraft? {
        try await changeDraft(number, after: change) { _, db in
            guard let content = try DraftRows.popStep(number, db) else { return }
            try DraftRows.update(number, content, now: now, db)
        }
    }

    package func proposeDraft(
        _ number: Int64,
        note: String,
        after change: Int,
        now: Date
    ) async throws -> RouteDraft? {
        try await changeDraft(number, after: change) { _, db in
            try DraftRows.propose(number, note, now: now, db)
        }
    }

    package func takeDraft(
        _ number: Int64,
        to owner: String,
        after change: Int,
        now: Date
    ) async throws -> RouteDraft? {
        try await changeDraft(number, after: change) { draft, db in
            if let present = try DraftRows.draft(of: owner, db), present.number != number {
                throw DraftExists(number: present.number)
            }
            try DraftRows.give(number, to: owner, now: now, db)
        }
    }

    package func discardDraft(_ number: Int64, after change: Int) async throws -> Bool {
        try await writer.write(.asked) { db, _ in
            guard let draft = try DraftRows.draft(number, db) else { return true }
            guard draft.change == change else { return false }
            try DraftRows.delete(number, db)
            return true
        }
    }

    /// Does something to a draft that nobody else has changed meanwhile.
    private func changeDraft(
        _ number: Int64,
        after change: Int,
        _ body: @escaping @Sendable (RouteDraft, Database) throws -> Void
    ) async throws -> RouteDraft? {
        try await writer.write(.asked) { db, _ in
            guard let draft = try DraftRows.draft(number, db), draft.change == change else { return nil }
            try body(draft, db)
            return try DraftRows.draft(number, db)
        }
    }
}
