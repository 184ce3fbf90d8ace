import Store
import Synchronization

/// What the connections have found out about the server; shared by all of them.
final class Condition: Sendable {
    private struct State {
        var health = StoreHealth()
    }

    /// So that the many who ask while all is well take no lock.
    private let isTroubled = Atomic<Bool>(false)
    private let state = Mutex(State())
    private let changed: Signal

    /// - Parameter changed: Sent when the health has changed in kind.
    init(changed: Signal) { self.changed = changed }

    var health: StoreHealth { state.withLock(\.health) }

    /// From now on requests are refused.
    func enter(_ trouble: StoreTrouble) {
        isTroubled.store(true, ordering: .releasing)
        change { $0.health.trouble = trouble }
    }

    /// The server answers.
    func leave() {
        guard isTroubled.exchange(false, ordering: .acquiringAndReleasing) else { return }
        change { $0.health.trouble = nil }
    }

    /// Notes what cannot be read, in words.
    func note(damage: String) {
        change { state in
            guard state.health.damage == nil else { return }
            state.health.damage = damage
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let isNews = state.withLock { state in
            let before = state.health
            change(&state)
            return before.trouble?.kind != state.health.trouble?.kind || before.damage != state.health.damage
        }
        if isNews { changed.send() }
    }
}
