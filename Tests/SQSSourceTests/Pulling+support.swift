import AWSRequests
import CurlClient
import Findings
import Foundation
import Ingest
import Logging
import NoroshiTestSupport
import Pipeline
import Routing
import SQSSource
import ServiceLifecycle
import Store
import Synchronization

/// A store that says of itself what it is told.
final class ToldCondition: StoreCondition {
    private let state = Mutex(StoreHealth())
    private let changes = Signal()

    var health: StoreHealth { state.withLock { $0 } }
    var healthChanges: AsyncStream<Void> { changes.stream() }

    func examine() async {}

    func set(_ trouble: StoreTrouble?) {
        state.withLock { $0.trouble = trouble }
        changes.send()
    }
}

/// Polling of a fake queue, with a journal in memory behind it.
final class Pulling: Sendable {
    let aws: FakeAWS
    let intake = RecordingIntake()
    let condition = ToldCondition()
    let board = SourceBoard(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let routes: ActiveRoutes
    let changes = Signal()
    let directory = FileManager.default.temporaryDirectory.appending(path: "noroshi-sqs-\(UUID().uuidString)")
    private let timing: PollTiming

    static let name = "q"

    /// - Parameters:
    ///   - aws: Where the queue is.
    ///   - isFIFO: Whether the queue is one.
    ///   - pollers: How many pull it.
    ///   - topics: Of `snsTopics`.
    ///   - timing: Of the pollers.
    /// - Throws: Never, for the URL is one of a queue.
    init(
        _ aws: FakeAWS,
        isFIFO: Bool = false,
        pollers: Int = 1,
        topics: [String] = [],
        timing: PollTiming = Pulling.quick
    ) throws {
        self.aws = aws
        self.timing = timing
        let source = QueueSource(
            name: Pulling.name,
            queue: try QueueURL("https://sqs.eu-west-1.amazonaws.com/111122223333/q\(isFIFO ? ".fifo" : "")"),
            pollers: pollers
        )
        routes = ActiveRoutes(RoutingTable(RouteDocument(snsTopics: topics, sources: [source]), version: 1))
    }

    /// Pauses that no test has to wait for.
    static var quick: PollTiming {
        var timing = PollTiming()
        timing.wait = 1
        timing.firstPause = .milliseconds(5)
        timing.longestPause = .milliseconds(20)
        timing.look = .milliseconds(5)
        return timing
    }

    /// Pulls while the body runs, and returns once polling has ended.
    func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let polling = SourcePolling(
            routes: routes,
            changes: changes,
            access: AWSAccess(http: HTTPClient(), variables: aws.environment.merging(FakeAWS.keys) { $1 }),
            receiver: Receiver(
                intake: intake,
                routes: routes,
                handOver: HandOver(),
                metrics: IngestMetrics()
            ),
            condition: condition,
            board: board,
            marks: DecodingMarks(directory: directory.path),
            timing: timing,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: polling, successTerminationBehavior: .ignore)],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let value: Value
            do {
                value = try await body()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        }
    }

    deinit {
        guard FileManager.default.fileExists(atPath: directory.path) else { return }
        do {
            try FileManager.default.removeItem(at: directory)
        } catch {
            print("left behind: \(directory.path): \(error)")
        }
    }

    var source: SourceState? { board.sourceStates().first }

    /// Returns once the condition holds of how the source is.
    func until(_ condition: (SourceState) -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(300)
        while ContinuousClock.now < limit {
            if let source, condition(source) { return }
            try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        throw PeerError(description: "the source does not come to it: \(String(describing: source))")
    }

    /// The redelivery keys of what was accepted, in order.
    var accepted: [String] { intake.now.requests.filter { $0.observations > 0 }.compactMap(\.requestID) }
    var quarantined: [QuarantinedItem] { intake.now.requests.flatMap(\.quarantine) }

    /// An EventBridge event of its own.
    static func event(_ number: Int) -> String {
        """
        {"version":"0","id":"event-\(number)","detail-type":"GuardDuty Finding","source":"aws.guardduty",\
        "account":"111122223333","time":"2026-11-01T00:00:00Z","region":"eu-west-1","resources":[],"detail":{"id":"f\(number)",\
        "severity":8,"type":"Recon:EC2/Portscan","title":"t","accountId":"111122223333","region":"eu-west-1",\
        "arn":"arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f\(number)"}}
        """
    }
}
