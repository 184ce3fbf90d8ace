import Findings
import Replay
package import Routing

extension SilenceOperations {
    /// How long a preview may work before it is cut short.
    private static let previewTime = Duration.seconds(3)

    /// What a silence would be, and what it would have hidden; nothing is created.
    package struct DryRun: Sendable, Hashable {
        /// Its id is empty.
        package var silence: SilenceStatus
        package var preview: SilencePreview
        /// What in its condition probably matches nothing, in words.
        package var warnings: [String]
    }

    /// Says what a silence would have hidden.
    ///
    /// - Parameters:
    ///   - draft: What it would be.
    ///   - author: Who asks.
    /// - Returns: The silence that would be created, and its preview.
    /// - Throws: ``FaultyDraft``, or when the history cannot be read.
    package func dryRun(_ draft: SilenceDraft, by author: Author) async throws -> DryRun {
        let now = now()
        try check(draft, at: now)
        let silence = Silence(draft, id: "", author: author.name, at: now)
        let table = routes.table
        return DryRun(
            silence: status(silence, at: now),
            preview: try await SilencePreview.replay(
                silence,
                routes: table,
                history: history,
                now: now,
                isOverdue: SilenceOperations.deadline()
            ),
            warnings: RouteLint.doubts(of: .raw(silence.when.text), accounts: table.document.accounts)
        )
    }

    /// What a silence hid, and what it hides now.
    ///
    /// - Parameter silence: Any.
    /// - Returns: The effect, as far as was looked.
    /// - Throws: When the history cannot be read.
    package func effect(of silence: Silence) async throws -> SilenceEffect {
        try await SilenceEffect.read(
            silence,
            history: history,
            now: now(),
            isOverdue: SilenceOperations.deadline()
        )
    }

    static func deadline() -> @Sendable () -> Bool {
        let deadline = ContinuousClock.now + previewTime
        return { ContinuousClock.now > deadline }
    }
}

/// How far a preview looks.
extension SilencePreview {
    /// How many days are looked back.
    package static let days = LookBack.usualDays
    /// How many observations are looked at.
    package static let mostObservations = 200_000
}
