import Findings
import FoundationEssentials
import Glibc
package import Store
import Synchronization

/// This process among the nodes that share a database: its beat, what it holds, and which others are gone.
///
/// No clock is compared with another. A node raises a number in its row; another that sees the number stand still for long
/// enough by its own clock deletes the row, and with it whatever the node held. A node that could not raise its number for
/// nearly as long begins nothing any more.
package final class Membership: Leases {
    /// Seconds.
    package struct Times: Sendable, Hashable {
        /// Between two beats.
        package var beat: Double
        /// How long a beat may stand still before its node is taken for gone.
        package var burial: Double
        /// For how long a node that has not been heard may go on; ends before anybody else may begin.
        package var trust: Double
        /// By how much this machine's clock may differ from the server's for a node that decides when things are due.
        package var skew: Double

        /// - Parameter burial: The others follow from it: eight beats, and an end of trust with a quarter to spare.
        package init(burial: Double = 12) {
            self.burial = burial
            beat = burial / 8
            trust = burial * 3 / 4
            skew = 2
        }
    }

    struct State {
        var node: Int64
        var startedAt = 0.0
        var isActive = false
        var trustedUntil = ContinuousClock.now
        var held: [LeasedWork: Date] = [:]
        var offered: Set<String> = []
        /// How often there was one more.
        var offers = 0
        /// Lanes that are to go to another node once nothing of them is under way here.
        var leaving: Set<String> = []
        var seen: [Int64: Seen] = [:]
        var lastBeat: ContinuousClock.Instant?
        var skew = 0.0
        /// Whether the rules in force can be read here; a node of an earlier version may not.
        var knowsRules = true
        var hasLeftovers = false
    }

    /// The beat of another node, and since when it has stood so.
    struct Seen {
        var beat: Int64
        var since: ContinuousClock.Instant
    }

    let connection: PostgresConnection
    private let options: PostgresStoreOptions
    let times: Times
    let state: Mutex<State>
    private let signal = Signal()
    private let offers = Signal()
    private let care: Care

    /// What else is done with each turn.
    struct Care: Sendable {
        /// Whether the process that works under this number needs another one.
        var mustMove: @Sendable (Int64) -> Bool
        /// Called after this process has got another number.
        var moved: @Sendable (Int64) -> Void
        /// Called after each turn.
        var turned: @Sendable () async -> Void
    }

    /// - Parameters:
    ///   - connection: Used for nothing else.
    ///   - registered: The number of this process.
    ///   - options: What the node is called.
    ///   - care: What else is done with each turn.
    init(
        _ connection: PostgresConnection,
        _ registered: NodeRows.Registered,
        options: PostgresStoreOptions,
        care: Care
    ) {
        self.connection = connection
        self.options = options
        times = Times(burial: options.burial)
        self.care = care
        state = Mutex(State(node: registered.node, startedAt: registered.startedAt))
    }

    /// The number under which this process works now.
    package var node: Int64 { state.withLock(\.node) }

    /// Whose work triage's transactions must be; `nil` while nobody asks for leases, as in a store that is used alone.
    var triageFence: Int64? { state.withLock { $0.isActive ? $0.node : nil } }

    /// By how many seconds the server's clock is ahead of this machine's.
    package var clockSkew: Double { state.withLock(\.skew) }

    /// Whether that is too much for a node that decides when things are due.
    package var isClockOff: Bool { abs(clockSkew) > times.skew }

    package var isShared: Bool { true }

    package var hasLeftovers: Bool { state.withLock(\.hasLeftovers) }

    /// Says whether this node can read the rules in force; one that cannot leaves leading to others that can.
    package func knowsRules(_ knows: Bool) { state.withLock { $0.knowsRules = knows } }

    package func mayDo(_ work: LeasedWork) -> Bool {
        state.withLock { state in
            guard state.held[work] != nil, ContinuousClock.now < state.trustedUntil else { return false }
            if case .lane(let lane) = work { return state.leaving.contains(lane) == false }
            return true
        }
    }

    package func offer(lanes: Set<String>) {
        let isMore = state.withLock { state in
            defer { state.offered = lanes }
            let isMore = lanes.isSubset(of: state.offered) == false
            if isMore { state.offers += 1 }
            return isMore
        }
        if isMore { offers.send() }
    }

    package var leavingLanes: Set<String> { state.withLock(\.leaving) }

    package func giveUp(lane: String) async {
        let isLeaving = state.withLock { $0.leaving.contains(lane) }
        guard isLeaving else { return }
        let node = node
        do {
            _ = try await connection.transaction { session in
                try session.run(
                    "DELETE FROM leases WHERE name = $1 AND node = $2",
                    [LeasedWork.lane(lane).name, node]
                )
            }
            state.withLock { state in
                state.held[.lane(lane)] = nil
                state.leaving.remove(lane)
            }
        } catch {
            // Tried again with the next turn, and given away by others' watch if this node is cut off.
            return
        }
    }

    package var leaseChanges: AsyncStream<Void> { signal.stream() }

    package func nodes() async throws -> [NodeRecord] {
        let node = node
        let read: @Sendable (Session) throws -> [NodeRecord] = { session in
            var records = try session.all(
                "SELECT node, name, program, started_at FROM nodes ORDER BY started_at, node"
            ) { row in
                NodeRecord(
                    number: try row.integer(0),
                    name: try row.text(1),
                    program: try row.text(2),
                    startedAt: try row.moment(3),
                    isThis: try row.integer(0) == node
                )
            }
            let held = try session.all("SELECT node, name, since FROM leases ORDER BY name COLLATE \"C\"") { row in
                (node: try row.integer(0), work: LeasedWork(name: try row.text(1)), since: try row.moment(2))
            }
            for entry in held {
                guard let work = entry.work, let place = records.firstIndex(where: { $0.number == entry.node }) else {
                    continue
                }
                records[place].work.append(NodeRecord.Held(work: work, since: entry.since))
            }
            return records
        }
        return try await connection.transaction(read)
    }

    /// Beats, looks after the others, and takes what is free, until the task is cancelled; at once where there are more lanes.
    ///
    /// - Parameter sleep: Waits so many seconds; throws when the task is cancelled.
    /// - Throws: ``DatabaseTooNew`` when this node was taken for gone, and the tables were changed meanwhile in a way that its
    ///   program does not know.
    package func run(sleep: @escaping @Sendable (Double) async throws -> Void) async throws(DatabaseTooNew) {
        while Task.isCancelled == false {
            let known = state.withLock(\.offers)
            if let tooNew = await beat() as? DatabaseTooNew { throw tooNew }
            do { try await rest(knowing: known, sleep) } catch { return }
        }
    }

    private func rest(knowing known: Int, _ sleep: @escaping @Sendable (Double) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [times] in try await sleep(times.beat) }
            group.addTask { [self] in
                for await _ in offers.stream() where state.withLock({ $0.offers != known }) { return }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// One beat, and what follows from what it shows.
    ///
    /// - Returns: Why it could not be done; `nil` when it was.
    @discardableResult
    package func beat() async -> (any Error)? {
        let begun = ContinuousClock.now
        state.withLock { $0.isActive = true }
        let before = held
        var failure: (any Error)?
        do {
            if care.mustMove(node) { throw Buried() }
            let picture = try await look()
            let plan = state.withLock { state in
                // From the sending on: what others saw of it is no older than that. What follows may have to wait for a node
                // that is gone, and its failing takes nothing back.
                state.trustedUntil = begun + .seconds(times.trust)
                state.hasLeftovers = picture.hasLeftovers
                return Membership.plan(&state, picture, begun: begun, times)
            }
            do { try await carryOut(plan) } catch { failure = error }
            await care.turned()
        } catch is Buried {
            failure = await beginAnew()
        } catch {
            failure = error
        }
        // Trust may have run out as well.
        if held != before || failure != nil || hasLeftovers || leavingLanes.isEmpty == false { signal.send() }
        return failure
    }

    private var held: [LeasedWork: Date] { state.withLock(\.held) }

    private func look() async throws -> Picture {
        let (node, startedAt, isFit) = state.withLock { state in
            (state.node, state.startedAt, state.knowsRules && abs(state.skew) <= times.skew)
        }
        return try await connection.transaction { session in
            let answers = try session.ask([
                Statement(
                    "UPDATE nodes SET beat = beat + 1, fit = $3 WHERE node = $1 AND started_at = $2",
                    [node, startedAt, isFit]
                ),
                Statement("SELECT node, beat, fit FROM nodes"),
                Statement("SELECT name, node, since FROM leases"),
                Statement("SELECT extract(epoch FROM clock_timestamp())::float8"),
                Statement(
                    """
                    SELECT EXISTS (SELECT 1 FROM notifications n WHERE n.state = 1
                        AND NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.node = n.claimed_by))
                    """
                ),
            ])
            guard answers[0].affected == 1 else { throw Buried() }
            return Picture(
                nodes: Dictionary(try answers[1].map { (try $0.integer(0), try $0.integer(1)) }) { first, _ in first },
                leases: try answers[2].map { row in
                    Picture.Lease(name: try row.text(0), node: try row.integer(1), since: try row.moment(2))
                },
                clock: try answers[3].first?.real(0) ?? 0,
                readAt: Date().timeIntervalSince1970,
                fit: Set(try answers[1].map { try $0.flag(2) ? $0.integer(0) : nil }.compactMap(\.self)),
                hasLeftovers: try answers[4].first?.flag(0) ?? false
            )
        }
    }

    private func carryOut(_ plan: Plan) async throws {
        let node = node
        var failure: (any Error)?
        // What it has under way is waited for, and nothing of it can follow: its leases go with the row. Not for so long that
        // this node itself is taken for gone.
        let patience = Int(min(2, times.burial / 8) * 1_000)
        for (gone, beat) in plan.gone.sorted(by: { $0.key < $1.key }) {
            do {
                try await connection.transaction { session in
                    session.later("SELECT set_config('lock_timeout', $1, true)", [String(patience)])
                    session.later("DELETE FROM nodes WHERE node = $1 AND beat = $2", [gone, beat])
                }
                state.withLock { $0.seen[gone] = nil }
            } catch {
                failure = error
            }
        }
        let taken: [Picture.Lease] = try await connection.transaction { session in
            if plan.released.isEmpty == false {
                session.later("DELETE FROM leases WHERE node = $1 AND name = ANY($2)", [node, plan.released])
            }
            return try session.all(
                """
                INSERT INTO leases SELECT name, $1, $3 FROM unnest($2::text[]) AS u(name)
                ON CONFLICT (name) DO NOTHING RETURNING name, node, since
                """,
                [node, plan.wanted, Date().stored]
            ) { row in Picture.Lease(name: try row.text(0), node: try row.integer(1), since: try row.moment(2)) }
        }
        state.withLock { state in
            for lease in taken { LeasedWork(name: lease.name).map { state.held[$0] = lease.since } }
            for name in plan.released { LeasedWork(name: name).map { state.held[$0] = nil } }
        }
        if let failure { throw failure }
    }

    /// Takes another number: the others took this process for gone, so that whatever it held is theirs, or its stream cannot
    /// be written on.
    private func beginAnew() async -> (any Error)? {
        let (node, startedAt) = state.withLock { ($0.node, $0.startedAt) }
        do {
            let registered = try await connection.transaction { [options] session in
                let registered = try NodeRows.register(options, session)
                session.later("DELETE FROM nodes WHERE node = $1 AND started_at = $2", [node, startedAt])
                return registered
            }
            state.withLock { state in
                (state.node, state.startedAt) = (registered.node, registered.startedAt)
                (state.held, state.leaving, state.seen, state.lastBeat) = ([:], [], [:], nil)
            }
            care.moved(registered.node)
            return nil
        } catch {
            return error
        }
    }

    /// This node's row is gone, or not enough.
    private struct Buried: Error {}
}
