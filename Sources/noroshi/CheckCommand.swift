import AWSRequests
import ArgumentParser
import CurlClient
import Findings
import FoundationEssentials
import Routing

/// `noroshi check`: everything that is wrong or doubtful in a routes.json, without touching anything.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a routes.json and says everything that is wrong or doubtful in it.",
        discussion: """
            Each line names file:line:column, so that editors and CI can jump there, and ends with the JSON pointer of \
            the value. Secrets are not looked up and nothing is sent: it is safe to run anywhere.

            With --aws it asks AWS about the file's sources, as 'noroshi serve' would: whose identity asks, whether each \
            queue can be read, and what is doubtful about it. It receives one message at most and gives it back at once.

            An error means that 'noroshi serve' would refuse the file and keep its earlier rules, or that one of the \
            file's expectations does not hold: the line then says what becomes of the finding instead. A warning means that \
            the file works and something in it is probably not meant: a rule that never matches or is never reached, \
            a rule that suppresses what an earlier one has sent, a destination or account group nobody uses, an account \
            id, Region, product, source, status, control, standard, resource or finding type that is not known, \
            anything-but alternatives that accept everything, a secret, no fallback. A note is worth knowing: two \
            rules that send one finding to one destination on different terms.

            Names are compared as people write them: guard-duty, "Guard Duty" and GuardDuty are one product, guardduty \
            is the source aws.guardduty. What is not known may still be right, if another vendor's findings have it.

            What is said of the findings that a rule gets is shown by an example, which the code that decides in \
            'noroshi serve' was asked about; where neither an example nor a proof was found, it says "cannot tell". \
            The table at the end says where a finding with nothing particular about it goes, by account group, Region \
            and severity; "unrouted" means that nobody is told.

            EXAMPLES
              noroshi check                          # ./routes.json
              noroshi check staging/routes.json
              noroshi check --strict                 # in CI: warnings count as errors
              noroshi check --format json | jq '.diagnostics[] | [.code, .message]'
              noroshi check --examples test/ -       # standard input, examples in test/
              noroshi check --data /var/lib/noroshi  # is the database whole
              noroshi check --aws                    # can the queues be read

            EXIT STATUS
              0   no errors; there may be warnings
              1   at least one error or an expectation that does not hold, with --strict
                  also a warning, the file cannot be read, or with --aws a queue cannot
              64  the command line is wrong
            """
    )

    @Argument(help: ArgumentHelp("The file to read; - is standard input.", valueName: "file"))
    var file = "routes.json"

    @Option(
        help: ArgumentHelp(
            "Where the examples are that expectations name; default: the directory of the file.",
            valueName: "directory"
        )
    )
    var examples: String?

    @Flag(help: "Exit with 1 when there is a warning.")
    var strict = false

    @Flag(help: "Ask AWS about the sources: who asks, and can the queues be read.")
    var aws = false

    @Option(help: ArgumentHelp("CA certificates (PEM) to trust instead of the system's.", valueName: "file"))
    var caFile: String?

    @Flag(help: "Show the whole finding of each example, as JSON.")
    var verbose = false

    @Option(help: ArgumentHelp("Check this data directory instead of a routes.json.", valueName: "directory"))
    var data: String?

    @Option(help: "text for people, json for programs.")
    var format = OutputFormat.text

    func run() async throws {
        if let data { return try DataReport(directory: data).show(format) }
        let bytes: [UInt8]
        do {
            bytes = try PayloadFile.read(file)
        } catch {
            StandardError.write("noroshi check: \(error)")
            throw ExitCode.failure
        }
        let directory = examples.map { ExampleDirectory(path: $0) } ?? ExampleDirectory(besideFile: file)
        let name = file == "-" ? "standard input" : file
        let report = CheckReport(bytes, file: name, examples: directory.examples)
        var cloud: AWSReport?
        if aws, let document = report.document {
            let access = AWSAccess(
                http: HTTPClient(caFile: caFile),
                variables: ProcessInfo.processInfo.environment
            )
            cloud = await AWSReport(document, access: access)
        }
        switch format {
        case .json:
            let members = report.json.members + (cloud.map { [.init("sources", $0.json)] } ?? [])
            print(JSONValue.object(members).text)
        case .text:
            let colours = Colours.forStandardOutput
            print(report.text(colours: colours, isVerbose: verbose), terminator: "")
            if let cloud { print(cloud.text(colours: colours), terminator: "") }
        }
        if report.hasErrors || cloud?.hasErrors == true { throw ExitCode.failure }
        if strict, report.hasWarnings || cloud?.hasWarnings == true { throw ExitCode.failure }
    }
}
