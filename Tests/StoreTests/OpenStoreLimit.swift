/// How many stores on a server are open at once, whatever number of tests runs: each takes nine of its connections.
actor OpenStoreLimit {
    static let postgres = OpenStoreLimit(16)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// Waits until fewer than that many are open. To be given back with ``leave()``.
    func enter() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
