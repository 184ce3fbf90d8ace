import Synchronization

/// Claims of this process that were not given out: what could not be read and is not set aside yet, and what nobody knows whether
/// it was claimed.
final class StrayClaims: Sendable {
    fileprivate struct Stray: Sendable, Hashable {
        var node: Int64
        /// Places in the order of the node's claims.
        var places: ClosedRange<Int64>
        var until: ContinuousClock.Instant
    }

    /// A commit that waits for a standby can come to pass long after its connection was lost.
    private static let lifetime = Duration.seconds(60)

    private let state = Mutex<[Stray]>([])

    /// - Parameters:
    ///   - node: The number under which they were claimed.
    ///   - places: In the order of the node's claims.
    func add(_ node: Int64, _ places: ClosedRange<Int64>) {
        let stray = Stray(node: node, places: places, until: .now + StrayClaims.lifetime)
        state.withLock { $0.append(stray) }
    }

    var isEmpty: Bool { state.withLock(\.isEmpty) }

    /// Puts them back as if they had not been claimed, with what is committed next.
    ///
    /// - Returns: What to call once that is committed.
    func release(_ session: Session) -> Release {
        let strays = state.withLock { $0 }
        for stray in strays { QueueRows.release([stray.places], of: stray.node, session) }
        let now = ContinuousClock.now
        return Release(owner: self, ended: Set(strays.filter { $0.until < now }))
    }

    struct Release: Sendable {
        fileprivate let owner: StrayClaims
        fileprivate let ended: Set<Stray>

        func committed() { owner.state.withLock { $0.removeAll(where: ended.contains) } }
    }
}
