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
        #expect(
            run.output == """
                CRITICAL  HIGH  MEDIUM  LOW  INFORMATIONAL  UNKNOWN
                soc       soc   soc     soc  soc            soc

                standard input: good (1 rule, 1 destination)

                """
        )
        #expect(run.errors == "")
    }

    @Test("warnings are printed and leave exit status 0")
    func warnings() throws {
        let run = try check(CheckCommandTests.good.replacing("{}, ", with: #"{"region": "EU-*"}, "#))
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("standard input:2:47: warning: Regions are written in lower case"))
        #expect(run.output.hasSuffix("standard input: good (1 rule, 1 destination); 1 warning\n"))
    }

    @Test("what findings show is told with an example, and the cells that nobody covers are marked")
    func coverage() throws {
        let text = """
            {"version": 1, "accounts": {"prod": ["111122223333"]},
             "destinations": {"soc": {"type": "slack", "url": {"env": "SOC_URL"}}},
             "rules": [{"name": "known", "when": {"severity": "low"}, "suppress": "known"},
              {"name": "prod", "when": {"account": "@prod", "severity": ">=medium", "region": "eu-*"}, "send": ["soc"]},
              {"name": "keys", "when": {"type": "TTPs/*", "severity": "high"}, "send": ["soc"]},
              {"name": "never", "when": {"severity": "low", "account": "@prod"}, "send": ["soc"]}]}
            """
        let run = try check(text)
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n")
        #expect(lines.first?.contains(#"warning: there is no "fallback""#) == true)
        #expect(lines.contains { $0.hasPrefix("    for example: LOW ACTIVE, ") && $0.contains("account 111122223333") })
        #expect(lines.contains { $0.contains("{") } == false)
        let verbose = try check(text, ["--verbose"]).output.split(separator: "\n")
        #expect(verbose.contains { $0.hasPrefix(#"    for example {"severity":"#) })
        #expect(
            run.output.contains(#"the rule "never" is never reached: "known" matches before it and suppresses it"#)
        )
        for row in [
            "ACCOUNTS  REGION  CRITICAL  HIGH       MEDIUM    LOW         INFORMATIONAL  UNKNOWN",
            "@prod     eu-*    soc       soc        soc       suppressed  UNROUTED       UNROUTED",
            "other     other   UNROUTED  unrouted*  UNROUTED  suppressed  UNROUTED       UNROUTED",
        ] { #expect(lines.contains(Substring(row)), "\(run.output)") }
        let json = try JSONDocument.parse(try check(text, ["--format", "json"]).output)
        #expect(json["ok"]?.bool == true)
        #expect(json["warnings"]?.integer == 2)
        let codes = json["diagnostics"]?.elements.compactMap { $0["code"]?.string }
        #expect(codes == ["no-fallback", "shadowed"])
        #expect(json["diagnostics"]?.elements.last?["witness"]?["severity"]?.string == "LOW")
        let cell = json["coverage"]?.elements.last?["cells"]?["HIGH"]
        #expect(cell?["except"]?.elements.map(\.string) == ["keys"])
    }

    @Test("--strict makes warnings exit with 1, and nothing else")
    func strict() throws {
        let doubtful = CheckCommandTests.good.replacing("{}, ", with: #"{"product": "GaurdDuty"}, "#)
        #expect(try check(doubtful).status == 0)
        let run = try check(doubtful, ["--strict"])
        #expect(run.status == 1)
        #expect(run.output.contains(#""GaurdDuty" is not a known product; did you mean "GuardDuty"?"#))
        #expect(run.output.contains("good (1 rule, 1 destination); 1 warning"))
        #expect(try check(CheckCommandTests.good, ["--strict"]).status == 0)
    }

    @Test("a cell names each way of being told, before it counts the rest")
    func crowdedCell() throws {
        let destinations = ["a", "b", "c", "d"].map { #""\#($0)": {"type": "webhook", "url": {"env": "A"}}"# }
        let output = try check(
            """
            {"version": 1, "windows": {"w": {"times": ["00:00-23:59"]}},
             "destinations": {\(destinations.joined(separator: ", "))},
             "rules": [{"name": "1", "when": {}, "send": ["a", "b"], "mute": [{"during": ["w"]}]},
              {"name": "2", "when": {}, "send": ["c"]},
              {"name": "3", "when": {}, "send": ["d"], "digest": {"at": ["09:00"]}}], "fallback": {"send": ["a"]}}
            """
        ).output
        #expect(output.contains("a (held), c, d (digest) +1"), "\(output)")
    }

    @Test("what depends on the product has rows of its own, and digests, windows and exceptions are marked")
    func namedCoverage() throws {
        let text = """
            {"version": 1, "windows": {"nights": {"times": ["20:00-07:00"]}},
             "destinations": {"soc": {"type": "slack", "url": {"env": "A"}}, "web": {"type": "webhook", "url": {"env": "B"}}},
             "rules": [{"name": "threats", "when": {"product": "guard-duty", "severity": ">=high"}, "send": ["soc"],
                        "mute": [{"during": ["nights"], "severity": "high", "reason": "asleep"}]},
              {"name": "keys", "when": {"control": "IAM.3", "severity": "low"}, "send": ["soc"]},
              {"name": "rest", "when": {}, "send": ["web"], "digest": {"at": ["08:30"]}}],
             "fallback": {"send": ["web"]}}
            """
        let output = try check(text).output
        let lines = output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            lines.contains("web (digest)* web (digest)* web (digest) web (digest)* web (digest) web (digest)"),
            "\(output)"
        )
        #expect(
            lines.contains {
                $0.hasPrefix("product guard-duty soc, web (digest) soc (held), web (digest) web (digest) web (digest)*")
            },
            "\(output)"
        )
        #expect(output.contains(#"not so for what rule "threats" asks for, as in CRITICAL ACTIVE, "#))
        #expect(output.contains("(digest)   told in a summary"))
        let json = try JSONDocument.parse(try check(text, ["--format", "json"]).output)
        let cell = json["coverageByName"]?.elements.first?["cells"]?["HIGH"]
        #expect(json["coverageByName"]?.elements.first?["for"]?["product"]?.string == "guard-duty")
        #expect(cell?["held"]?.elements.map(\.string) == ["soc"])
        #expect(cell?["digest"]?.elements.map(\.string) == ["web"])
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

    @Test("expectations are run, and one that does not hold is told with its place and exit status 1")
    func expectations() throws {
        let text = CheckCommandTests.good.replacing(
            #""fallback":"#,
            with: """
                "expectations": [
                 {"name": "good", "finding": {"severity": "LOW"}, "to": ["soc"]},
                 {"name": "<script>\u{202E}", "finding": {"severity": "LOW"}, "notTo": ["soc"]},
                 {"name": "gone", "example": "not/there.json", "to": ["soc"]}],
                 "fallback":
                """
        )
        let run = try check(text)
        #expect(run.status == 1)
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(
            lines.first
                == #"standard input:4:2: error: the expectation "<script>\u{202e}" does not hold: expected not to "#
                + "tell soc, but rule “all” took it and told soc (/expectations/1)"
        )
        #expect(
            lines.dropFirst().first
                == #"standard input:5:2: error: the expectation "gone" does not hold: cannot be run "#
                + "here: not/there.json cannot be read: No such file or directory (/expectations/2)"
        )
        #expect(
            lines.last
                == "standard input: usable, but not as expected (1 rule, 1 destination); 1 of 3 expectations hold"
                + "s, 1 cannot be run here; 2 errors"
        )
        let json = try JSONDocument.parse(try check(text, ["--format", "json"]).output)
        #expect(json["ok"]?.bool == false)
        #expect(json["expectations"]?["broken"]?.integer == 1)
        #expect(json["diagnostics"]?.elements.first?["code"]?.string == "expectation")
    }

    @Test("an example is read beside the file or in the named directory, and no link is followed")
    func examples() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "noroshi-examples-\(UUID().uuidString)")
        let inner = folder.appending(path: "examples")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let event = #"{"source": "aws.config", "detail-type": "x", "id": "1", "account": "111122223333", "detail": {}}"#
        try Data(event.utf8).write(to: inner.appending(path: "a.json"))
        try FileManager.default.createSymbolicLink(
            at: inner.appending(path: "link.json"),
            withDestinationURL: inner.appending(path: "a.json")
        )
        try Data(repeating: 0x20, count: 300 << 10).write(to: inner.appending(path: "large.json"))
        func text(_ example: String) -> String {
            CheckCommandTests.good.replacing(
                #""fallback":"#,
                with: #""expectations": [{"name": "e", "example": "\#(example)", "to": ["soc"]}], "fallback":"#
            )
        }
        let file = folder.appending(path: "routes.json")
        try Data(text("examples/a.json").utf8).write(to: file)
        let run = try CommandRun(CommandRun.noroshi, ["check", file.path])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("1 expectation holds"))
        #expect(try check(text("a.json"), ["--examples", inner.path]).status == 0)
        #expect(try check(text("link.json"), ["--examples", inner.path]).output.contains("it is a link"))
        #expect(try check(text("large.json"), ["--examples", inner.path]).output.contains("larger than 256 KiB"))
        #expect(try check(text("examples/none.json"), ["--examples", folder.path]).status == 1)
    }
}
