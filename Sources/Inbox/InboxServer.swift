import Glibc
import HTTPSurface
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A Slack-compatible webhook receiver, a generic one and a mail server, all for trying things with.
///
/// Everything stays in memory, nothing is passed on, and nothing is asked for: listen on loopback only.
package struct InboxServer: Service {
    /// Where to listen.
    package struct Address: Sendable, Hashable {
        package var host: String
        /// 0 takes a free port.
        package var port: Int

        package init(host: String = "127.0.0.1", port: Int = 0) {
            self.host = host
            self.port = port
        }

        /// What keeps pages of others from reading mail and ordering failures; nothing is asked for, as in a service
        /// without tokens.
        var gate: LoopbackGate? {
            guard LoopbackGate.isLoopback(host: host.lowercased()) else { return nil }
            return LoopbackGate(remedy: "Ask for 127.0.0.1, or let the inbox listen on an address that has this name.")
        }
    }

    /// The ports that are listened on.
    package struct Ports: Sendable, Hashable {
        package var http: Int
        package var smtp: Int
    }

    package let messages: ReceivedMessages
    package let faults: FaultPlan
    private let http: Address
    private let smtp: Address
    private let logger: Logger
    private let onListening: @Sendable (Ports) -> Void

    /// Prepares an inbox; ``run()`` opens it.
    ///
    /// - Parameters:
    ///   - http: For webhooks and the page.
    ///   - smtp: For mail.
    ///   - messages: Where messages are kept.
    ///   - faults: Failures to begin with.
    ///   - logger: For what goes wrong in the inbox itself.
    ///   - onListening: Told once, when both ports are open.
    package init(
        http: Address = Address(),
        smtp: Address = Address(),
        messages: ReceivedMessages = ReceivedMessages(),
        faults: FaultPlan = FaultPlan(),
        logger: Logger,
        onListening: @escaping @Sendable (Ports) -> Void = { _ in }
    ) {
        self.http = http
        self.smtp = smtp
        self.messages = messages
        self.faults = faults
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: ``ListenError`` when an address cannot be listened on.
    package func run() async throws {
        let opened = Mutex<(http: Int?, smtp: Int?)>((nil, nil))
        let report: @Sendable (Int?, Int?) -> Void = { http, smtp in
            let ports = opened.withLock { ports -> Ports? in
                ports.http = http ?? ports.http
                ports.smtp = smtp ?? ports.smtp
                guard let http = ports.http, let smtp = ports.smtp else { return nil }
                return Ports(http: http, smtp: smtp)
            }
            if let ports { onListening(ports) }
        }
        let application = Application(
            responder: InboxResponder(messages: messages, faults: faults, gate: http.gate),
            server: SurfaceServer.builder(logger: logger),
            configuration: ApplicationConfiguration(address: .hostname(http.host, port: http.port)),
            onServerRunning: { report($0.localAddress?.port, nil) },
            logger: logger
        )
        let mail = SMTPReceiver(host: smtp.host, port: smtp.port, messages: messages, faults: faults, logger: logger)
        try await withThrowingTaskGroup { group in
            // The page opens when mail has its port: to close it again at once is logged as an error.
            let (ready, mailListens) = AsyncStream.makeStream(of: Int.self)
            group.addTask {
                defer { mailListens.finish() }
                try await naming(smtp) {
                    try await mail.run { port in
                        report(nil, port)
                        mailListens.yield(port)
                    }
                }
            }
            group.addTask {
                guard await ready.first(where: { _ in true }) != nil else { return }
                try await naming(http) { try await application.run() }
            }
            // Both end together: a receiver that is half there misleads.
            do {
                for try await _ in group {}
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    /// Does the work, and says which address it was when that cannot be listened on.
    private func naming(_ address: Address, _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as IOError {
            throw ListenError(address: address, reason: String(cString: strerror(error.errnoCode)))
        }
    }

    /// Why the inbox cannot be opened.
    package struct ListenError: Error, Hashable, CustomStringConvertible {
        package var address: Address
        package var reason: String

        package var description: String {
            "cannot listen on \(address.host):\(address.port): \(reason). Choose another with --listen or --smtp"
        }
    }
}
