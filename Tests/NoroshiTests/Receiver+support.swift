import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A webhook receiver in the test's own process that remembers every request and answers as told.
final class Receiver: Sendable {
    /// One request that came in.
    struct Received: Sendable {
        var path: String
        var id: String?
        var body: String
        var at: ContinuousClock.Instant
    }

    /// A request, whether it was taken or not.
    struct Heard: Sendable {
        var path: String
        var at: ContinuousClock.Instant
        var isTaken: Bool
    }

    private struct State {
        var received: [Received] = []
        var status: HTTPResponse.Status = .ok
        var latency: Duration?
        /// Each so many requests one is answered with 503; 0 for none.
        var failing = 0
        var heard: [Heard] = []
        var waiters: [(isDone: @Sendable ([Received]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let bound = Mutex<Int?>(nil)

    var received: [Received] { state.withLock { $0.received } }
    /// What came in, each message once: whoever has no answer in time sends it again under the same id.
    var messages: [Received] { Self.once(received) }
    /// Every request, in the order in which they came.
    var heard: [Heard] { state.withLock { $0.heard } }

    /// The status of every answer from now on.
    func answer(_ status: HTTPResponse.Status) { state.withLock { $0.status = status } }

    /// From now on, every answer takes so long.
    func answer(after latency: Duration) { state.withLock { $0.latency = latency } }

    /// From now on, one request of so many fails, and is not taken.
    func fail(every count: Int) { state.withLock { $0.failing = count } }

    /// Returns once what came in is enough.
    func wait(until isDone: @escaping @Sendable ([Received]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isDoneNow = state.withLock { state in
                if isDone(state.received) { return true }
                state.waiters.append((isDone, continuation))
                return false
            }
            if isDoneNow { continuation.resume() }
        }
    }

    /// Each message of a list once, where it came first.
    static func once(_ received: [Received]) -> [Received] {
        struct Key: Hashable {
            var path: String
            var id: String
        }
        var seen: Set<Key> = []
        return received.filter { message in
            guard let id = message.id else { return true }
            return seen.insert(Key(path: message.path, id: id)).inserted
        }
    }

    /// Runs the receiver on a free port of loopback while `body` runs.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable (_ receiver: Receiver, _ url: String) async throws -> Value
    ) async throws -> Value {
        let receiver = Receiver()
        let router = Router()
        for path in ["**"] as [RouterPath] {
            router.post(path) { request, _ in try await receiver.handle(request) }
        }
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "receiver")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
                continuation.finish()
            },
            logger: logger
        )
        let group = ServiceGroup(services: [application], logger: logger)
        return try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask {
                for await port in ports {
                    let value = try await body(receiver, "http://127.0.0.1:\(port)")
                    await group.triggerGracefulShutdown()
                    return value
                }
                return nil
            }
            for try await value in tasks {
                guard let value else { continue }
                return value
            }
            throw ProcessFailure("the receiver ended before the test")
        }
    }

    private func handle(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 22)
        let id = HTTPField.Name("webhook-id").flatMap { request.headers[$0] }
        let (status, done) = state.withLock { state in
            let now = ContinuousClock.now
            let isTaken = state.failing == 0 || (state.heard.count + 1).isMultiple(of: state.failing) == false
            state.heard.append(Heard(path: request.uri.path, at: now, isTaken: isTaken))
            guard isTaken else {
                return (HTTPResponse.Status.serviceUnavailable, [CheckedContinuation<Void, Never>]())
            }
            state.received.append(.init(path: request.uri.path, id: id, body: String(buffer: body), at: now))
            let received = state.received
            let done = state.waiters.filter { $0.isDone(received) }.map(\.continuation)
            state.waiters.removeAll { $0.isDone(received) }
            return (state.status, done)
        }
        for continuation in done { continuation.resume() }
        // A peer that is not at once there; nothing waits for it in the test.
        if let latency = state.withLock(\.latency) { try await ContinuousClock().sleep(for: latency) }
        return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: status == .ok ? "ok" : "no")))
    }
}
