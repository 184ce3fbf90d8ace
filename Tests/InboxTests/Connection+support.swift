import Findings
import Inbox
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

/// A running inbox on free ports, and ways to talk to it over real connections.
struct RunningInbox: Sendable {
    let ports: InboxServer.Ports
    let messages: ReceivedMessages
    let faults: FaultPlan

    /// Opens an inbox, does the work, and shuts it down gracefully.
    static func with<Result: Sendable>(_ work: @Sendable (RunningInbox) async throws -> Result) async throws -> Result {
        let messages = ReceivedMessages()
        let faults = FaultPlan()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (opened, continuation) = AsyncStream.makeStream(of: InboxServer.Ports.self)
        let server = InboxServer(messages: messages, faults: faults, logger: logger) { continuation.yield($0) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                // The stream ends with the server, so that one that never opened is a failure and not a wait.
                defer { continuation.finish() }
                try await group.run()
            }
            guard let ports = await opened.first(where: { _ in true }) else {
                try await tasks.waitForAll()
                throw Ended()
            }
            let result = try await work(RunningInbox(ports: ports, messages: messages, faults: faults))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    struct Ended: Error {}

    /// Writes the bytes to a port and reads until the other side closes.
    static func exchange(_ bytes: [UInt8], port: Int) async throws -> [UInt8] {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var received: [UInt8] = []
            for try await buffer in inbound { received += buffer.readableBytesView }
            return received
        }
    }

    /// One SMTP session: everything is sent at once, and all replies are read until the inbox closes.
    func smtp(_ text: String) async throws -> String {
        String(decoding: try await Self.exchange(Array(text.utf8), port: ports.smtp), as: UTF8.self)
    }

    /// Connections to both ports on which nothing is said.
    func openSilently() async throws -> [any Channel] {
        var channels: [any Channel] = []
        for port in [ports.http, ports.smtp] {
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            channels.append(try await bootstrap.connect(host: "127.0.0.1", port: port).get())
        }
        return channels
    }

    struct Answer: Sendable {
        var status: Int
        /// Header lines with names in lower case.
        var head: String
        var body: String
    }

    func get(_ path: String) async throws -> Answer { try await http("GET", path, [:], "") }

    func post(_ path: String, _ body: String, type: String = "application/json") async throws -> Answer {
        try await http("POST", path, ["Content-Type": type], body)
    }

    func http(_ method: String, _ path: String, _ headers: [String: String], _ body: String) async throws -> Answer {
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        let request = """
            \(method) \(path) HTTP/1.1\r\n\(headers["Host"] == nil ? "Host: 127.0.0.1:\(ports.http)\r\n" : "")Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\
            \(lines)\r\n\(body)
            """
        let received = try await Self.exchange(Array(request.utf8), port: ports.http)
        let text = String(decoding: received, as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        let head = text[..<end.lowerBound]
        let status = try #require(head.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return Answer(status: status, head: head.lowercased(), body: String(text[end.upperBound...]))
    }
}
