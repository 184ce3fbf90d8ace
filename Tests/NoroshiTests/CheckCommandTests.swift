import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("noroshi check")
struct CheckCommandTests {
    private static let good = """
        {"version": 1, "destinations": {"soc": {"type": "slack", "url": {"env": "SOC_URL"}}},
         "rules": [{"name": "all", "when": {}, "send": ["soc"]}], "fallback": {"send": ["soc"]}}
        """

    private func check(_ text: String, _ arguments: [String] = []) throws -> CommandRun {
        try CommandRun(CommandRun.noroshi, ["check", "-"] + arguments, input: text)
    }

    @Test("a good file is called good, with exit status 0")
    func good() throws {
        let run = try check(CheckCommandTests.good)
        #expect(run.status == 0)
        #expect(run.output == "standard input: good (1 rule, 1 destination)\n")
        #expect(run.errors == "")
    }

    @Test("warnings are printed and leave exit status 0")
    func warnings() throws {
        let run = try check(CheckCommandTests.good.replacing("{}, ", with: #"{"region": "EU-*"}, "#))
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("standard input:2:47: warning: Regions are written in lower case"))
        #expect(run.output.hasSuffix("standard input: good (1 rule, 1 destination); 1 warning\n"))
    }

    @Test("every error is printed, with exit status 1")
    func errors() throws {
        let run = try check(CheckCommandTests.good.replacing(#"["soc"]"#, with: #"["sco"]"#))
        #expect(run.status == 1)
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines.first
                == #"standard input:2:49: error: there is no destination "sco"; did you mean "soc"? (/rules/0/send/0)"#
        )
        #expect(lines.last == "standard input: not usable; 2 errors")
    }

    @Test("--format json is for programs")
    func json() throws {
        let run = try check(
            CheckCommandTests.good.replacing(#""version": 1"#, with: #""version": 2"#),
            ["--format", "json"]
        )
        #expect(run.status == 1)
        let json = try JSONDocument.parse(run.output)
        #expect(json["ok"]?.bool == false)
        #expect(json["errors"]?.integer == 1)
        #expect(json["diagnostics"]?.elements.first?["pointer"]?.string == "/version")
        #expect(json["diagnostics"]?.elements.first?["line"]?.integer == 1)
    }

    @Test("a file that is not there is an error in one line, and a wrong command line is another status")
    func unreadable() throws {
        let missing = try CommandRun(CommandRun.noroshi, ["check", "no/such/routes.json"])
        #expect(missing.status == 1)
        #expect(missing.output == "")
        #expect(missing.errors == "noroshi check: cannot open no/such/routes.json: No such file or directory\n")
        #expect(try CommandRun(CommandRun.noroshi, ["check", "--frmat", "json"]).status == 64)
    }

    @Test("nothing is coloured when the output is not a terminal")
    func colour() throws {
        #expect(try check("{").output.contains("\u{1B}") == false)
    }

    @Test("the help teaches", arguments: ["check", "explain"])
    func help(command: String) throws {
        let run = try CommandRun(CommandRun.noroshi, [command, "--help"])
        #expect(run.status == 0)
        #expect(run.output.contains("EXAMPLES"))
        #expect(run.output.contains("EXIT STATUS"))
    }
}
