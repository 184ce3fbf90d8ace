package import AWSRequests
import CurlClient
package import FoundationEssentials
package import Ingest
package import Logging
package import Routing
import ServiceLifecycle
package import Store

/// Pulls the sources of the rules in force, and follows them when the rules change.
package struct SourcePolling: Service {
    let routes: ActiveRoutes
    let changes: Signal
    let access: AWSAccess
    let receiver: Receiver
    let condition: any StoreCondition
    let board: SourceBoard
    let marks: DecodingMarks
    let timing: PollTiming
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// - Parameters:
    ///   - routes: The rules in force.
    ///   - changes: Sent to when other rules are.
    ///   - access: To AWS.
    ///   - receiver: Takes what comes.
    ///   - condition: Whether the store takes anything.
    ///   - board: Told how it goes.
    ///   - marks: Of messages that are being read.
    ///   - timing: How long is waited for what.
    ///   - clock: For pauses.
    ///   - now: The time, which findings are received at.
    ///   - logger: For what somebody should know.
    package init(
        routes: ActiveRoutes,
        changes: Signal,
        access: AWSAccess,
        receiver: Receiver,
        condition: any StoreCondition,
        board: SourceBoard,
        marks: DecodingMarks,
        timing: PollTiming = PollTiming(),
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) {
        self.routes = routes
        self.changes = changes
        self.access = access
        self.receiver = receiver
        self.condition = condition
        self.board = board
        self.marks = marks
        self.timing = timing
        self.clock = clock
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        await withDiscardingTaskGroup { group in
            var running: [QueueSource: AsyncStream<Never>.Continuation] = [:]
            for await _ in changes.stream().cancelOnGracefulShutdown() {
                let wanted = routes.table.document.sources
                for (source, stop) in running where wanted.contains(source) == false {
                    stop.finish()
                    running[source] = nil
                }
                board.show(wanted)
                for source in wanted where running[source] == nil {
                    let (stopped, stop) = AsyncStream.makeStream(of: Never.self)
                    running[source] = stop
                    group.addTask { await pull(source, until: stopped) }
                }
            }
            for stop in running.values { stop.finish() }
        }
    }

    /// Pulls a source until the stream ends.
    private func pull(_ source: QueueSource, until stopped: AsyncStream<Never>) async {
        let queue: QueueClient
        do {
            queue = try QueueClient(source, access)
        } catch {
            board.failed(source.name, .refused, because: "\(error)")
            for await _ in stopped {}
            return
        }
        logger.info(
            "a source is pulled",
            metadata: ["source": "\(source.name)", "queue": "\(source.queue.text)"]
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stopped {} }
            group.addTask {
                await lint(source, queue)
                // Ends with the others, not before them.
                await untilCancelled()
            }
            for _ in 0..<(source.queue.isFIFO ? 1 : source.pollers) {
                group.addTask { await poller(source, queue).run() }
            }
            await group.next()
            group.cancelAll()
        }
        logger.info("a source is pulled no longer", metadata: ["source": "\(source.name)"])
    }

    private func poller(_ source: QueueSource, _ queue: QueueClient) -> QueuePoller {
        QueuePoller(
            source: source,
            queue: queue,
            receiver: receiver,
            condition: condition,
            board: board,
            marks: marks,
            topics: { routes.table.document.snsTopics },
            timing: timing,
            clock: clock,
            now: now,
            logger: logger
        )
    }

    /// Says once what is doubtful about the queue. Nothing else needs the right to ask.
    private func lint(_ source: QueueSource, _ queue: QueueClient) async {
        do throws(AWSFault) {
            for warning in try await QueueLint(queue).warnings {
                logger.warning(
                    "a queue is set up doubtfully",
                    metadata: ["source": "\(source.name)", "problem": "\(warning)"]
                )
            }
        } catch {
            logger.debug(
                "a queue's settings cannot be read",
                metadata: ["source": "\(source.name)", "problem": "\(error)"]
            )
        }
    }
}

extension QueueClient {
    /// The queue of a source, asked as the source says.
    ///
    /// - Throws: When a configured endpoint is no URL.
    package init(_ source: QueueSource, _ access: AWSAccess) throws {
        let identity = try access.identity(
            region: source.queue.region,
            role: source.role,
            externalID: source.externalID
        )
        self.init(
            client: try access.client(
                of: "sqs",
                host: source.queue.host,
                endpoint: source.endpoint,
                region: source.queue.region,
                identity: identity
            ),
            queue: source.queue
        )
    }
}
