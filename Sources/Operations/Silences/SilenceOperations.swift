import Findings
import FoundationEssentials
import Logging
package import Routing
package import Store

/// Silences written and read: a silence is in force as soon as it is created, and no longer as soon as it is ended.
package struct SilenceOperations: Sendable {
    let audit: Audit
    let silences: any Silences
    let active: ActiveSilences
    let routes: ActiveRoutes
    let history: any History
    let records: any Records
    let now: @Sendable () -> Date

    /// Puts in force what the store holds, at the start.
    ///
    /// - Throws: When the store cannot be read.
    package func putInForce() async throws { try await refresh(at: now()) }

    /// Silences, the newest first.
    ///
    /// - Parameters:
    ///   - states: Only those in one of these states, `nil` for all.
    ///   - page: Which of them.
    /// - Returns: A page of them.
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    package func list(_ states: Set<Silence.State>?, page: Page) async throws -> Paged<SilenceStatus> {
        let now = now()
        let found = try await silences.silences(states, now: now, page: page)
        return Paged(items: found.items.map { status($0, at: now) }, next: found.next)
    }

    /// One silence.
    ///
    /// - Throws: ``SilenceRefusal/unknown``, or when it cannot be read.
    package func silence(_ id: String) async throws -> SilenceStatus { status(try await stored(id), at: now()) }

    /// Creates a silence and puts it in force.
    ///
    /// - Parameters:
    ///   - draft: What it is to be.
    ///   - author: Who asks.
    /// - Returns: The silence, with an id of its own.
    /// - Throws: ``FaultyDraft``, ``SilenceRefusal/tooMany``, or when it cannot be written.
    package func create(_ draft: SilenceDraft, by author: Author) async throws -> SilenceStatus {
        let now = now()
        try check(draft, at: now)
        let silence = try await silences.create(draft, author: author.name, now: now)
        try await refresh(at: now)
        log("a silence was created", silence, author)
        await audit.note(author.entry("silence.create", silence.id, after: silence.summary), by: author)
        return status(silence, at: now)
    }

    /// Changes a silence in place where that keeps what it hides; otherwise ends it and creates another.
    ///
    /// - Parameters:
    ///   - id: The silence.
    ///   - draft: What it is to be; without a start of its own it keeps the one that it has.
    ///   - author: Who asks.
    ///   - isExpected: Whether the silence as it is now is the one that was meant to be changed.
    /// - Returns: The silence as the draft wanted it, and the id of the one that it replaces, if it replaces one.
    /// - Throws: ``FaultyDraft``, ``SilenceRefusal``, or when it cannot be written.
    package func edit(
        _ id: String,
        to draft: SilenceDraft,
        by author: Author,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> (silence: SilenceStatus, replaced: String?) {
        let now = now()
        var draft = draft
        let before = try await stored(id)
        if draft.startsAt == nil { draft.startsAt = before.startsAt }
        try check(draft, at: now)
        let edit = try await silences.edit(id, to: draft, author: author.name, now: now, if: isExpected)
        try await refresh(at: now)
        let replaced: String? = if case .replaced(let old, _) = edit { old.id } else { nil }
        log(replaced == nil ? "a silence was edited" : "a silence was replaced", edit.silence, author)
        let entry = author.entry("silence.edit", id, before: before.summary, after: edit.silence.summary)
        await audit.note(entry, by: author)
        return (status(edit.silence, at: now), replaced)
    }

    /// Ends a silence now; it stays to be read. One that is over stays as it is, whatever was expected.
    ///
    /// - Parameters:
    ///   - id: The silence.
    ///   - author: Who asks.
    ///   - isExpected: Whether the silence as it is now is the one that was meant to be ended.
    /// - Returns: The silence as it is then.
    /// - Throws: ``SilenceRefusal``, or when it cannot be written.
    package func expire(
        _ id: String,
        by author: Author,
        if isExpected: @escaping @Sendable (Silence) -> Bool
    ) async throws -> SilenceStatus {
        let now = now()
        let silence = try await silences.expire(id, now: now, if: isExpected)
        try await refresh(at: now)
        log("a silence was ended", silence, author)
        await audit.note(author.entry("silence.end", id, before: silence.summary, after: "ended"), by: author)
        return status(silence, at: now)
    }

    func stored(_ id: String) async throws -> Silence {
        guard let silence = try await silences.silence(id) else { throw SilenceRefusal.unknown }
        return silence
    }

    func status(_ silence: Silence, at now: Date) -> SilenceStatus {
        SilenceStatus(
            silence: silence,
            state: silence.state(at: now),
            missingGroups: silence.when.missingGroups(routes.table.document.accounts)
        )
    }

    /// Of two refreshes at once the one that began later stands.
    private func refresh(at now: Date) async throws {
        let ticket = active.ticket()
        active.replace(with: try await silences.openSilences(now: now), ticket: ticket)
    }

    private func log(_ message: Logger.Message, _ silence: Silence, _ author: Author) {
        author.log(
            message,
            [
                "silence": .string(silence.id), "owner": .string(silence.owner), "reason": .string(silence.reason),
                "ends_at": .string(silence.endsAt.iso8601),
            ]
        )
    }
}

extension Silence {
    /// What the audit says of it.
    fileprivate var summary: String {
        let places = destinations.map { " at \($0.joined(separator: ", "))" } ?? ""
        return "\(when.text)\(places), by \(owner), until \(endsAt.iso8601): \(reason)"
    }
}
