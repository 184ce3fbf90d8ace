package import FoundationEssentials

extension Silence {
    /// The silence that a draft becomes; a start in the past is moved to now.
    package init(_ draft: SilenceDraft, id: String, author: String, at now: Date) {
        let now = now.wholeSeconds
        self.init(
            id: id,
            when: draft.when,
            owner: draft.owner,
            reason: draft.reason,
            destinations: draft.destinations,
            startsAt: max(draft.startsAt ?? now, now),
            endsAt: draft.endsAt,
            breaksOnRaise: draft.breaksOnRaise,
            createdAt: now,
            updatedAt: now,
            createdBy: author
        )
    }

    /// The same silence as the draft wants it.
    ///
    /// What it hides stays what it was, for the ledger names it as the reason: an edit in place keeps the condition, the
    /// destinations, and of an active one the start. Source: Alertmanager, `silence.canUpdate`.
    ///
    /// - Parameters:
    ///   - draft: Without faults.
    ///   - now: The time.
    /// - Returns: `nil` when only another silence can be what the draft wants.
    package func edited(_ draft: SilenceDraft, at now: Date) -> Silence? {
        guard draft.when == when, draft.destinations == destinations else { return nil }
        var next = self
        switch state(at: now) {
        case .expired: return nil
        case .active: guard draft.startsAt == nil || draft.startsAt == startsAt else { return nil }
        case .pending: next.startsAt = max(draft.startsAt ?? startsAt, now.wholeSeconds)
        }
        next.owner = draft.owner
        next.reason = draft.reason
        next.endsAt = draft.endsAt
        next.breaksOnRaise = draft.breaksOnRaise
        guard next != self else { return self }
        next.updatedAt = now.wholeSeconds
        return next
    }

    /// The silence ended now; one that has ended already stays as it is, one that is pending never begins.
    package func expired(at now: Date) -> Silence {
        guard state(at: now) != .expired else { return self }
        var next = self
        next.endsAt = now.wholeSeconds
        next.startsAt = min(startsAt, next.endsAt)
        next.updatedAt = next.endsAt
        return next
    }
}
