import FoundationEssentials
import Store
import Testing

@Suite("Drafts")
struct DraftsContractTests {
    private static func content(_ text: String, base: Int = 1, buffer: String? = nil) -> RouteDraft.Content {
        RouteDraft.Content(base: base, text: Array(text.utf8), buffer: buffer.map { Array($0.utf8) })
    }

    @Test("a person has one draft, which outlives a restart", arguments: Backend.available)
    func one(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let first = try await store.roles.createDraft(of: "ana", Self.content("a", buffer: "{"), now: .t(1))
            #expect(first.content == Self.content("a", buffer: "{") && first.change == 1 && first.steps == 0)
            await #expect(throws: DraftExists(number: first.number)) {
                try await store.roles.createDraft(of: "ana", Self.content("b"), now: .t(2))
            }
            let other = try await store.roles.createDraft(of: "bo", Self.content("b"), now: .t(3))
            #expect(other.number != first.number)
            try await store.restart { store in
                let found = try await store.roles.draft(of: "ana")
                #expect(found == first)
                #expect(try await store.roles.draft(other.number) == other)
                #expect(try await store.roles.drafts().map(\.owner) == ["bo", "ana"])
                let marks = try await store.roles.drafts().map {
                    DraftMark(number: $0.number, owner: $0.owner, change: $0.change)
                }
                #expect(try await store.roles.draftMarks() == marks)
            }
        }
    }

    @Test("of two changes made on one state the second is refused, and loses nothing", arguments: Backend.available)
    func lost(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let draft = try await store.roles.createDraft(of: "ana", Self.content("a"), now: .t(1))
            let saved = try await store.roles.saveDraft(draft.number, after: 1, Self.content("b"), now: .t(2))
            #expect(saved?.change == 2 && saved?.steps == 1 && saved?.changedAt == .t(2))
            #expect(try await store.roles.saveDraft(draft.number, after: 1, Self.content("c"), now: .t(3)) == nil)
            #expect(try await store.roles.undoDraft(draft.number, after: 1, now: .t(3)) == nil)
            #expect(try await store.roles.takeDraft(draft.number, to: "bo", after: 1, now: .t(3)) == nil)
            #expect(try await store.roles.discardDraft(draft.number, after: 1) == false)
            #expect(try await store.roles.draft(draft.number) == saved)
            #expect(try await store.roles.saveDraft(99, after: 1, Self.content("c"), now: .t(3)) == nil)
        }
    }

    @Test(
        "changes are taken back one by one, the newest first, with the version they stood on",
        arguments: Backend.available
    )
    func undo(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var draft = try await store.roles.createDraft(of: "ana", Self.content("0"), now: .t(1))
            for step in 1...3 {
                draft = try #require(
                    try await store.roles.saveDraft(
                        draft.number,
                        after: draft.change,
                        Self.content("\(step)", base: step),
                        now: .t(2)
                    )
                )
            }
            // What stands in an editor is no step.
            draft = try #require(
                try await store.roles.saveDraft(
                    draft.number,
                    after: draft.change,
                    Self.content("3", base: 3, buffer: "{"),
                    now: .t(2)
                )
            )
            #expect(draft.steps == 3)
            for expected in [("2", 2), ("1", 1), ("0", 1), ("0", 1)] {
                draft = try #require(try await store.roles.undoDraft(draft.number, after: draft.change, now: .t(3)))
                #expect(draft.content == Self.content(expected.0, base: expected.1))
            }
            #expect(draft.steps == 0)
        }
    }

    @Test("no more steps are kept than can be taken back, nor more bytes", arguments: Backend.available)
    func bounded(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            var draft = try await store.roles.createDraft(of: "ana", Self.content("start"), now: .t(1))
            for step in 0..<60 {
                let content = Self.content("\(step)")
                draft = try #require(
                    try await store.roles.saveDraft(draft.number, after: draft.change, content, now: .t(2))
                )
            }
            #expect(draft.steps == RouteDraft.mostSteps)
            for letter in ["x", "y", "z"] {
                let content = Self.content(String(repeating: letter, count: 9 << 20))
                draft = try #require(
                    try await store.roles.saveDraft(draft.number, after: draft.change, content, now: .t(2))
                )
            }
            #expect(draft.steps == 1)
        }
    }

    @Test("a proposed draft keeps its note over edits, undo, hands and a restart", arguments: Backend.available)
    func proposed(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let draft = try await store.roles.createDraft(of: "ana", Self.content("a"), now: .t(1))
            #expect(draft.proposal == nil)
            let proposed = try await store.roles.proposeDraft(draft.number, note: "why ☂", after: 1, now: .t(2))
            #expect(proposed?.proposal == "why ☂" && proposed?.change == 2 && proposed?.steps == 0)
            #expect(proposed?.content == draft.content && proposed?.changedAt == .t(2))
            #expect(try await store.roles.proposeDraft(draft.number, note: "late", after: 1, now: .t(3)) == nil)
            #expect(try await store.roles.proposeDraft(99, note: "none", after: 1, now: .t(3)) == nil)
            _ = try await store.roles.saveDraft(draft.number, after: 2, Self.content("b"), now: .t(3))
            _ = try await store.roles.undoDraft(draft.number, after: 3, now: .t(4))
            let taken = try await store.roles.takeDraft(draft.number, to: "bo", after: 4, now: .t(5))
            #expect(taken?.proposal == "why ☂")
            try await store.restart { store in
                #expect(try await store.roles.draft(draft.number) == taken)
                #expect(try await store.roles.drafts() == [taken].compactMap(\.self))
                let other = try await store.roles.proposeDraft(draft.number, note: "other", after: 5, now: .t(6))
                #expect(other?.proposal == "other")
            }
        }
    }

    @Test("a draft changes hands, unless the other person has one", arguments: Backend.available)
    func taken(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let draft = try await store.roles.createDraft(of: "ana", Self.content("a"), now: .t(1))
            let taken = try await store.roles.takeDraft(draft.number, to: "bo", after: 1, now: .t(2))
            #expect(taken?.owner == "bo" && taken?.change == 2)
            let own = try await store.roles.createDraft(of: "ana", Self.content("b"), now: .t(3))
            await #expect(throws: DraftExists(number: own.number)) {
                try await store.roles.takeDraft(draft.number, to: "ana", after: 2, now: .t(4))
            }
        }
    }

    @Test(
        "a published draft is gone with the version that it became; numbers are not given again",
        arguments: Backend.available
    )
    func published(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            _ = try await store.roles.activate(Array("a".utf8), Activation(author: "file"), now: .t(1))
            let draft = try await store.roles.createDraft(of: "ana", Self.content("b"), now: .t(2))
            var activation = Activation(author: "api:ana", origin: .api, note: "why", expected: 7, draft: draft.number)
            let entry = AuditEntry(actor: "api:ana", action: "routes.publish", subject: "v2", note: "why")
            activation.audit = entry
            await #expect(throws: NotActive.self) {
                _ = try await store.roles.activate(Array("b".utf8), activation, now: .t(3))
            }
            #expect(try await store.roles.draft(draft.number) == draft)
            #expect(try await store.roles.audit(AuditFilter(), page: Page()).items == [])
            activation.expected = 1
            let revision = try await store.roles.activate(Array("b".utf8), activation, now: .t(3))
            #expect(revision.note == "why" && revision.parent == 1 && revision.origin == .api)
            #expect(try await store.roles.activeRevision() == revision)
            #expect(try await store.roles.draft(draft.number) == nil)
            #expect(try await store.roles.audit(AuditFilter(), page: Page()).items.map(\.entry) == [entry])
            let next = try await store.roles.createDraft(of: "ana", Self.content("c"), now: .t(4))
            #expect(next.number > draft.number)
        }
    }

    @Test("a draft that nobody touches for long goes when another one is begun", arguments: Backend.available)
    func old(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let old = try await store.roles.createDraft(of: "ana", Self.content("a"), now: .t(1))
            _ = try await store.roles.createDraft(of: "bo", Self.content("b"), now: .t(RouteDraft.lifetime))
            #expect(try await store.roles.draft(old.number) != nil)
            _ = try await store.roles.createDraft(of: "cy", Self.content("c"), now: .t(RouteDraft.lifetime + 2))
            #expect(try await store.roles.draft(old.number) == nil)
        }
    }

    @Test("the audit is read newest first, page by page, by whom, what, on what and when", arguments: Backend.available)
    func audit(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for number in 1...5 {
                let entry = AuditEntry(
                    actor: number.isMultiple(of: 2) ? "api:bo" : "console:ana",
                    action: number == 5 ? "silence.create" : "routes.publish",
                    subject: "v\(number)",
                    before: "v\(number - 1)",
                    after: String(repeating: "x", count: 5_000),
                    requestID: "r\(number)"
                )
                try await store.roles.record(entry, now: .t(Double(number)))
            }
            let first = try await store.roles.audit(AuditFilter(), page: Page(limit: 3))
            #expect(first.items.map(\.entry.subject) == ["v5", "v4", "v3"])
            #expect(first.items[0].entry.after?.count == AuditEntry.longestText)
            let rest = try await store.roles.audit(AuditFilter(), page: Page(limit: 3, cursor: first.next))
            #expect(rest.items.map(\.entry.subject) == ["v2", "v1"] && rest.next == nil)
            func subjects(_ filter: AuditFilter) async throws -> [String] {
                try await store.roles.audit(filter, page: Page()).items.map(\.entry.subject)
            }
            #expect(try await subjects(AuditFilter(actor: "bo")) == ["v4", "v2"])
            #expect(try await subjects(AuditFilter(action: "routes")) == ["v4", "v3", "v2", "v1"])
            #expect(try await subjects(AuditFilter(action: "publish")) == [])
            #expect(try await subjects(AuditFilter(subject: "3")) == ["v3"])
            #expect(try await subjects(AuditFilter(since: .t(2), until: .t(4))) == ["v3", "v2"])
            let excluded = [AuditFilter(actor: "bo"), AuditFilter(subject: "5")]
            #expect(try await subjects(AuditFilter(since: .t(2), without: excluded)) == ["v3"])
            #expect(try await subjects(AuditFilter(without: [AuditFilter(action: "routes")])) == ["v5"])
        }
    }
}
