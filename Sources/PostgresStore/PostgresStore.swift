import Findings
import FoundationEssentials
import Store
import Synchronization
import Triage

/// A store in PostgreSQL that any number of nodes share.
///
/// Each node writes a stream of the journal of its own, so that accepting waits for nobody else; what triage keeps is changed
/// by whoever holds its one row locked.
package final class PostgresStore: Sendable {
    /// This process among the others.
    package let membership: Membership
    package let quarantineLimit: Int

    let options: PostgresStoreOptions
    let condition: Condition
    let intake: IntakeWriter
    /// Applying and timers.
    let triage: PostgresConnection
    /// Claims and settlements.
    let queue: PostgresConnection
    /// What people change.
    let desk: PostgresConnection
    /// Deletes what is old, which may take minutes.
    let housekeeping: PostgresConnection
    /// For the pipeline itself, which never waits behind somebody's question.
    let pipeline: PostgresConnection
    private let questions: [PostgresConnection]
    /// For who has to know how much it takes.
    let meteredReader: PostgresConnection
    private let nextReader = Atomic<Int>(0)
    /// The place of the next claim in the order of this node's claims.
    let claimOrder = Atomic<Int64>(1)
    let strayClaims = StrayClaims()
    let givingWay = Mutex(GivingWay())
    /// Groups of which something cannot be read, so that the others are told.
    let unreadableGroups = Mutex<Set<Int64>>([])
    let bell: Bell
    let signals: SharedSignals
    let quarantineSignal = Signal()
    let healthSignal = Signal()

    /// Connects, brings the tables up to date, and takes a number for this process.
    ///
    /// - Parameters:
    ///   - address: Where the database is.
    ///   - options: Sizes and times.
    /// - Throws: ``DatabaseAddressError``, ``DatabaseTooNew``, ``OlderNodes``; ``StoreTrouble`` when the server cannot be reached.
    package init(_ address: DatabaseAddress, _ options: PostgresStoreOptions = PostgresStoreOptions()) async throws {
        let condition = Condition(changed: healthSignal)
        let heard = Mutex<SharedSignals?>(nil)
        bell = Bell(address, schema: options.schema, condition) { sound in heard.withLock { $0 }?.hear(sound) }
        let signals = SharedSignals(bell)
        heard.withLock { $0 = signals }
        self.signals = signals
        let planning = Planning()
        func connection(
            _ name: String,
            timeout: Int = 30_000,
            isMetered: Bool = false,
            _ change: (inout Session.Settings) -> Void = { _ in }
        ) -> PostgresConnection {
            var settings = Session.Settings(schema: options.schema, statementTimeout: timeout, idleTimeout: 5_000)
            change(&settings)
            return PostgresConnection(name, address, settings, condition, planning, isMetered: isMetered)
        }
        let desk = connection("desk")
        let registered = try await PostgresStore.start(desk, options)
        self.desk = desk
        self.condition = condition
        self.options = options
        quarantineLimit = options.quarantineBytes
        intake = IntakeWriter(
            connection("intake", timeout: 10_000),
            stream: registered.node,
            options: options,
            condition: condition,
            accepted: signals.accepted,
            quarantined: quarantineSignal
        )
        triage = connection("triage") { $0.isByIndex = true }
        queue = connection("queue") { $0.isByIndex = true }
        let care = Membership.Care(
            mustMove: { [intake] node in intake.hasLost(node) },
            moved: { [intake] fresh in
                intake.open(stream: fresh)
                for signal in signals.all { signal.hear() }
            },
            turned: { [queue, strayClaims] in
                guard strayClaims.isEmpty == false else { return }
                do {
                    try await queue.transaction { strayClaims.release($0) }.committed()
                    signals.queued.send()
                } catch {
                    // Tried again with the next turn.
                    return
                }
            }
        )
        membership = Membership(
            connection("membership", timeout: 5_000) { $0.isByIndex = true },
            registered,
            options: options,
            care: care
        )
        housekeeping = connection("housekeeping", timeout: 600_000) { $0.isByIndex = true }
        pipeline = connection("pipeline") { $0.isReadOnly = true }
        let timeout = Int(options.readTimeout.seconds * 1_000)
        questions = (0..<2).map { number in
            connection("questions.\(number)", timeout: timeout) { $0.isReadOnly = true }
        }
        meteredReader = connection("replay-reader", timeout: timeout, isMetered: true) { $0.isReadOnly = true }
    }

    private static func start(_ desk: PostgresConnection, _ options: PostgresStoreOptions) async throws
        -> NodeRows.Registered
    {
        try await migrate(desk, options)
        return try await desk.transaction { session in
            let registered = try NodeRows.register(options, session)
            try PartitionRows.make(ObservationPartitions.ahead(options.partitions, session), session)
            return registered
        }
    }

    /// Brings the tables up to date, with patience for who uses them.
    ///
    /// A node of an earlier version that is in the way is watched for as long as others watch one that is not heard.
    private static func migrate(_ desk: PostgresConnection, _ options: PostgresStoreOptions) async throws {
        let times = Membership.Times(burial: options.burial)
        var watched: (beats: [Int64: Int64], since: ContinuousClock.Instant)?
        var tries = 1
        while true {
            let isOver = watched.map { $0.since.duration(to: .now) >= .seconds(times.burial) } ?? false
            let gone = isOver ? watched?.beats ?? [:] : [:]
            do {
                return try await desk.script { session in
                    try Migrator.migrate(options.schema, session, options.migrations, gone: gone)
                }
            } catch let older as OlderNodes {
                if let watched, older.beats.contains(where: { watched.beats[$0.key] != $0.value }) { throw older }
                if watched == nil { watched = (older.beats, .now) }
                try await Task.sleep(for: .seconds(times.beat / 2))
            } catch let trouble as StoreTrouble where trouble.kind == .locked && tries < 10 {
                // What somebody reads for long ends at some time; others go on meanwhile.
                tries += 1
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// The number under which this process works now.
    var node: Int64 { membership.node }

    /// Finishes the writes that wait, refuses later ones, and closes every connection.
    ///
    /// - Throws: When this node could not be signed off; the others find out by themselves.
    package func close() async throws {
        await bell.close()
        await intake.close()
        var failure: (any Error)?
        do {
            let node = node
            _ = try await desk.transaction { session in
                try NodeRows.remove(node, session)
            }
        } catch IntakeError.closed {
            // Closed before.
        } catch {
            failure = error
        }
        for signal in signals.all { signal.finish() }
        for signal in [quarantineSignal, healthSignal] { signal.finish() }
        housekeeping.cancel()
        let readers = questions + [pipeline, meteredReader]
        for connection in [triage, queue, desk, housekeeping, membership.connection] + readers {
            await connection.close()
        }
        if let failure { throw failure }
    }

    /// Works beside the other nodes until the task is cancelled: hears them, takes its share of what only one may do, and is
    /// told from one that is gone.
    ///
    /// - Throws: ``DatabaseTooNew`` when it was taken for gone, and must not come back.
    package func join() async throws {
        bell.start()
        try await membership.run { try await Task.sleep(for: .seconds($0)) }
    }

    /// An element whenever another node may have put rules in force, or changed silences, or lanes and their pauses; and one
    /// at the beginning.
    package var rulesElsewhere: AsyncStream<Void> { signals.rules.stream() }
    package var silencesElsewhere: AsyncStream<Void> { signals.silences.stream() }
    package var lanesElsewhere: AsyncStream<Void> { signals.lanes.stream() }

    /// Asks on whichever of the reading connections has its turn, in one snapshot.
    ///
    /// - Parameter body: The questions.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw; ``Store/QueryTimeout`` when it took too long; ``StoreTrouble``.
    func ask<Value: Sendable>(_ body: @escaping @Sendable (Session) throws -> Value) async throws -> Value {
        let next = nextReader.wrappingAdd(1, ordering: .relaxed).oldValue
        return try await ask(on: questions[abs(next % questions.count)], body)
    }

    /// The same on a certain connection.
    func ask<Value: Sendable>(
        on reader: PostgresConnection,
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value {
        do {
            return try await reader.transaction(body)
        } catch let trouble as StoreTrouble where trouble.kind == .locked {
            throw QueryTimeout()
        }
    }

    /// Runs the body in a transaction that is on disk when this returns, with what it does to the totals.
    ///
    /// - Parameters:
    ///   - connection: Which one.
    ///   - body: The statements; may run twice. What it does to the totals it reports, and does not write itself.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, with nothing of it done; ``StoreTrouble``; ``CommitDoubt``.
    func write<Value: Sendable>(
        on connection: PostgresConnection,
        _ body: @escaping @Sendable (Session, inout TotalsChange) throws -> Value
    ) async throws -> Value {
        let shard = TotalsRows.shard(node, connection === triage ? .triage : connection === queue ? .queue : .desk)
        return try await connection.transaction { session in
            var change = TotalsChange()
            let value = try body(session, &change)
            TotalsRows.add(change, to: shard, session)
            return value
        }
    }
}
