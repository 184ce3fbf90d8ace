package import FoundationEssentials
package import Store

extension PostgresStore: Drafts {
    package func drafts() async throws -> [RouteDraft] { try await ask { try DraftRows.drafts($0) } }

    package func draftMarks() async throws -> [DraftMark] { try await ask { try DraftRows.marks($0) } }

    package func draft(_ number: Int64) async throws -> RouteDraft? {
        try await ask { try DraftRows.draft(number, $0) }
    }

    package func draft(of owner: String) async throws -> RouteDraft? {
        try await ask { try DraftRows.draft(of: owner, $0) }
    }

    package func createDraft(of owner: String, _ content: RouteDraft.Content, now: Date) async throws -> RouteDraft {
        try await change(unless: { session in
            AdvisoryLock.drafts.take(session)
            let draft = try DraftRows.draft(of: owner, session)
            return draft.flatMap { $0.createdAt == now && $0.change == 1 && $0.content == content ? $0 : nil }
        }) { session, _ in
            AdvisoryLock.drafts.take(session)
            DraftRows.prune(before: now - RouteDraft.lifetime, session)
            let present = try DraftRows.present(of: owner, session)
            if let number = present.number { throw DraftExists(number: number) }
            guard present.count < RouteDraft.most else { throw TooManyDrafts() }
            return try DraftRows.insert(of: owner, content, now: now, session)
        }
    }

    package func saveDraft(
        _ number: Int64,
        after change: Int,
        _ content: RouteDraft.Content,
        now: Date
    ) async throws -> RouteDraft? {
        try await changeDraft(number, after: change, at: now) { draft, session in
            if draft.content.text != content.text || draft.content.base != content.base {
                DraftRows.pushStep(draft, session)
            }
            DraftRows.update(number, content, now: now, session)
        }
    }

    package func undoDraft(_ number: Int64, after change: Int, now: Date) async throws -> RouteDraft? {
        try await changeDraft(number, after: change, at: now) { _, session in
            guard let content = try DraftRows.popStep(number, session) else { return }
            DraftRows.update(number, content, now: now, session)
        }
    }

    package func proposeDraft(
        _ number: Int64,
        note: String,
        after change: Int,
        now: Date
    ) async throws -> RouteDraft? {
        try await changeDraft(number, after: change, at: now) { _, session in
            DraftRows.propose(number, note, now: now, session)
        }
    }

    package func takeDraft(
        _ number: Int64,
        to owner: String,
        after change: Int,
        now: Date
    ) async throws -> RouteDraft? {
        try await changeDraft(number, after: change, at: now, under: .drafts) { _, session in
            if let present = try DraftRows.present(of: owner, session).number, present != number {
                throw DraftExists(number: present)
            }
            DraftRows.give(number, to: owner, now: now, session)
        }
    }

    package func discardDraft(_ number: Int64, after change: Int) async throws -> Bool {
        try await self.change { session, _ in
            guard let draft = try DraftRows.locked(number, session) else { return true }
            guard draft.change == change else { return false }
            DraftRows.delete(number, session)
            return true
        }
    }

    /// Does something to a draft that nobody else has changed meanwhile.
    ///
    /// - Parameters:
    ///   - number: Of the draft.
    ///   - change: The count of changes that the writer saw.
    ///   - now: The time, which the change is known by.
    ///   - lock: What else nobody may change meanwhile.
    ///   - body: Does it; may run twice.
    /// - Returns: The draft as it is then; `nil` when it is not there or was changed.
    /// - Throws: What the body throws, or when the commit failed.
    private func changeDraft(
        _ number: Int64,
        after change: Int,
        at now: Date,
        under lock: AdvisoryLock? = nil,
        _ body: @escaping @Sendable (RouteDraft, Session) throws -> Void
    ) async throws -> RouteDraft? {
        try await self.change(unless: { session -> RouteDraft?? in
            lock?.take(session)
            let draft = try DraftRows.locked(number, session)
            return draft.flatMap { $0.change == change + 1 && $0.changedAt == now ? .some($0) : nil }
        }) { session, _ in
            lock?.take(session)
            guard let draft = try DraftRows.locked(number, session), draft.change == change else { return nil }
            try body(draft, session)
            return try DraftRows.draft(number, session)
        }
    }
}
