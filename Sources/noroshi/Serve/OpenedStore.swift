import Findings
import FoundationEssentials
import Glibc
import Logging
import Operations
import PostgresStore
import Routing
import SQLiteStore
import Store

/// Every role that the service needs of a store.
typealias ServiceStore = Intake & Outbox & Records & RouteRevisions & TriageTimers & Silences & History
    & QuarantineArchive
    & Sessions & Drafts & AuditRecords & Statistics & Shadows & ReplayRecords & StoreCondition & SetAsideEntries
    & JournalArchive

/// The store that the service works on: in a directory of its own, or in a database that other nodes share.
struct OpenedStore: Sendable {
    let roles: any ServiceStore
    let leases: any Leases
    let node: ThisNode
    let clock: any WallClockRecord
    /// What a person should know about how it was opened, one sentence each.
    let notes: [String]
    /// What somebody has to look into, one sentence each.
    let warnings: [String]
    /// Looks for damage before anybody is let in; gives what a person should know.
    let check: @Sendable () async throws -> String?
    let close: @Sendable () async throws -> Void
    /// What there is beside others; `nil` for a store of one process.
    let cluster: Cluster?

    struct Cluster: Sendable {
        /// Works beside the other nodes until the task is cancelled.
        let join: @Sendable () async throws -> Void
        /// An element whenever another node may have changed them.
        let rules: @Sendable () -> AsyncStream<Void>
        let silences: @Sendable () -> AsyncStream<Void>
        let lanes: @Sendable () -> AsyncStream<Void>
    }

    /// - Parameters:
    ///   - database: Where the database is; `nil` for the directory.
    ///   - directory: The data directory.
    ///   - takeover: How long a node may be unheard before the others take it for gone.
    ///   - schema: Which schema of the database; `nil` for `noroshi`.
    ///   - logger: Hears what closing leaves to others.
    /// - Returns: The store, open.
    /// - Throws: When it cannot be opened.
    static func open(
        database: DatabaseAddress?,
        directory: String,
        takeover: Duration,
        schema: String?,
        logger: Logger
    ) async throws -> OpenedStore {
        guard let database else { return try embedded(directory) }
        let store = try await PostgresStore(
            database,
            PostgresStoreOptions(
                schema: schema ?? "noroshi",
                nodeName: nodeName,
                program: Noroshi.version,
                burial: takeover.seconds
            )
        )
        return OpenedStore(
            roles: store,
            leases: store.membership,
            node: ThisNode(
                name: nodeName,
                number: { store.membership.node },
                clockSkew: { store.membership.clockSkew },
                isClockOff: { store.membership.isClockOff }
            ),
            clock: UnmovedMoments(),
            notes: ["node \(store.membership.node) on the database \(try database.shown())"],
            warnings: [],
            check: { nil },
            close: {
                do {
                    try await store.close()
                } catch let trouble as StoreTrouble {
                    // Everything that this node was told to keep is in the database.
                    logger.warning(
                        "this node could not be signed off; the others take over once it has not been heard for a while",
                        metadata: ["problem": "\(trouble)", "seconds": "\(takeover.seconds)"]
                    )
                }
            },
            cluster: Cluster(
                join: { try await store.join() },
                rules: { store.rulesElsewhere },
                silences: { store.silencesElsewhere },
                lanes: { store.lanesElsewhere }
            )
        )
    }

    private static func embedded(_ directory: String) throws -> OpenedStore {
        let store = try SQLiteStore(directory: directory)
        return OpenedStore(
            roles: store,
            leases: SoleNode(name: nodeName, program: Noroshi.version),
            node: ThisNode(name: nodeName),
            clock: store,
            notes: store.openingNotes,
            warnings: store.openingWarnings,
            check: { try await store.checkAtStart() },
            close: { try await store.close() },
            cluster: nil
        )
    }

    /// The host's name and the process: two nodes may share a host.
    private static var nodeName: String { "\(ProcessInfo.processInfo.hostName)/\(getpid())" }
}

/// A record of the wall clock that moves nothing: what several machines share does not go by the clock of one of them. A node
/// whose clock is off does not decide when things are due.
struct UnmovedMoments: WallClockRecord {
    func clockMark() async throws -> ClockMark? { nil }
    func save(_ mark: ClockMark) async throws {}
    func moveMoments(by seconds: Double, now: Date) async throws {}
    func clockAllowance() async throws -> ClockAllowance { ClockAllowance() }
    func save(_ allowance: ClockAllowance) async throws {}
}

extension DatabaseAddress {
    /// Where the database is, as the command line or the environment says: `NOROSHI_DATABASE`, a file that
    /// `NOROSHI_DATABASE_FILE` names, or systemd's credential `noroshi-database`.
    ///
    /// - Parameters:
    ///   - option: What `--database` says.
    ///   - secrets: The environment.
    /// - Returns: `nil` when nothing names one.
    /// - Throws: ``SecretError`` when it is named and cannot be read.
    static func configured(_ option: String?, in secrets: SecretSource) throws -> DatabaseAddress? {
        if let option { return DatabaseAddress { option } }
        let reference: SecretReference
        if secrets.variables["NOROSHI_DATABASE"] != nil {
            reference = .environment("NOROSHI_DATABASE")
        } else if let file = secrets.variables["NOROSHI_DATABASE_FILE"] {
            reference = .file(file)
        } else if let directory = secrets.credentialsDirectory,
            FileManager.default.fileExists(atPath: "\(directory)/noroshi-database")
        {
            reference = .credential("noroshi-database")
        } else {
            return nil
        }
        _ = try secrets.resolve(reference)
        return DatabaseAddress { try secrets.resolve(reference).exposed }
    }
}
