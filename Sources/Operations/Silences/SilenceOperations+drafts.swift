package import FoundationEssentials
package import Routing

extension SilenceOperations {
    /// The account groups that a silence's condition may name, sorted.
    package var accountGroups: [String] { routes.table.document.accounts.keys.sorted() }

    /// Everything that is wrong with the parts of a draft, of which some may not be known.
    ///
    /// - Parameters:
    ///   - when: What is silenced.
    ///   - owner: Who answers for it.
    ///   - reason: Why.
    ///   - destinations: Where; `nil` for everywhere.
    ///   - startsAt: Its start; `nil` for now, and in an edit for the start that the silence has.
    ///   - endsAt: Its end.
    ///   - edited: The silence that is edited; `nil` for a new one.
    /// - Returns: None when what is known is good.
    package func faults(
        when: WrittenCondition?,
        owner: String?,
        reason: String?,
        destinations: [String]?,
        startsAt: Date?,
        endsAt: Date?,
        editing edited: Silence? = nil
    ) -> [SilenceDraft.Fault] {
        SilenceDraft.faults(
            when: when,
            owner: owner,
            reason: reason,
            destinations: destinations,
            startsAt: startsAt ?? edited?.startsAt,
            endsAt: endsAt,
            at: now(),
            known: knownDestinations
        )
    }

    func check(_ draft: SilenceDraft, at now: Date) throws(FaultyDraft) {
        let faults = draft.faults(at: now, destinations: knownDestinations)
        guard faults.isEmpty else { throw FaultyDraft(faults: faults) }
    }

    private var knownDestinations: [String] { routes.table.document.destinations.map(\.name) }
}

/// A draft that cannot become a silence.
package struct FaultyDraft: Error, Hashable {
    /// At least one.
    package var faults: [SilenceDraft.Fault]
}
