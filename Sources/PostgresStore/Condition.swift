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
    /// How often a connection that was open has ended.
    private let endings = Atomic<Int>(0)

    /// - Parameter changed: Sent when the health has changed in kind.
    init(changed: Signal) { self.changed = changed }

    var health: StoreHealth { state.withLock(\.health) }

    /// Changes whenever a connection that was open has ended. The others may lead to a server that takes no writes any more and
    /// goes on answering questions, with what it knew when another one took over.
    var era: Int { endings.load(ordering: .acquiring) }

    func ended() { endings.wrappingAdd(1, ordering: .acquiringAndReleasing) }

    /// From now on requests are refused.
    func enter(_ trouble: StoreTrouble) {
        isTroubled.store(true, ordering: .releasing)
        change { $0.health.trouble = trouble }
    }

    /// A commit has succeeded. That says nothing of the room for more, nor of other places of the disk: a small one succeeds
    /// where the disk is full.
    func committed() {
        guard isTroubled.load(ordering: .acquiring) else { return }
        if let trouble = health.trouble, trouble.isOfDisk { return }
        leave()
    }

    /// What is accepted can be written.
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

extension StoreTrouble {
    /// Whether it ends only once a write of some size succeeds.
    var isOfDisk: Bool { isWantOfSpace || kind == .ioError }
}
