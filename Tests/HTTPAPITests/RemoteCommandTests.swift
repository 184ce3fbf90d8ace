import Findings
import Foundation
import HTTPAPI
import HTTPSurface
import Hummingbird
import HummingbirdTesting
import NoroshiTestSupport
import Store
import Synchronization
import Testing
import Triage

/// The commands that ask a running server, as processes, against the API over a real connection.
@Suite("Commands against a server")
struct RemoteCommandTests {
    private func run(
        _ roles: FakeRoles,
        _ arguments: [String],
        credentials: Credentials = .none,
        environment: [String: String] = [:]
    ) async throws -> CommandRun {
        try await Example.app(roles, credentials: credentials).test(.live) { client in
            let port = try #require(client.port)
            let settings = ["NOROSHI_SERVER": "http://127.0.0.1:\(port)/", "NOROSHI_TOKEN": ""]
            return try await CommandRun.apart(
                CommandRun.noroshi,
                arguments,
                environment: settings.merging(environment) { $1 }
            )
        }
    }

    private static let silence = [
        "silence", "add", "--account", "1111*", "--severity", "<=high", "--owner", "Ana", "--reason", "being moved",
    ]

    @Test("deliveries show tells the way of a message from receipt to its end")
    func timeline() async throws {
        let run = try await run(FakeRoles(Example.state), ["deliveries", "show", Example.id(2)])
        #expect(run.status == 0, "\(run.errors)")
        let wanted = [
            "delivery     \(Example.id(2))  dead", "CRITICAL  A title", "destination  secops",
            "rule         severe (rules version 1), finding opened", "2026-09-21T14:13:20.250Z  received",
            "2026-09-21T14:13:21.250Z  queued",
            "2026-09-21T14:13:22.250Z  attempt 1: failed, status 429, rate_limited, from 127.0.0.1",
            "name 1.0 ms, connected 2.0 ms, first byte 500.0 ms, total 750.0 ms", "reply: ratelimited",
            "2026-09-21T14:13:54.250Z  attempt 2: uncertain", "2026-09-21T14:13:55.250Z  dead: gave up after 24 h",
        ]
        var rest = Substring(run.output)
        for line in wanted {
            let found = rest.firstRange(of: line)
            #expect(found != nil, "\(line) is missing, or stands before what came before it:\n\(run.output)")
            if let found { rest = rest[found.upperBound...] }
        }
        #expect(run.output.contains("\u{1B}") == false)
    }

    @Test("explain asks a server for a finding that it has taken in, under the rules of any time")
    func explain() async throws {
        let run = try await run(FakeRoles(Example.state), ["explain", "--finding", "f1", "--at-the-time"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("[HIGH] S3 bucket allows public read access"))
        #expect(run.output.contains("→ secops on the terms of rule \"severe\""))
        #expect(run.output.contains("by version 1 of the rules"))
        let json = try await self.run(FakeRoles(Example.state), ["explain", "--finding", "f1", "--format", "json"])
        #expect(try JSONDocument.parse(json.output)["verdict"]?.string == "routed")
        let missing = try await self.run(
            FakeRoles(Example.state),
            ["explain", "--finding", "f1", "--rules-version", "9"]
        )
        #expect(missing.status == 1)
        #expect(missing.errors == "noroshi: There is no version 9 of the rules, or its text is not kept any more.\n")
        let supposed = try await self.run(
            FakeRoles(Example.state),
            ["explain", "--finding", "f1", "--severity", "low"]
        )
        #expect(supposed.status == 0 && supposed.output != run.output && supposed.output.contains("LOW"))
        let noDraft = try await self.run(FakeRoles(Example.state), ["explain", "--finding", "f1", "--draft", "d9"])
        #expect(noDraft.status == 1 && noDraft.errors.contains("There is no draft d9"))
        let both = try await self.run(
            FakeRoles(Example.state),
            ["explain", "--finding", "f1", "--draft", "d1", "--rules-version", "2"]
        )
        #expect(both.status == 64)
        let wrong = try await self.run(FakeRoles(Example.state), ["explain", "--at-the-time", "x.json"])
        #expect(wrong.status == 64)
    }

    @Test("a list has aligned columns, and hostile text cannot leave its cell")
    func table() async throws {
        var state = Example.state
        state.notifications.append(Example.delivery(4, .sending, title: "a\u{1B}[31m\nb\u{202E}c"))
        let run = try await run(FakeRoles(state), ["deliveries", "list"])
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("ID                                CREATED               STATE      TRIES"))
        #expect(lines[4].hasSuffix(#"a\u{1b}[31m\u{a}b\u{202e}c"#))
        #expect(lines[3].contains("secops a@example.com"))
    }

    @Test(
        "the list of deliveries says how much waits that is no delivery yet, to people and for the destinations asked of"
    )
    func waiting() async throws {
        let words = "9 more wait; 'noroshi waiting' says for what, and until when."
        let roles = FakeRoles(Example.state)
        #expect(try await run(roles, ["deliveries", "list"]).errors.contains(words))
        #expect(try await run(roles, ["deliveries", "list", "--destination", "secops"]).errors.contains(words))
        #expect(
            try await run(roles, ["deliveries", "list", "--destination", "gone"]).errors.contains("more wait") == false
        )
        #expect(try await run(roles, ["deliveries", "list", "--format", "json"]).errors.contains("more wait") == false)
        var state = Example.state
        state.notifications = []
        #expect(try await run(FakeRoles(state), ["deliveries", "list"]).errors.contains(words))
        #expect(try await run(roles, ["destinations", "list"]).output.contains("WAITING"))
    }

    @Test("nodes are a table for people, one object a line for programs, and a lone process says what it is")
    func nodes() async throws {
        let shared = try await run(FakeRoles(Example.shared), ["nodes"])
        #expect(shared.status == 0 && shared.errors.isEmpty, "\(shared.errors)")
        let lines = shared.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines.first?.hasPrefix("NODE  NAME     VERSION  STARTED               DOES") == true,
            "\(shared.output)"
        )
        #expect(lines[1].contains("east/41  1.2.3    2026-09-21T12:13:20Z  leads"))
        #expect(lines[1].hasSuffix("2  secops"))
        #expect(lines[2].contains("deletes, answers"))
        let json = try await run(FakeRoles(Example.shared), ["nodes", "--format", "json"])
        let names = try json.output.split(separator: "\n").map { try JSONDocument.parse(String($0))["name"]?.string }
        #expect(names == ["east/41", "west/42"])
        let alone = try await run(FakeRoles(Example.state), ["nodes"])
        #expect(alone.errors.contains("One process does everything"))
        var state = Example.shared
        state.nodes[0].work = []
        #expect(try await run(FakeRoles(state), ["nodes"]).errors.contains("No node leads now"))
        let status = try await run(FakeRoles(Example.shared), ["status"])
        #expect(status.output.contains("node       4, west/42, follows; 'noroshi nodes' shows all of them"))
        #expect(try await run(FakeRoles(Example.state), ["status"]).output.contains("node  ") == false)
    }

    @Test("json is the API's own, one object a line")
    func json() async throws {
        let run = try await run(FakeRoles(Example.state), ["deliveries", "list", "--format", "json", "--limit", "2"])
        let items = try run.output.split(separator: "\n").map { try JSONDocument.parse(String($0)) }
        #expect(items.compactMap { $0["id"]?.string } == [Example.id(1), Example.id(2)])
        #expect(run.errors.contains("--all"))
        let routes = try await self.run(FakeRoles(Example.state), ["routes", "show", "--format", "json"])
        #expect(routes.output.split(separator: "\n").count == 1)
        #expect(try JSONDocument.parse(routes.output)["document"]?["version"]?.integer == 1)
    }

    @Test(
        "every command does its work and ends with 0",
        arguments: [
            (["status"], "nothing is missing"), (["status"], "accepted   8 = 1 waiting + 5 routed"),
            (["findings", "list", "--severity", "high"], "S3 bucket allows public read access"),
            (["findings", "list", "--severity", ">=high", "--rule", "severe", "--since", "today"], "S3 bucket allows"),
            (["waiting"], "2026-09-21T14:15:20Z  group       2  HIGH      secops       severe  account 111122223333"),
            (["waiting", "--kind", "silence"], "silence s1, being moved"),
            (["waiting", "--kind", "silence", "--format", "json"], #""count":7"#),
            (["deliveries", "show", "0002"], "dead: gave up after 24 h"),
            (["status"], "9 pending in groups, windows or digests: see 'noroshi waiting'"),
            (["findings", "show", "f1"], "→ secops: opened, delivery"),
            (["findings", "show", "arn:aws:securityhub:us-east-1:111122223333:finding/1"], "matched severe"),
            (["deliveries", "retry", "00000000000000000000000000000002"], "is pending and due at once"),
            (["deliveries", "redrive", "--all"], "1 dead delivery returned to the queue."),
            (["deliveries", "redrive", "--all", "--expect", "1"], "1 dead delivery returned to the queue."),
            (["deliveries", "redrive", "--dry-run"], "delivery would return to the queue; the oldest is of 2026-"),
            (["destinations", "list"], "removed"),
            (["destinations", "pause", "secops", "--reason", "moving"], "secops is paused"),
            (["destinations", "resume", "secops"], "secops is open."), (["routes", "show"], "\"name\": \"severe\""),
            (["silence", "list", "--state", "active"], "being moved"),
            (["silence", "show", "s1"], "at        secops"), (["silence", "show", "s1"], "It hides 1 finding ("),
            (["silence", "end", "s1"], "s1 has ended."),
            (["silence", "expire", "s1"], "s1 has ended."),
            (
                Self.silence + ["--for", "4h", "--dry-run"],
                "In the last 7 days it would have hidden 1 finding, observed once."
            ),
            (Self.silence + ["--for", "4h", "--yes"], "silence   s2  active"),
            (Self.silence + ["--for", "4h", "--yes"], "<=high"),
            (
                Self.silence + ["--start", "2026-12-01T08:00Z", "--until", "2026-12-01T18:00+09:00", "--yes"],
                "2026-12-01T09:00:00Z"
            ),
            (["silence", "edit", "s1", "--owner", "Bo"], "owner     Bo"),
            (["silence", "edit", "s1", "--region", "us-*", "--yes"], "s1 has ended; in its place:"),
            (["routes", "versions"], "abababababab"), (["routes", "reload"], "version 1 of the rules stays in force"),
        ]
    )
    func works(arguments: [String], expected: String) async throws {
        let run = try await run(Example.roles(), arguments)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains(expected), "\(run.output)")
    }

    @Test(
        "what the server refuses is told in its words, with exit status 1",
        arguments: [
            (["deliveries", "show", "none"], "There is no delivery with this id."),
            (["deliveries", "retry", "00000000000000000000000000000001"], "only pending and dead ones"),
            (["deliveries", "list", "--state", "lost"], "state: expected one of pending"),
            (["destinations", "resume", "none"], "there are secops"),
            (["waiting", "--rule", "sever"], "The rules in force have no rule \"sever\""),
            (["waiting", "--rule", "sever"], "did you mean \"severe\"?"),
            (["waiting", "--destination", "gone"], "there are \"secops\""),
            (["deliveries", "show", "0000"], "Several deliveries could be meant by \"0000\""),
            (["silence", "show", "s9"], "There is no silence with this id."),
            (
                Self.silence + ["--destination", "sceops", "--for", "4h", "--yes"],
                "did you mean \"secops\"? (/destinations)"
            ),
        ]
    )
    func refused(arguments: [String], expected: String) async throws {
        let run = try await run(Example.roles(), arguments)
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(expected), "\(run.errors)")
    }

    /// A file with rules under which nothing is sent.
    private static func routes(_ text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "backtest-\(UUID().uuidString).json")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    @Test("backtest says what rules would have changed, and ends with 1 when what must not be is")
    func backtest() async throws {
        let file = try Self.routes(Example.routes.replacing(">=high", with: ">=critical"))
        let text = try await run(Example.roles(), ["backtest", file])
        #expect(text.status == 0, "\(text.errors)")
        #expect(text.output.contains("2  reach nobody now"))
        #expect(text.output.contains("secops: +0 −2 findings"))
        let markdown = try await run(
            Example.roles(),
            ["backtest", "--output", "markdown", "--depth", "messages", "--fail-on", "nobody,suppressed", file]
        )
        #expect(markdown.status == 1)
        #expect(markdown.output.contains("| 2 | **reach nobody now** |"))
        #expect(markdown.output.contains("| destination | gained | lost | messages |"))
        let json = try await run(Example.roles(), ["backtest", "--output", "json", "--fail-on", "told", file])
        #expect(json.status == 0)
        #expect(try JSONDocument.parse(json.output)["result"]?["classes"]?.elements.first?["findings"]?.integer == 2)
        let refused = try await run(Example.roles(), ["backtest", try Self.routes("{}")])
        #expect(refused.status == 1 && refused.errors.contains("The rules do not load."))
        let missing = try await run(Example.roles(), ["backtest", "/nowhere/routes.json"])
        #expect(missing.status == 1 && missing.errors.contains("cannot open"))
        let wrong = try await run(Example.roles(), ["backtest", "--fail-on", "everybody", file])
        #expect(wrong.status == 64)
        let away = try await run(Example.roles(), ["backtest", "--against", "http://127.0.0.1:1", file])
        #expect(away.status == 3)
    }

    @Test("the token comes from the environment or a file, and is told nowhere")
    func token() async throws {
        let credentials = Credentials(tokens: [(name: "token", secret: "c4nary")])
        let roles = FakeRoles(Example.state)
        let without = try await run(roles, ["status"], credentials: credentials)
        #expect(without.status == 1)
        #expect(without.errors.contains("--token-file"))
        let wrong = try await run(
            roles,
            ["status"],
            credentials: credentials,
            environment: ["NOROSHI_TOKEN": "wr0ng"]
        )
        #expect(wrong.status == 1)
        #expect((wrong.errors + wrong.output).contains("wr0ng") == false)
        let right = try await run(
            roles,
            ["status"],
            credentials: credentials,
            environment: ["NOROSHI_TOKEN": "c4nary"]
        )
        #expect(right.status == 0)
        #expect((right.errors + right.output).contains("c4nary") == false)
    }

    @Test("a server that is not there has an exit status of its own, and a sentence that helps")
    func unreachable() async throws {
        // Port 9 of loopback is reserved for a service that nothing runs any more.
        let run = try await CommandRun.apart(CommandRun.noroshi, ["status", "--server", "http://127.0.0.1:9"])
        #expect(run.status == 3)
        #expect(run.errors.contains("http://127.0.0.1:9"))
        #expect(run.errors.contains("noroshi serve"))
    }

    @Test(
        "a silence that nobody confirmed, or that lacks its condition or end, is not created",
        arguments: [
            (Self.silence + ["--for", "4h"], "confirm with --yes"), (Self.silence + ["--yes"], "say when it ends"),
            (Self.silence + ["--for", "4h", "--until", "2026-12-01T08:00Z", "--yes"], "--for or --until, not both"),
            (Self.silence + ["--when", "{}", "--for", "4h", "--yes"], "not both"),
            (["silence", "add", "--owner", "A", "--reason", "r", "--for", "4h", "--yes"], "say what is silenced"),
            (["silence", "edit", "s1"], "say what is to change"),
        ]
    )
    func silenceLine(arguments: [String], expected: String) async throws {
        let run = try await CommandRun.apart(CommandRun.noroshi, arguments)
        #expect(run.status == 64)
        #expect(run.errors.contains(expected), "\(run.errors)")
    }

    @Test("a redrive of everything wants to be asked for")
    func redriveAll() async throws {
        let run = try await CommandRun.apart(CommandRun.noroshi, ["deliveries", "redrive"])
        #expect(run.status == 64)
        #expect(run.errors.contains("--all"))
    }
}
