import Findings
import FoundationEssentials
package import Routing
import Store

/// How much a silence would hide: of the last days, and of what is open now.
package struct SilenceReach: Sendable, Hashable {
    /// What it would have hidden in the last ``SilencePreview/days``.
    package var preview: SilencePreview
    /// What in its condition probably matches nothing, in words.
    package var warnings: [String]
    /// Open findings that were compared with it; `nil` when it looks at the event as received, which is not compared here.
    package var open: Open?

    package struct Open: Sendable, Hashable {
        package var looked: Int
        package var hidden: Int
        /// Whether all that is open was looked at.
        package var isComplete: Bool

        /// Hidden of all, 0 where nothing is open.
        package var share: Double { looked == 0 ? 0 : Double(hidden) / Double(looked) }
    }

    /// What a silence may hide of all that is open before somebody has to say that it is meant.
    package static let usualShare = 0.3

    /// Whether more would be hidden than is usual; of a handful no share says anything.
    package var isWide: Bool {
        guard let open, open.hidden >= SilenceReach.fewest else { return false }
        return open.share > SilenceReach.usualShare
    }

    private static let fewest = 5
}

extension SilenceOperations {
    private static let openPage = 500
    /// Open findings that are compared at most, the last seen first.
    private static let mostOpen = 50_000

    /// What a silence would hide, before anybody has said whose it is and why.
    ///
    /// - Parameters:
    ///   - when: Its condition.
    ///   - destinations: Where; `nil` for everywhere.
    /// - Returns: Its reach, as far as was looked in a few seconds.
    /// - Throws: When the history or the findings cannot be read.
    package func reach(of when: WrittenCondition, at destinations: [String]?) async throws -> SilenceReach {
        let now = now()
        let draft = SilenceDraft(
            when: when,
            owner: "",
            reason: "",
            destinations: destinations,
            endsAt: now.addingTimeInterval(1)
        )
        let silence = Silence(draft, id: "", author: "", at: now)
        let table = routes.table
        return SilenceReach(
            preview: try await SilencePreview.replay(
                silence,
                routes: table,
                history: history,
                now: now,
                isOverdue: SilenceOperations.deadline()
            ),
            warnings: RouteLint.doubts(of: .raw(when.text), accounts: table.document.accounts),
            open: try await open(silence, SilenceTable([silence], for: table))
        )
    }

    private func open(_ silence: Silence, _ table: SilenceTable) async throws -> SilenceReach.Open? {
        guard silence.when.condition.hasPattern == false else { return nil }
        let isOverdue = SilenceOperations.deadline()
        var found = SilenceReach.Open(looked: 0, hidden: 0, isComplete: false)
        var page = Page(limit: SilenceOperations.openPage)
        while found.looked < SilenceOperations.mostOpen, isOverdue() == false {
            let read = try await records.findings(FindingFilter(status: .active), page: page)
            found.looked += read.items.count
            found.hidden += read.items.count { table.matches($0.finding).isEmpty == false }
            guard let next = read.next else {
                found.isComplete = true
                break
            }
            page.cursor = next
        }
        return found
    }

    /// What each of some silences hid, for as many as are read within a moment.
    ///
    /// - Parameter silences: Any.
    /// - Returns: By their ids; one that is missing was not looked at.
    /// - Throws: When the history cannot be read.
    package func effects(of silences: [Silence]) async throws -> [String: SilenceEffect] {
        let isOverdue = SilenceOperations.deadline()
        var effects: [String: SilenceEffect] = [:]
        for silence in silences where isOverdue() == false {
            effects[silence.id] = try await SilenceEffect.read(
                silence,
                history: history,
                now: now(),
                isOverdue: isOverdue
            )
        }
        return effects
    }
}
