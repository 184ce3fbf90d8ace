import ArgumentParser
import Findings
import FoundationEssentials
import Routing

/// `noroshi backtest`: what a routes.json would have changed, for whoever reviews it.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Asks a running server what a routes.json would have changed of what it observed.",
        discussion: """
            The file is sent to the server, which decides everything that it received in the time by both the file and \
            the rules in force. Nothing is stored or sent, and the file does not become the rules.

            Each finding is in one class: nobody (it reached somebody, and reaches nobody now), suppressed, fewer (told \
            at fewer places), elsewhere (told at a place where it was not), terms (told on other terms), told (and to \
            nobody before), unchanged.

            EXAMPLES
              noroshi backtest --against https://noroshi.example.com routes.json
              noroshi backtest --against $URL --since 30d --fail-on nobody,suppressed routes.json
              noroshi backtest --against $URL --output markdown routes.json >> "$GITHUB_STEP_SUMMARY"
              noroshi backtest --depth messages --output json routes.json | jq .result.messages

            EXIT STATUS
              0   done, and no finding is in a class of --fail-on
              1   a finding is in a class of --fail-on, the file was refused, or the replay failed
              3   the server cannot be reached
              64  the command line is wrong
            """
    )

    @Option(
        help: ArgumentHelp(
            "The server's URL; default: NOROSHI_SERVER, or http://127.0.0.1:8080.",
            valueName: "url"
        )
    )
    var against: String?

    @Option(
        help: ArgumentHelp(
            "A file with the token, where the server asks for one; default: NOROSHI_TOKEN or NOROSHI_TOKEN_FILE.",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Argument(help: ArgumentHelp("The rules; - is standard input.", valueName: "file"))
    var file = "routes.json"

    @Option(help: "How far back: a time ago such as 7d, or a date.")
    var since: Moment?

    @Option(help: "decisions for who is told, messages for how many messages that is as well.")
    var depth = BacktestDepth.decisions

    @Option(
        help: ArgumentHelp(
            "End with 1 when a finding is in one of these classes, separated by commas.",
            valueName: "classes"
        )
    )
    var failOn: BacktestClasses?

    @Option(help: "text for people, markdown for a pull request, json for programs.")
    var output = BacktestOutput.text

    /// Samples of each class that are shown.
    private static let shown = 20

    func run() async throws {
        let report: BacktestReport
        do {
            let text = try PayloadFile.read(file)
            let server = try ServerConnection(
                server: against,
                tokenFile: tokenFile,
                ProcessInfo.processInfo.environment
            )
            report = try await replay(text, on: server)
        } catch let failure as ServerFailure {
            for line in failure.lines { StandardError.write("noroshi: \(line)") }
            throw ExitCode(failure.exitCode)
        } catch let failure as PayloadFile.Failure {
            StandardError.write("noroshi: \(failure)")
            throw ExitCode(1)
        }
        print(report.written(as: output))
        if let failOn, report.findings(in: failOn.names) > 0 { throw ExitCode(1) }
    }

    /// Sends the rules, waits until the server is done, and fetches what it says.
    private func replay(_ text: [UInt8], on server: ServerConnection) async throws -> BacktestReport {
        let body = JSONValue.compact([
            "text": .string(String(decoding: text, as: UTF8.self)),
            "since": since.map { .string($0.date(before: Date())) },
            "depth": .string(depth.rawValue),
        ])
        var replay = try await server.post("/api/v1/replays", body: body)
        let path = "/api/v1/replays/\((replay["id"]?.string ?? "").percentEncoded)"
        while ["queued", "running"].contains(replay["state"]?.string) {
            try await Task.sleep(for: .milliseconds(300))
            replay = try await server.get(path)
        }
        guard replay["state"]?.string == "done" else {
            let reason = replay["failure"]?.string.map { ": \($0)" } ?? ""
            throw ServerFailure.refused(status: nil, lines: ["the replay was \(replay.shown("state"))\(reason)"])
        }
        var samples: [String: [JSON]] = [:]
        for name in BacktestClasses.all where name != "unchanged" {
            let query = [("class", Optional(name)), ("limit", String(BacktestCommand.shown))]
            samples[name] = try await server.get(path + "/findings", query)["items"]?.elements
        }
        return BacktestReport(replay: replay, samples: samples)
    }
}

/// How far a replay goes.
enum BacktestDepth: String, CaseIterable, ExpressibleByArgument {
    case decisions, messages
}

/// For whom the effect is written.
enum BacktestOutput: String, CaseIterable, ExpressibleByArgument {
    case text, markdown, json
}

/// Names of classes, separated by commas.
struct BacktestClasses: ExpressibleByArgument {
    /// The worst first.
    static let all = ["nobody", "suppressed", "fewer", "elsewhere", "terms", "told", "unchanged"]

    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy(BacktestClasses.all.contains) else { return nil }
    }

    static var allValueStrings: [String] { all }
}
