package import FoundationEssentials
package import Store

extension FakeRoles: Drafts {
    package func drafts() async throws -> [RouteDraft] { try read { $0.drafts.map(\.draft) } }

    package func draftMarks() async throws -> [DraftMark] {
        try await drafts().map { DraftMark(number: $0.number, owner: $0.owner, change: $0.change) }
    }

    package func draft(_ number: Int64) async throws -> RouteDraft? {
        try read { state in state.drafts.first { $0.draft.number == number }?.draft }
    }

    package func draft(of owner: String) async throws -> RouteDraft? {
        try read { state in state.drafts.first { $0.draft.owner == owner }?.draft }
    }

    package func createDraft(of owner: String, _ content: RouteDraft.Content, now: Date) async throws -> RouteDraft {
        try read { state in
            if let present = state.drafts.first(where: { $0.draft.owner == owner }) {
                throw DraftExists(number: present.draft.number)
            }
            state.lastDraft += 1
            let draft = RouteDraft(
                number: state.lastDraft,
                owner: owner,
                content: content,
                change: 1,
                steps: 0,
                createdAt: now,
                changedAt: now
            )
            state.drafts.append((draft, []))
            return draft
        }
    }

    package func saveDraft(
        _ number: Int64,
        after change: Int,
        _ content: RouteDraft.Content,
        now: Date
    ) async throws -> RouteDraft? {
        try changeDraft(number, after: change) { entry in
            if entry.draft.content.text != content.text { entry.steps.append(entry.draft.content) }
            entry.draft.content = content
        }
    }

    package func undoDraft(_ number: Int64, after change: Int, now: Date) async throws -> RouteDraft? {
        try changeDraft(number, after: change) { entry in
            if let step = entry.steps.popLast() { entry.draft.content = step }
        }
    }

    package func proposeDraft(
        _ number: Int64,
        note: String,
        after change: Int,
        now: Date
    ) async throws -> RouteDraft? {
        try changeDraft(number, after: change) { $0.draft.proposal = note }
    }

    package func takeDraft(
        _ number: Int64,
        to owner: String,
        after change: Int,
        now: Date
    ) async throws -> RouteDraft? {
        if let present = try await draft(of: owner), present.number != number {
            throw DraftExists(number: present.number)
        }
        return try changeDraft(number, after: change) { $0.draft.owner = owner }
    }

    package func discardDraft(_ number: Int64, after change: Int) async throws -> Bool {
        try read { state in
            guard let index = state.drafts.firstIndex(where: { $0.draft.number == number }) else { return true }
            guard state.drafts[index].draft.change == change else { return false }
            state.drafts.remove(at: index)
            return true
        }
    }

    private func changeDraft(
        _ number: Int64,
        after change: Int,
        _ body: (inout (draft: RouteDraft, steps: [RouteDraft.Content])) -> Void
    ) throws -> RouteDraft? {
        try read { state in
            guard let index = state.drafts.firstIndex(where: { $0.draft.number == number }),
                state.drafts[index].draft.change == change
            else { return nil }
            body(&state.drafts[index])
            state.drafts[index].draft.change += 1
            state.drafts[index].draft.steps = state.drafts[index].steps.count
            return state.drafts[index].draft
        }
    }
}

extension FakeRoles: AuditRecords {
    package func record(_ entry: AuditEntry, now: Date) async throws {
        try read { state in
            state.audit.append(AuditRecord(number: Int64(state.audit.count + 1), at: now, entry: entry))
        }
    }

    package func audit(_ filter: AuditFilter, page: Page) async throws -> Paged<AuditRecord> {
        let records = try read { state in
            state.audit.reversed().filter { record in
                filter.action.map { record.entry.action.hasPrefix($0) } ?? true
                    && filter.actor.map { record.entry.actor.contains($0) } ?? true
            }
        }
        return try FakeRoles.page(records, page)
    }
}
