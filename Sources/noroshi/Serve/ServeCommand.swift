import ArgumentParser
import Console
import Delivery
import FoundationEssentials
import Glibc
import HTTPSurface
import Logging
import NIOCore
import Store

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the service: takes findings in, decides, and delivers.",
        discussion: """
            Findings are posted to /v1/events. A 2xx answer means that the finding is on
            disk; what follows survives a crash of the process or of the machine.

            Tokens come from the environment (NOROSHI_TOKEN, NOROSHI_TOKEN_FILE, and
            NOROSHI_TOKEN_<NAME> for further ones) or from systemd credentials named
            noroshi-token. Without any the server listens on loopback only.

            With --database, NOROSHI_DATABASE, NOROSHI_DATABASE_FILE or the credential
            noroshi-database everything is kept in PostgreSQL, and any number of nodes may
            work on it: each accepts, one decides, and they share the destinations. A
            --data that is given beside it is not served: it is warned of, and refused while
            something in it waits to be told.

            A proxy in front may sign people in to the console: --user-header names the
            header in which it names them, --proxy the addresses from which it comes. Who
            has no role by --proxy-role looks only. NOROSHI_USER_HEADER, NOROSHI_PROXY,
            NOROSHI_GROUPS_HEADER, NOROSHI_PROXY_ROLES and NOROSHI_PROXY_TOKEN_HEADER say
            the same; what the proxy has to present stands in NOROSHI_PROXY_TOKEN or
            NOROSHI_PROXY_TOKEN_FILE.

            SIGHUP reads the rules and the tokens again, as does a change of their files; a
            bad file changes nothing. SIGTERM drains: what is under way is finished, the
            rest waits on disk for the next start.

            EXAMPLES
              noroshi serve
              noroshi serve --routes /etc/noroshi/routes.json \\
                --data /var/lib/noroshi --listen 0.0.0.0:8080

            EXIT STATUS
              0  shut down by a signal, drained
              1  could not start; standard error says why
              64  the command line is wrong
            """
    )

    @Option(help: ArgumentHelp("The rules.", valueName: "file"))
    var routes = "routes.json"

    @Flag(help: "Let the console and the API write the rules into the file.")
    var routesWritable = false

    @Flag(help: "Keep the rules in the data directory; the file only seeds an empty one.")
    var routesStore = false

    @Option(
        help: ArgumentHelp(
            "Where everything is kept, ./data by default; one process at a time.",
            valueName: "directory"
        )
    )
    var data: String?

    @Option(
        help: ArgumentHelp(
            "A PostgreSQL database in place of the directory; several nodes may share it. NOROSHI_DATABASE says the same.",
            valueName: "url"
        )
    )
    var database: String?

    @Option(
        help: ArgumentHelp(
            "How long a node may be unheard before the others take over, in seconds; the same for all of them.",
            valueName: "seconds"
        )
    )
    var takeover = 12

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
    var listen = "127.0.0.1:8080"

    @Option(help: "json for collectors, text for people; text when standard error is a terminal.")
    var logFormat: LineLogHandler.Form?

    @Option(
        help: "trace, debug, info, notice, warning, error or critical.",
        transform: { word in
            guard let level = Logger.Level(rawValue: word) else {
                throw ValidationError(
                    "--log-level is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            return level
        }
    )
    var logLevel = Logger.Level.info

    @Option(help: ArgumentHelp("The largest request body, in MiB.", valueName: "mebibytes"))
    var bodyLimit = 6

    @Option(help: ArgumentHelp("How long SIGTERM waits for what is under way, in seconds.", valueName: "seconds"))
    var drain = 20

    @Option(help: ArgumentHelp("How long the journal and the evidence are kept, in days.", valueName: "days"))
    var retention = 90

    @Option(help: "on, read-only or off: whether the console is there, and may change anything.")
    var console = ConsoleRoutes.Mode.on

    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp(
            "Where people reach the console, e.g. https://noroshi.example.com; messages then link to their findings.",
            valueName: "url"
        )
    )
    var publicURL: String?

    @Option(
        help: ArgumentHelp(
            "The header in which a proxy in front names who is signed in to the console.",
            valueName: "name"
        )
    )
    var userHeader: String?

    @Option(
        help: ArgumentHelp(
            "An address or block from which that proxy comes; may be repeated, or hold several with commas.",
            valueName: "address"
        )
    )
    var proxy: [String] = []

    @Option(help: ArgumentHelp("The header in which the proxy names people's groups, with commas.", valueName: "name"))
    var groupsHeader: String?

    @Option(
        help: ArgumentHelp(
            "user:NAME=ROLE or group:NAME=ROLE: what those may whom the proxy names; may be repeated.",
            valueName: "role"
        )
    )
    var proxyRole: [String] = []

    @Option(
        help: ArgumentHelp(
            "The header in which the proxy presents NOROSHI_PROXY_TOKEN; X-Noroshi-Proxy-Token by default.",
            valueName: "name"
        )
    )
    var proxyTokenHeader: String?

    @Option(help: ArgumentHelp("CA certificates (PEM) to trust instead of the system's.", valueName: "file"))
    var caFile: String?

    /// Read here and not by a transform, whose error would repeat the value with a password that stands in it.
    private var publicAddress: PublicAddress? {
        get throws {
            do {
                return try publicURL.map { try PublicAddress($0) }
            } catch {
                throw ValidationError("--public-url: \(error)")
            }
        }
    }

    func validate() throws {
        _ = try publicAddress
        do {
            _ = try ListenAddress(listen)
        } catch {
            throw ValidationError("--listen: \(error)")
        }
        guard routesWritable == false || routesStore == false else {
            throw ValidationError("give one of --routes-writable and --routes-store: the rules are kept in one place")
        }
        guard (1...256).contains(bodyLimit) else { throw ValidationError("--body-limit is a number of MiB in 1...256") }
        guard (0...3_600).contains(drain) else { throw ValidationError("--drain is a number of seconds in 0...3600") }
        guard (2...600).contains(takeover) else {
            throw ValidationError("--takeover is a number of seconds in 2...600")
        }
        guard (1...3_650).contains(retention) else {
            throw ValidationError("--retention is a number of days in 1...3650")
        }
    }

    func run() async throws {
        let form = logFormat ?? (isatty(STDERR_FILENO) == 1 ? .text : .json)
        let level = logLevel
        LoggingSystem.bootstrap { LineLogHandler(label: $0, form: form, level: level) }
        let logger = Logger(label: "noroshi")
        do {
            let settings = Composition.Settings(
                routes: routes,
                data: data ?? "./data",
                isDataNamed: data != nil,
                database: database,
                takeover: .seconds(takeover),
                listen: try ListenAddress(listen),
                bodyLimit: BodyLimit(bytes: bodyLimit << 20),
                drainLimit: .seconds(drain),
                retention: .seconds(retention * 86_400),
                console: console,
                keeping: routesStore ? .store : routesWritable ? .writableFile : .file,
                caFile: caFile,
                publicAddress: try publicAddress,
                proxy: ProxySignIn.Words(
                    userHeader: userHeader,
                    groupsHeader: groupsHeader,
                    proxies: proxy,
                    tokenHeader: proxyTokenHeader,
                    roles: proxyRole
                ),
                variables: ProcessInfo.processInfo.environment
            )
            try await Composition.run(settings, logger: logger)
        } catch {
            logger.critical("cannot serve", metadata: ["problem": "\(ServeCommand.words(error, listen: listen))"])
            throw ExitCode.failure
        }
    }

    /// What went wrong, and where: the system's words for an address that is in use do not name it.
    private static func words(_ error: any Error, listen: String) -> String {
        guard let error = error as? IOError, [EADDRINUSE, EADDRNOTAVAIL, EACCES].contains(error.errnoCode) else {
            return "\(error)"
        }
        let advice =
            error.errnoCode == EADDRINUSE
            ? "another program listens there: end it, or choose another address with --listen HOST:PORT"
            : "choose another address with --listen HOST:PORT"
        return "cannot listen on \(listen): \(String(cString: strerror(error.errnoCode))); \(advice)"
    }
}

extension ConsoleRoutes.Mode: ExpressibleByArgument {}
