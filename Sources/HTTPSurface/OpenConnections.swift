import Logging
import Metrics
import NIOCore
import Synchronization

/// The connections of one server: when there are too many, those that have said nothing for the longest time end, so that
/// whoever has something to say is served.
final class OpenConnections: Sendable {
    /// One connection, as its event loop sees it.
    final class Connection: Sendable {
        /// When something last came, in nanoseconds of the event loops' clock.
        fileprivate let lastActive: Atomic<UInt64>
        /// Whether a request is being answered: such a connection is never closed for another.
        fileprivate let isBusy = Atomic(false)
        private let end: @Sendable () -> Void

        /// - Parameters:
        ///   - now: When it was opened.
        ///   - end: Closes it unless a request has come meanwhile; called on any thread.
        init(now: NIODeadline, end: @escaping @Sendable () -> Void) {
            lastActive = Atomic(now.uptimeNanoseconds)
            self.end = end
        }

        func touch(_ now: NIODeadline) { lastActive.store(now.uptimeNanoseconds, ordering: .relaxed) }

        func setBusy(_ isBusy: Bool) { self.isBusy.store(isBusy, ordering: .relaxed) }

        fileprivate func giveWay() { end() }
    }

    private struct State {
        var open: [ObjectIdentifier: Connection] = [:]
        /// Told to end, and not gone yet.
        var leaving: Set<ObjectIdentifier> = []
        var isCrowded = false
        var closedForRoom = 0
    }

    /// Why connections end before their clients end them; the values of the label `reason`.
    enum Ending: String, CaseIterable {
        /// More were open than there is room for.
        case room
        /// Nothing came for long, or an answer was not read.
        case idle
        /// A body took too long.
        case slow
        /// The server shut down.
        case shutdown
    }

    private let limit: Int
    private let logger: Logger
    private let state = Mutex(State())
    private let gauge: Gauge
    private let endings: [Ending: Counter]

    /// - Parameters:
    ///   - limit: How many may be open.
    ///   - logger: Told once when there are more than that, and once when there is room again.
    ///   - factory: Makes the metrics.
    init(limit: Int, logger: Logger, factory: any MetricsFactory = MetricsSystem.factory) {
        self.limit = limit
        self.logger = logger
        gauge = Gauge(label: "noroshi_connections_open", factory: factory)
        endings = Dictionary(
            uniqueKeysWithValues: Ending.allCases.map { ending in
                (
                    ending,
                    Counter(
                        label: "noroshi_connections_closed_total",
                        dimensions: [("reason", ending.rawValue)],
                        factory: factory
                    )
                )
            }
        )
    }

    /// How many are open.
    var count: Int { state.withLock { $0.open.count } }

    /// Adds a connection, and ends the one that has been silent for the longest time when there are too many.
    ///
    /// - Returns: Whether it may stay: `false` when all others are being answered.
    func add(_ connection: Connection) -> Bool {
        let (leaving, hasBegun, open, mayStay) = state.withLock { state -> (Connection?, Bool, Int, Bool) in
            state.open[ObjectIdentifier(connection)] = connection
            let excess = state.open.count - state.leaving.count > limit
            guard excess else { return (nil, false, state.open.count, true) }
            let hasBegun = state.isCrowded == false
            state.isCrowded = true
            state.closedForRoom += 1
            let leaving = OpenConnections.longestSilent(state, but: connection)
            state.leaving.insert(ObjectIdentifier(leaving ?? connection))
            return (leaving, hasBegun, state.open.count, leaving != nil)
        }
        gauge.record(open)
        if hasBegun {
            logger.warning(
                """
                more connections are open than there is room for: the longest idle ones are closed for new ones. Raise the \
                limit of open files, or find out who opens so many
                """,
                metadata: ["limit": .stringConvertible(limit)]
            )
        }
        leaving?.giveWay()
        return mayStay
    }

    /// A connection that was to make room got a request first, and stays.
    func stays(_ connection: Connection) {
        state.withLock { _ = $0.leaving.remove(ObjectIdentifier(connection)) }
    }

    func remove(_ connection: Connection) {
        let (open, closed) = state.withLock { state -> (Int, Int?) in
            state.open[ObjectIdentifier(connection)] = nil
            state.leaving.remove(ObjectIdentifier(connection))
            guard state.isCrowded, state.open.count <= limit * 3 / 4 else { return (state.open.count, nil) }
            defer { state.closedForRoom = 0 }
            state.isCrowded = false
            return (state.open.count, state.closedForRoom)
        }
        gauge.record(open)
        if let closed {
            logger.notice("there is room for connections again", metadata: ["closed": .stringConvertible(closed)])
        }
    }

    /// Ends some of the longest idle connections, for their descriptors are needed.
    func makeRoom(_ number: Int) {
        let leaving = state.withLock { state in
            var leaving: [Connection] = []
            while leaving.count < number, let next = OpenConnections.longestSilent(state, but: nil) {
                state.leaving.insert(ObjectIdentifier(next))
                leaving.append(next)
            }
            return leaving
        }
        for connection in leaving { connection.giveWay() }
    }

    func countEnding(_ ending: Ending) { endings[ending]?.increment() }

    private static func longestSilent(_ state: State, but newest: Connection?) -> Connection? {
        var found: (connection: Connection, lastActive: UInt64)?
        for (id, connection) in state.open where connection !== newest && state.leaving.contains(id) == false {
            guard connection.isBusy.load(ordering: .relaxed) == false else { continue }
            let lastActive = connection.lastActive.load(ordering: .relaxed)
            if let found, found.lastActive <= lastActive { continue }
            found = (connection, lastActive)
        }
        return found?.connection
    }
}
