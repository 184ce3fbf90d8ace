import ArgumentParser
import Findings

struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print each finding of a payload as one JSON line.",
        discussion: """
            Reads what a source sends - an EventBridge event, an SNS message, a Firehose request, a list of ASFF or OCSF \
            findings, NDJSON and more - and prints what Noroshi understands of it. Each line has the keys key, source, \
            kind, id, title, description, severity, account, region, status, product, resources, createdAt, updatedAt \
            and url, in this order, null where the source gives nothing, and more keys after them. What cannot be read \
            gives a line {"error": ..., "file": ...} that says what was wrong and where.

            Examples:
              noroshi decode finding.json
              noroshi decode events/*.json | jq -r '[.severity, .account, .title] | @tsv'
              aws guardduty get-findings --detector-id D --finding-ids F | noroshi decode

            The exit code is 0 when everything was read and 1 when something was not.
            """
    )

    @Argument(help: "Files to read; '-' or none at all is standard input.")
    var files: [String] = []

    func run() throws {
        let decoder = FindingDecoder()
        var isComplete = true
        for file in files.isEmpty ? ["-"] : files {
            let lines: DecodedLines
            do {
                lines = DecodedLines(of: try PayloadFile.read(file), file: file, decoder: decoder)
            } catch {
                lines = DecodedLines(error: error.description, file: file)
            }
            try PayloadFile.write(lines.bytes)
            if lines.isComplete == false { isComplete = false }
        }
        guard isComplete else { throw ExitCode(1) }
    }
}

/// What `noroshi decode` prints about one payload.
struct DecodedLines: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Whether everything of the payload was read.
    private(set) var isComplete = true

    init(of body: [UInt8], file: String, decoder: FindingDecoder) {
        do {
            for item in try decoder.decode(body).items {
                switch item {
                case .event(let event): for observation in event.observations { add(observation.finding.json) }
                case .unreadable(let unreadable): add(error: unreadable.reason, file: file)
                case .nothing: break
                }
            }
        } catch {
            add(error: error.description, file: file)
        }
    }

    init(error: String, file: String) { add(error: error, file: file) }

    private mutating func add(error: String, file: String) {
        isComplete = false
        add(.object([.init("error", .string(error)), .init("file", .string(file == "-" ? "standard input" : file))]))
    }

    private mutating func add(_ line: JSONValue) {
        line.write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }
}
