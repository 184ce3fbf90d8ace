import ArgumentParser
import FoundationEssentials
import Glibc
import Inbox
import Logging
import ServiceLifecycle
import UnixSignals

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "A local Slack-compatible and SMTP receiver to try things with.",
        discussion: """
            Prints what arrives and shows it on a page. Nothing leaves this machine, and nothing is kept after the end.

            Point a destination of type slack at http://127.0.0.1:8025/slack (any path will do), a webhook at \
            http://127.0.0.1:8025/webhook, a bot at "api": "http://127.0.0.1:8025/api", and mail at 127.0.0.1 port 2525 with "tls": "none". Messages are held to \
            Slack's limits: what Slack would refuse is refused here in the same words, with the reason.

            It can be told to fail, from the start or while it runs:

              noroshi inbox --fail 429:3 --fail 500x2 --fail-smtp rcpt:451
              curl 127.0.0.1:8025/control -d '{"next": ["429:3"], "smtp": ["rcpt:451"]}'
              curl 127.0.0.1:8025/control -d '{"clear": true}'

            HTTP failures:
              500        this status, 400 to 599
              429:3      with Retry-After: 3
              delay:20s  the true answer, later
              reset      the connection is cut, the message not taken
              lost       the message is taken, the reply lost

            SMTP failures name the stage (connect, helo, auth, mail, rcpt, data, message):
              rcpt:451   this code; also rcpt:reset, rcpt:delay:20s, message:lost

            Each counts once; 500x3 counts three times, 500x* until told otherwise.

            What was received is at /messages as JSON, oldest first; ?after=ID gives what is new.
            """
    )

    @Option(help: ArgumentHelp("Where webhooks and the page are served.", valueName: "host:port"))
    var listen = "127.0.0.1:8025"

    @Option(help: ArgumentHelp("Where mail is taken.", valueName: "host:port"))
    var smtp = "127.0.0.1:2525"

    @Option(help: ArgumentHelp("An HTTP failure to begin with; may be given several times.", valueName: "failure"))
    var fail: [String] = []

    @Option(help: ArgumentHelp("An SMTP failure to begin with; may be given several times.", valueName: "failure"))
    var failSmtp: [String] = []

    func validate() throws {
        _ = try address(listen, "--listen")
        _ = try address(smtp, "--smtp")
        _ = try faults()
    }

    func run() async throws {
        let (http, mail) = (try address(listen, "--listen"), try address(smtp, "--smtp"))
        let transcript = Transcript(isColoured: isatty(STDOUT_FILENO) == 1)
        var logger = Logger(label: "noroshi.inbox", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .warning
        let server = InboxServer(
            http: http,
            smtp: mail,
            messages: ReceivedMessages { Self.show(transcript.lines($0) + "\n") },
            faults: try faults(),
            logger: logger,
            onListening: { ports in
                Self.show("noroshi inbox: http://\(http.host):\(ports.http) takes webhooks and shows what arrived\n")
                Self.show("noroshi inbox: smtp://\(mail.host):\(ports.smtp) takes mail\n\n")
            }
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [server],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    /// Writes to the terminal at once, also when the output is a file or a pipe.
    private static func show(_ text: String) {
        var rest = Array(text.utf8)[...]
        while rest.isEmpty == false {
            let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, written))
        }
    }

    private func address(_ text: String, _ option: String) throws -> InboxServer.Address {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else { throw ValidationError("\(option) \(text): expected HOST:PORT, e.g. 127.0.0.1:8025") }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        return InboxServer.Address(host: String(isBracketed ? host.dropFirst().dropLast() : host), port: port)
    }

    private func faults() throws -> FaultPlan {
        do {
            return FaultPlan(http: try fail.map(FaultNotation.http), smtp: try failSmtp.map(FaultNotation.smtp))
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
