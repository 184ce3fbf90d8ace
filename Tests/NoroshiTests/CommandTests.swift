import Findings
import Foundation
import NoroshiTestSupport
import Testing

@Suite("Commands")
struct CommandTests {
    @Test(
        "an unknown command is named, beside the nearest and those that there are",
        arguments: [
            (
                ["silence", "expir", "s1"],
                "'expir' is not a command of 'noroshi silence'; did you mean 'noroshi silence expire'?"
            ),
            (
                ["deliveries", "redrv"],
                "'redrv' is not a command of 'noroshi deliveries'; did you mean 'noroshi deliveries redrive'?"
            ),
            (["findings", "xyz"], "'xyz' is not a command of 'noroshi findings'."),
            (["routes", "xyz"], "'noroshi routes'."),
            (["destinations", "xyz"], "'noroshi destinations'."), (["chek"], "did you mean 'noroshi check'?"),
        ]
    )
    func unknownCommand(arguments: [String], message: String) throws {
        let run = try CommandRun(CommandRun.noroshi, arguments)
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.errors.contains("Its commands are "))
    }

    @Test(
        "a name that is empty is a mistake on the command line, and nothing is asked",
        arguments: [
            ["deliveries", "show"], ["findings", "show"], ["silence", "show"], ["silence", "expire"],
            ["destinations", "resume"], ["set-aside", "retry"], ["deliveries", "retry"],
        ]
    )
    func emptyName(arguments: [String]) throws {
        for name in ["", " ", ".."] {
            let run = try CommandRun(CommandRun.noroshi, arguments + [name])
            #expect(run.status == 64)
            #expect(run.output == "")
            #expect(run.errors.contains("it must name something"), "\(run.errors)")
        }
    }

    @Test("a password in the server's URL is not repeated when there is no server")
    func passwordOfServer() throws {
        // Port 1 is tcpmux, which nothing has served for decades.
        let url = "http://canary-user:canary-password@127.0.0.1:1/base/"
        let run = try CommandRun(CommandRun.noroshi, ["status", "--server", url])
        #expect(run.status == 3)
        #expect(run.errors.contains("canary") == false)
        #expect(run.errors.contains("the server at http://127.0.0.1:1/base cannot be reached"), "\(run.errors)")
    }

    @Test(
        "--version is the program's, whatever stands before or behind it",
        arguments: [
            ["--version"], ["serve", "--version"], ["check", "--version"], ["status", "--version"],
            ["routes", "show", "--version"], ["routes", "show", "--version", "3"], ["findings", "list", "--version"],
        ]
    )
    func version(arguments: [String]) throws {
        let run = try CommandRun(CommandRun.noroshi, arguments, environment: ["NOROSHI_SERVER": "http://127.0.0.1:1"])
        #expect(run.status == 0)
        #expect(run.output.wholeMatch(of: #/[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?\n/#) != nil, "\(run.output)")
        #expect(run.errors == "")
    }

    @Test(
        "a command has its help, and an alias",
        arguments: [["silence", "end", "--help"], ["help", "silence"], ["silence"]]
    )
    func aliases(arguments: [String]) throws {
        let run = try CommandRun(CommandRun.noroshi, arguments)
        #expect(run.status == 0)
        #expect(run.errors == "")
    }

    @Test("decode prints one JSON line per finding, its keys in the documented order")
    func decode() throws {
        let result = try CommandRun(CommandRun.noroshi, ["decode"], input: Sample.guardDuty(3))
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n")
        try #require(lines.count == 1)
        let finding = try JSONDocument.parse(String(lines[0]))
        #expect(
            finding.members.prefix(15).map(\.key) == [
                "key", "source", "kind", "id", "title", "description", "severity", "account", "region", "status",
                "product", "resources", "createdAt", "updatedAt", "url",
            ]
        )
        #expect(finding["severity"]?.string == "HIGH")
        #expect(finding["account"]?.string == "111122223333")
    }

    @Test("decode of what cannot be read prints one error line and exits with 1")
    func decodeError() throws {
        let result = try CommandRun(CommandRun.noroshi, ["decode"], input: "{\"detail\": ")
        #expect(result.status == 1)
        let line = try JSONDocument.parse(result.output.trimmingCharacters(in: .newlines))
        #expect(line["error"] != nil)
    }

    @Test(
        "check exits with 0 for good rules and 1 for bad ones, which it names with a hint",
        arguments: [
            (#"{"version":1,"destinations":{},"rules":[],"fallback":{"send":["secops"]}}"#, Int32(1), "secops"),
            (#"{"version":1,"destinatons":{},"rules":[]}"#, 1, "destinations"),
        ]
    )
    func check(text: String, status: Int32, word: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "routes-\(UUID().uuidString).json")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try CommandRun(CommandRun.noroshi, ["check", file.path])
        #expect(result.status == status)
        #expect((result.output + result.errors).contains(word))
    }

    @Test("the repository's own rules are good")
    func ownRules() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let result = try CommandRun(CommandRun.noroshi, ["check", root.appending(path: "routes.json").path])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    @Test(
        "a public address that cannot be linked is a wrong command line",
        arguments: [
            "noroshi.example.com", "https://canary:canary@noroshi.example.com", "https://noroshi.example.com/?a=b",
        ]
    )
    func publicAddress(text: String) throws {
        let result = try CommandRun(CommandRun.noroshi, ["serve", "--public-url", text])
        #expect(result.status == 64)
        #expect(result.errors.contains("--public-url: the address"), "\(result.errors)")
        #expect(result.errors.contains("canary") == false)
    }

    @Test("an address that cannot be one is a wrong command line", arguments: ["foo", "127.0.0.1:99999", "::1:80"])
    func listen(address: String) throws {
        let result = try CommandRun(CommandRun.noroshi, ["serve", "--listen", address])
        #expect(result.status == 64)
        #expect(
            result.errors.contains("cannot listen on '\(address)'") && result.errors.contains("Usage: noroshi serve")
        )
    }

    @Test(
        "every command has help",
        arguments: ["serve", "check", "decode", "explain", "inbox", "deliveries", "findings"]
    )
    func help(command: String) throws {
        let result = try CommandRun(CommandRun.noroshi, [command, "--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: noroshi \(command)"))
    }

    @Test("a command against a server that is not there exits with 3 and says how to start one")
    func noServer() throws {
        let result = try CommandRun(CommandRun.noroshi, ["deliveries", "list", "--server", "http://127.0.0.1:9"])
        #expect(result.status == 3)
        #expect(result.errors.contains("http://127.0.0.1:9"))
    }
}
