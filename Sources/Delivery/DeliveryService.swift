import FoundationEssentials
package import Logging
package import Routing
package import Store

/// Takes notifications from the outbox to their destinations, lane by lane.
///
/// A claim is committed before the send and the result after it, so that after a crash whatever was under way is
/// uncertain, and little else: see ``BegunClaims``. The store and the clock wake it; nothing is polled but a safety tick
/// of five seconds, which also notices rotated secrets. A store that fails is asked again: nothing here ends the process.
package actor DeliveryService {
    /// One thing that runs beside the others, as a child task of ``run()``.
    enum Job: Sendable {
        case claim(lane: String, destinations: [String], limit: Int, isCritical: Bool)
        case send(LaneRun.Send)
        case settle
        case refresh
        case divert(lane: String, [(destination: String, fallback: FallbackTarget)])
        case makeDue([String])
        case expire(Destination, retryingSince: Date, reason: String)
        case wake(lane: String, at: Date)
        case stop
        case giveUp(at: Date)
        case giveUpLane(String)
    }

    static let tick = 5.0
    /// The most that is claimed or settled in one commit.
    static let batch = 128
    /// Seconds between looking for something to hand on and looking again, when there was nothing.
    static let restAfterEmptyDivert = 0.5
    static let restAfterFailedDivert = 10.0

    let outbox: any Outbox
    let routes: ActiveRoutes
    let notifier: any Notifier
    let secrets: SecretSource
    let leases: any Leases
    let time: any Timekeeper
    let logger: Logger
    let drainLimit: Duration
    let reports: WorkReports
    var generator: any RandomNumberGenerator

    var lanes: [String: LaneRun] = [:]
    var metrics = DeliveryMetrics()
    /// By destination.
    var recent: [String: RecentTries] = [:]
    var repeats = Repeats()
    /// Destination name → lane key.
    var laneOf: [String: String] = [:]
    /// What is known of lanes that no destination uses now.
    var records: [String: LaneRecord] = [:]
    var due: [String: Date] = [:]
    /// What people have paused, by destination.
    var paused: [String: DestinationPause] = [:]
    /// Rises with each pause that begins or ends here, and again when that is written down.
    var pauseChanges = 0
    var pausesUnderWay = 0
    var missing: Set<String> = []
    var unsettled: [(lane: String, settlement: Settlement)] = []
    var isSettling = false
    var isRefreshing = false
    var mustRefresh = false
    var isStopping = false
    var plannedVersion: Int?
    var plannedAt = Date(timeIntervalSince1970: 0)

    let jobs: AsyncStream<Job>
    let queue: AsyncStream<Job>.Continuation

    /// - Parameters:
    ///   - outbox: Where notifications wait.
    ///   - routes: The rules in force; destinations are looked up at each send.
    ///   - notifier: Makes the attempts.
    ///   - secrets: Where webhook URLs are looked up, to know which destinations share a lane.
    ///   - leases: Which lanes this node serves.
    ///   - time: The clock.
    ///   - generator: Source of the jitter.
    ///   - drainLimit: How long a graceful shutdown waits for sends under way.
    ///   - reports: Hears whether the outbox works.
    ///   - logger: One line per attempt, and what a person must know.
    package init(
        outbox: any Outbox,
        routes: ActiveRoutes,
        notifier: any Notifier,
        secrets: SecretSource,
        leases: any Leases = SoleNode(),
        time: any Timekeeper = SystemTime(),
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        drainLimit: Duration = .seconds(20),
        reports: WorkReports = WorkReports(),
        logger: Logger
    ) {
        self.outbox = outbox
        self.routes = routes
        self.notifier = notifier
        self.secrets = secrets
        self.leases = leases
        self.time = time
        self.generator = generator
        self.drainLimit = drainLimit
        self.reports = reports
        self.logger = logger
        (jobs, queue) = AsyncStream.makeStream(of: Job.self)
    }
}
