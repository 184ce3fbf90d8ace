package import FoundationEssentials
package import Replay

/// A replay that was asked for, as far as it is.
package struct ReplayStatus: Sendable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case queued, running, done, cancelled, failed

        /// Whether nothing more will happen to it.
        package var isOver: Bool {
            switch self {
            case .queued, .running: false
            case .done, .cancelled, .failed: true
            }
        }
    }

    package var id: String
    package var state: State
    /// The version of the candidate; `nil` for rules that nobody has activated.
    package var candidate: Int?
    /// The version that it is compared with; `nil` likewise.
    package var against: Int?
    package var since: Date
    package var until: Date
    package var depth: ReplayQuestion.Depth
    /// Who asked, in words.
    package var author: String
    package var createdAt: Date
    package var startedAt: Date?
    package var finishedAt: Date?
    /// `nil` before the first page.
    package var progress: ReplayProgress?
    /// When it is done.
    package var result: ReplayResult?
    /// Why it failed, in words.
    package var failure: String?
    /// Rises with everything that changes in it.
    package var revision: Int
}
