import ArgumentParser
import Findings
import Routing

/// `noroshi check`: everything that is wrong or doubtful in a routes.json, without touching anything.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a routes.json and says everything that is wrong or doubtful in it.",
        discussion: """
            Each line names file:line:column, so that editors and CI can jump there, and ends with the JSON pointer of \
            the value. Secrets are not looked up and nothing is sent: it is safe to run anywhere.

            An error means that 'noroshi serve' would refuse the file and keep its earlier rules. A warning means that \
            the file works and something in it is probably not meant: a destination or account group nobody uses, a \
            rule that is never reached, no fallback, an account id that is not 12 digits.

            EXAMPLES
              noroshi check                          # ./routes.json
              noroshi check staging/routes.json
              noroshi check --format json | jq '.diagnostics[].message'
              noroshi check -                        # from standard input

            EXIT STATUS
              0   no errors; there may be warnings
              1   at least one error, or the file cannot be read
              64  the command line is wrong
            """
    )

    @Argument(help: ArgumentHelp("The file to read; - is standard input.", valueName: "file"))
    var file = "routes.json"

    @Option(help: "text for people, json for programs.")
    var format = OutputFormat.text

    func run() async throws {
        let bytes: [UInt8]
        do {
            bytes = try PayloadFile.read(file)
        } catch {
            StandardError.write("noroshi check: \(error)")
            throw ExitCode.failure
        }
        let report = CheckReport(bytes, file: file == "-" ? "standard input" : file)
        switch format {
        case .json: print(report.json.text)
        case .text: print(report.text(colours: Colours.forStandardOutput), terminator: "")
        }
        if report.hasErrors { throw ExitCode.failure }
    }
}

/// What `check` found in one file.
struct CheckReport {
    let file: String
    /// `nil` when there are errors.
    let document: RouteDocument?
    let diagnostics: [RouteDiagnostic]

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        do throws(RouteDocumentError) {
            (document, diagnostics) = try RouteDocument.parse(bytes, file: file)
        } catch {
            document = nil
            diagnostics = error.diagnostics
        }
    }

    var hasErrors: Bool { document == nil }

    private func count(_ severity: RouteDiagnostic.Severity) -> Int {
        diagnostics.count { $0.severity == severity }
    }

    var json: JSONValue {
        [
            "file": .string(file),
            "ok": .bool(hasErrors == false),
            "errors": .integer(count(.error)),
            "warnings": .integer(count(.warning)),
            "diagnostics": .array(diagnostics.map(\.json)),
        ]
    }

    func text(colours: Colours) -> String {
        var lines = diagnostics.map { diagnostic in
            colours.paint(diagnostic.description, diagnostic.severity == .error ? .red : .yellow)
        }
        let counts = [
            CheckReport.counted(count(.error), "error"), CheckReport.counted(count(.warning), "warning"),
        ].compactMap { $0 }
        if let document {
            let size = [
                CheckReport.counted(document.rules.count, "rule"),
                CheckReport.counted(document.destinations.count, "destination"),
            ].compactMap { $0 }.joined(separator: ", ")
            let warned = counts.isEmpty ? "" : "; \(counts.joined(separator: ", "))"
            lines.append(colours.paint("\(file): good (\(size.isEmpty ? "no rules" : size))\(warned)", .green))
        } else {
            lines.append(colours.paint("\(file): not usable; \(counts.joined(separator: ", "))", .red))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func counted(_ count: Int, _ noun: String) -> String? {
        count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
