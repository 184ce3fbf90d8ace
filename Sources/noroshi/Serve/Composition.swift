import AWSRequests
import Console
import CurlClient
import Delivery
import Findings
import FoundationEssentials
import HTTPAPI
import HTTPSurface
import NIOCore
import Ingest
import Logging
import Metrics
import Operations
import Pipeline
import Routing
import PostgresStore
import SQLiteStore
import SQSSource
import ServiceLifecycle
import Store
import UnixSignals

/// Rules in a file that the console writes, and a database that other nodes share.
private struct FileOfOneNode: Error, CustomStringConvertible {
    var description: String {
        """
        --routes-writable keeps the rules in a file of this node, which the others do not read: with a database, use \
        --routes-store to have them in the database, or leave both out to have them in files that you roll out
        """
    }
}

/// The one place where the parts of the service are put together.
enum Composition {
    /// What the command line and the environment say.
    struct Settings {
        var routes: String
        var data: String
        /// Whether the command line names it.
        var isDataNamed: Bool
        /// What `--database` says.
        var database: String?
        var takeover: Duration
        var listen: ListenAddress
        var bodyLimit: BodyLimit
        var drainLimit: Duration
        var retention: Duration
        var console: ConsoleRoutes.Mode
        var keeping: RouteKeeping
        var caFile: String?
        /// Where people reach the console, for links in messages.
        var publicAddress: PublicAddress?
        /// Who signs people in, as the command line says.
        var proxy: ProxySignIn.Words
        var variables: [String: String]
    }

    /// Runs the service until a signal ends it and everything under way is finished.
    ///
    /// Services stop in the reverse of the order in which they stand: first nobody is let in any more, then what was
    /// accepted is applied, then sends under way end, and the store closes last.
    static func run(_ settings: Settings, logger: Logger) async throws {
        let secrets = SecretSource(variables: settings.variables)
        let credentials = try Credentials.configured(in: secrets)
        try settings.listen.require(credentials)
        let proxy = try ProxySignIn.configured(settings.proxy, in: secrets)
        try proxy?.require(credentials)
        let unlimited = credentials.namesWithoutRole
        if unlimited.isEmpty == false {
            logger.notice(
                "tokens without a role may do everything; NOROSHI_ROLE_NAME gives the token NAME one",
                metadata: ["tokens": .string(unlimited.joined(separator: ", "))]
            )
        }
        let prometheus = PrometheusMetrics()
        MetricsSystem.bootstrap(prometheus)

        let database = try DatabaseAddress.configured(settings.database, in: secrets)
        guard database == nil || settings.keeping != .writableFile else { throw FileOfOneNode() }
        if database != nil, settings.isDataNamed,
            let warning = try LeftDirectory(settings.data).warning(settings.data)
        {
            logger.warning("a data directory is left aside", metadata: ["problem": "\(warning)"])
        }
        let opened = try await OpenedStore.open(
            database: database,
            directory: settings.data,
            takeover: settings.takeover,
            schema: settings.variables["NOROSHI_DATABASE_SCHEMA"],
            logger: logger
        )
        let (store, leases) = (opened.roles, opened.leases)
        for note in opened.notes { logger.notice("store opened", metadata: ["note": "\(note)"]) }
        for warning in opened.warnings { logger.warning("store opened", metadata: ["problem": "\(warning)"]) }
        let reports = WorkReports()
        // Rules in the data directory have no files beside them.
        let examples =
            settings.keeping == .store ? .none : ExampleDirectory(besideFile: settings.routes).examples
        let active = ActiveRoutes(RoutingTable(RouteDocument(), version: 0))
        let rulesChanged = Signal()
        let ruleSets = RuleSets()
        let activator = RouteActivator(
            active: active,
            revisions: store,
            drafts: store,
            logger: logger,
            activated: { document in
                secrets.warnOfMissing(in: document, logger)
                // Not at the commit: the timers would fire under the rules of before, and sleep on.
                store.rulesChanged()
                rulesChanged.send()
            },
            examples: examples,
            sets: ruleSets
        )
        let file = RouteFile(
            path: settings.routes,
            keeping: settings.keeping,
            leases: leases,
            activator: activator,
            logger: logger
        )
        do {
            try await file.start()
        } catch {
            try await opened.close()
            throw error
        }

        let silences = ActiveSilences()
        let http = HTTPClient(caFile: settings.caFile)
        let notifiers = Notifiers(
            http: http,
            smtp: SMTPClient(caFile: settings.caFile),
            secrets: secrets,
            console: settings.publicAddress
        )
        let delivery = DeliveryService(
            outbox: store,
            routes: active,
            notifier: notifiers,
            secrets: secrets,
            leases: leases,
            drainLimit: settings.drainLimit,
            reports: reports,
            logger: logger
        )
        let steps = ClockSteps()
        let clock = ClockWatch(
            record: opened.clock,
            steps: steps,
            retention: settings.retention.seconds,
            logger: logger,
            changed: { await delivery.probeSoon() }
        )
        let readiness = Readiness()
        let shadow = ActiveShadow()
        let sources = SourceBoard(logger: logger)
        let operations = Operations(
            .init(
                records: store,
                archive: store,
                intake: store,
                quarantine: store,
                outbox: store,
                revisions: store,
                lanes: delivery,
                trial: notifiers,
                activation: file,
                routes: active,
                silences: store,
                activeSilences: silences,
                history: store,
                condition: store,
                setAside: store,
                reports: reports,
                clock: steps,
                drafts: store,
                audit: store,
                statistics: store,
                shadows: store,
                activeShadow: shadow,
                replays: store,
                sessions: store,
                sources: sources,
                examples: examples,
                leases: leases,
                node: opened.node,
                ruleSets: ruleSets
            ),
            readiness: readiness,
            build: .init(version: Noroshi.version, startedAt: Date()),
            secrets: secrets,
            brake: ReplayBrake()
        )
        let formSecret: FormSecret
        do {
            formSecret = try await store.formSecret()
            try await operations.silences.putInForce()
            try await operations.shadow.resume()
            try await clock.start()
        } catch {
            try await opened.close()
            throw error
        }
        let handOver = HandOver()
        let seen = SeenEvents()
        let router = SurfaceResponder.router()
        let ingestMetrics = IngestMetrics()
        let receiver = Receiver(
            intake: store,
            routes: active,
            handOver: handOver,
            seen: seen,
            metrics: ingestMetrics
        )
        let polling = SourcePolling(
            routes: active,
            changes: rulesChanged,
            access: AWSAccess(http: http, variables: settings.variables, logger: logger),
            receiver: receiver,
            condition: store,
            board: sources,
            marks: DecodingMarks(directory: "\(settings.data)/decoding", logger: logger),
            logger: logger
        )
        let ingest = IngestRoutes(
            receiver: receiver,
            routes: active,
            credentials: credentials,
            metrics: ingestMetrics,
            fetch: PublicFetch(client: http).get,
            limit: settings.bodyLimit
        )
        ingest.add(to: router)
        APIRoutes(operations: operations, credentials: credentials, metrics: prometheus).add(to: router)
        ConsoleRoutes(
            operations: operations,
            credentials: credentials,
            sessions: store,
            formSecret: formSecret,
            proxy: proxy,
            mode: settings.console,
            version: Noroshi.version
        ).add(to: router)
        let server = SurfaceServer.application(
            router,
            express: ingest,
            credentials: credentials,
            listeningOn: settings.listen,
            logger: logger
        ) { bound in
            let address = bound.map { "\($0.ipAddress ?? ""):\($0.port ?? 0)" } ?? settings.listen.description
            logger.info("listening", metadata: ["address": "\(address)"])
        }
        let beside: [any Service] =
            opened.cluster.map { cluster in
                [
                    ClusterNode(cluster: cluster, leases: leases, node: opened.node, logger: logger),
                    RouteFollower(changes: cluster.rules(), file: file),
                    SilenceFollower(changes: cluster.silences(), silences: operations.silences, logger: logger),
                    PauseFollower(changes: cluster.lanes(), delivery: delivery),
                ]
            } ?? []
        let services: [any Service] =
            [StoreClosing(close: opened.close)] + beside + [
                StoreWatch(store: store, logger: logger),
                QuarantineWatch(archive: store, records: store, logger: logger),
                delivery,
                TimerService(
                    timers: store,
                    routes: active,
                    silences: silences,
                    leases: leases,
                    reports: reports,
                    logger: logger
                ),
                JournalApplier(
                    intake: store,
                    setAside: store,
                    leases: leases,
                    reports: reports,
                    routes: active,
                    silences: silences,
                    shadow: shadow,
                    handOver: handOver,
                    metrics: ApplyMetrics(),
                    logger: logger
                ),
                Housekeeping(intake: store, leases: leases, horizon: { try await clock.horizon() }, logger: logger),
                clock,
                RouteFileWatch(file: file),
                TokenWatch(
                    credentials: credentials,
                    configured: { () throws(CredentialsError) in try Credentials.configured(in: secrets) },
                    logger: logger
                ),
                Recollection(history: store, seen: seen, logger: logger),
                polling,
                CheckedServer(check: opened.check, server: server, logger: logger),
                ChangeWatch(changes: operations.changes),
                DrainNotice(readiness: readiness, logger: logger),
            ]
        var configuration = ServiceGroupConfiguration(
            // What is under way ends in order when a part cannot go on, as it does after a signal.
            services: services.map {
                .init(
                    service: $0,
                    failureTerminationBehavior: .gracefullyShutdownGroup,
                    // By default the log names a service by all that it holds.
                    serviceName: String(describing: type(of: $0))
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "noroshi.lifecycle")
        )
        // Beyond the time that the server gives its clients, and delivery its sends under way.
        let limit = settings.drainLimit + .seconds(20)
        configuration.maximumGracefulShutdownDuration = limit
        let group = ServiceGroup(configuration: configuration)
        do {
            try await group.run()
            logger.info("drained")
        } catch is CancellationError {
            logger.error(
                """
                the drain took longer than it may and was broken off; what was not finished is on disk and goes on at the \
                next start
                """,
                metadata: ["seconds": .stringConvertible(limit.seconds)]
            )
            try await opened.close()
        }
    }
}
