import ArgumentParser
import Findings
import Routing

/// `noroshi explain`: for each finding, rule by rule, why it goes where it goes.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says rule by rule where findings would go, and why.",
        discussion: """
            Reads events or findings in any shape that POST /v1/events takes, and for each finding shows every rule of \
            routes.json: which conditions hold, what each one wants and what the finding has, which rule ended the \
            reading, and then the destinations and on which rule's terms. It is the code that decides in \
            'noroshi serve'. Nothing is sent and no secret is looked up.

            EXAMPLES
              noroshi explain finding.json
              noroshi explain --routes new-routes.json event.json other.ndjson
              curl -s https://example.com/event.json | noroshi explain
              noroshi explain --format json finding.json | jq '.destinations'

            EXIT STATUS
              0   every finding was explained, also those that are suppressed or unrouted
              1   an input or the rules cannot be read; what could be read was explained
              64  the command line is wrong
            """
    )

    @Option(help: ArgumentHelp("The rules.", valueName: "file"))
    var routes = "routes.json"

    @Option(help: "text for people, json for one JSON object a line and finding.")
    var format = OutputFormat.text

    @Argument(help: ArgumentHelp("Files with events or findings; none or - is standard input.", valueName: "file"))
    var files: [String] = []

    func run() async throws {
        let table = try table()
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
                for observation in body.observations { show(table.explain(observation), colours) }
            } catch {
                StandardError.write("\(name): \(error)")
                failed = true
            }
        }
        if failed { throw ExitCode.failure }
    }

    private func table() throws -> RoutingTable {
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
        switch format {
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
