import ArgumentParser
import Findings
import FoundationEssentials
import Routing

/// `noroshi explain`: for each finding, rule by rule, why it goes where it goes.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says rule by rule where findings would go, and why.",
        discussion: """
            Reads events or findings in any shape that POST /v1/events takes, and for each finding shows every rule of \
            routes.json: which conditions hold, what each one wants and what the finding has, which rule ended the \
            reading, what that cut off, and then the destinations and on which rule's terms. It is the code that \
            decides in 'noroshi serve'. Nothing is sent and no secret is looked up. For each destination it says when \
            that would be told: at once, with its group, in a digest, or when a window ends; --at says for which moment.

            With --finding, a running server explains a finding that it has taken in, with the event in which it came: \
            under the rules in force, under those that decided then (--at-the-time), under any version of them, or \
            under a draft. With --server, it explains the files. --severity says what a finding were if it had another.

            EXAMPLES
              noroshi explain finding.json
              noroshi explain --routes new-routes.json event.json other.ndjson
              curl -s https://example.com/event.json | noroshi explain
              noroshi explain --format json finding.json | jq '.destinations'
              noroshi explain --at 2026-12-05T04:00:00Z finding.json
              noroshi explain --finding 7f3a9c1e --at-the-time
              noroshi explain --rules-version 3 \\
                --server http://127.0.0.1:8080 event.json

            EXIT STATUS
              0   every finding was explained, also those that are suppressed or unrouted
              1   an input, the rules or the finding cannot be read; what could be read was explained
              3   the server cannot be reached
              64  the command line is wrong
            """
    )

    @Option(help: ArgumentHelp("The rules; default: routes.json. Not together with a server.", valueName: "file"))
    var routes: String?

    @Option(help: ArgumentHelp("A finding that a server has taken in: its id, as listed, or its key.", valueName: "id"))
    var finding: String?

    @Flag(help: "Under the rules that decided when the finding was last observed.")
    var atTheTime = false

    @Option(help: ArgumentHelp("Under an earlier version of the server's rules.", valueName: "number"))
    var rulesVersion: Int?

    @Option(help: ArgumentHelp("Under a draft on the server, as in d12.", valueName: "id"))
    var draft: String?

    @Option(
        help: ArgumentHelp("As if every finding had this severity.", valueName: "word"),
        transform: { text in
            guard let severity = Severity(label: text.uppercased()) else {
                let known = Severity.allCases.reversed().map(\.label).joined(separator: ", ")
                throw ValidationError("--severity wants one of \(known), not '\(text)'")
            }
            return severity
        }
    )
    var severity: Severity?

    @Option(
        help: ArgumentHelp(
            "When the finding is taken to come, as in 2026-12-05T04:00:00Z; default: now.",
            valueName: "time"
        ),
        transform: { text in
            do {
                return try Date.ISO8601FormatStyle().parse(text)
            } catch {
                throw ValidationError("--at wants a moment such as 2026-12-05T04:00:00Z, not '\(text)'")
            }
        }
    )
    var at: Date?

    @OptionGroup var remote: ServerOptions

    @Argument(help: ArgumentHelp("Files with events or findings; none or - is standard input.", valueName: "file"))
    var files: [String] = []

    /// Whether a server explains, and not the rules of a file.
    private var asksServer: Bool { finding != nil || remote.server != nil }

    func validate() throws {
        if finding != nil, files.isEmpty == false {
            throw ValidationError("--finding names what is explained; give no files beside it")
        }
        if atTheTime, finding == nil { throw ValidationError("--at-the-time goes with --finding") }
        if atTheTime, rulesVersion != nil {
            throw ValidationError("--at-the-time and --rules-version exclude one another")
        }
        if rulesVersion != nil, asksServer == false {
            throw ValidationError("--rules-version is a version of a server's rules; give --server or --finding")
        }
        if draft != nil, asksServer == false {
            throw ValidationError("--draft is a draft on a server; give --server or --finding")
        }
        if draft != nil, atTheTime || rulesVersion != nil {
            throw ValidationError("--draft excludes --at-the-time and --rules-version")
        }
        if routes != nil, asksServer {
            throw ValidationError("the server has rules of its own; give --routes without --server and --finding")
        }
    }

    func run() async throws {
        if asksServer { return try await askServer() }
        let table = try table(routes ?? "routes.json")
        let colours = Colours.forStandardOutput
        let decoder = FindingDecoder(defaults: table.document.severities)
        var failed = false
        for file in files.isEmpty ? ["-"] : files {
            let name = file == "-" ? "standard input" : file
            do {
                let body = try decoder.decode(try PayloadFile.read(file))
                for case .unreadable(let item) in body.items {
                    StandardError.write("\(name): \(item.reason)")
                    failed = true
                }
                for var observation in body.observations {
                    if let severity { observation.finding.severity = severity }
                    show(table.explain(observation, at: at ?? Date(), silences: nil), colours)
                }
            } catch {
                StandardError.write("\(name): \(error)")
                failed = true
            }
        }
        if failed { throw ExitCode.failure }
    }

    private func askServer() async throws {
        do {
            let server = try remote.connection(ProcessInfo.processInfo.environment)
            let query = [
                ("finding", finding), ("version", atTheTime ? "then" : rulesVersion.map { String($0) }),
                ("at", at?.iso8601), ("draft", draft), ("severity", severity?.label),
            ]
            var failed = false
            if finding != nil {
                failed = show(try await server.post("/api/v1/explain", query), "") == false
            } else {
                for file in files.isEmpty ? ["-"] : files {
                    let answer = try await server.post("/api/v1/explain", query, bytes: try PayloadFile.read(file))
                    if show(answer, file == "-" ? "standard input" : file) == false { failed = true }
                }
            }
            if failed { throw ExitCode.failure }
        } catch let failure as ServerFailure {
            for line in failure.lines { StandardError.write("noroshi: \(line)") }
            throw ExitCode(failure.exitCode)
        } catch let failure as PayloadFile.Failure {
            StandardError.write("noroshi explain: \(failure)")
            throw ExitCode.failure
        }
    }

    /// Prints what the server said.
    ///
    /// - Parameters:
    ///   - answer: Of the server.
    ///   - file: What was posted.
    /// - Returns: Whether everything in the file could be read.
    private func show(_ answer: JSON, _ file: String) -> Bool {
        for reason in answer["unreadable"]?.elements ?? [] {
            StandardError.write("\(file): \(EscapedText.visible(reason.string ?? "", limit: 1_000))")
        }
        if answer["isEventKept"]?.bool == false {
            StandardError.write(
                "noroshi explain: the event in which the finding came is no longer kept; conditions with a pattern see "
                    + "an empty one"
            )
        }
        for explanation in answer["explanations"]?.elements ?? [] {
            switch remote.format {
            case .json: print(explanation.compactText)
            case .text: print(explanation["text"]?.string ?? "")
            }
        }
        if let omitted = answer["omittedCount"]?.integer, omitted > 0 {
            StandardError.write("\(file): \(omitted) more findings were left out; send fewer at a time")
        }
        return answer["unreadable"]?.elements.isEmpty ?? true
    }

    private func table(_ routes: String) throws -> RoutingTable {
        let bytes: [UInt8]
        do {
            bytes = try PayloadFile.read(routes)
        } catch {
            StandardError.write("noroshi explain: \(error)")
            throw ExitCode.failure
        }
        do throws(RouteDocumentError) {
            return RoutingTable(try RouteDocument.parse(bytes, file: routes).document, version: 0)
        } catch {
            StandardError.write(error.description)
            StandardError.write("noroshi explain: \(routes) is not usable; 'noroshi check' says the same")
            throw ExitCode.failure
        }
    }

    private func show(_ explanation: Explanation, _ colours: Colours) {
        switch remote.format {
        case .json: print(explanation.json.text)
        case .text:
            for line in explanation.lines { print(colours.paint(line.text, Colours.Colour(line.tone))) }
            print()
        }
    }
}

extension Colours.Colour {
    fileprivate init?(_ tone: Explanation.Line.Tone) {
        switch tone {
        case .plain: return nil
        case .heading: self = .bold
        case .good: self = .green
        case .bad: self = .red
        case .faint: self = .faint
        }
    }
}
