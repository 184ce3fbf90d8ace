import Findings
import Foundation
import Hummingbird
import HummingbirdTesting
import NoroshiTestSupport
import Store
import Synchronization
import Testing

/// `noroshi routes` as a process, against the API over a real connection.
@Suite("Rules from the command line")
struct RoutesCommandTests {
    /// A server with a rule set in force, and a folder to keep rules in.
    private struct Session {
        let roles: FakeRoles
        let server: String
        let folder: URL

        var file: String { folder.appending(path: "routes.json").path }
        var kept: [UInt8]? { FileManager.default.contents(atPath: file).map { Array($0) } }
        var inForce: [UInt8]? { roles.state.withLock { $0.revisions.last?.text } }
        var versions: [RouteRevision] { roles.state.withLock { $0.revisions.map(\.revision) } }

        func keep(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: file)) }

        func routes(_ arguments: String...) async throws -> CommandRun {
            try await CommandRun.apart(
                CommandRun.noroshi,
                ["routes"] + arguments,
                environment: ["NOROSHI_SERVER": server, "NOROSHI_TOKEN": ""]
            )
        }

        /// Draft d1 of somebody.
        func draft(_ text: String) async throws {
            _ = try await roles.createDraft(
                of: "token.ana",
                RouteDraft.Content(base: 1, text: Array(text.utf8)),
                now: Example.now
            )
        }
    }

    private func serve(
        _ rules: String = Example.routes,
        _ body: @escaping @Sendable (Session) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "noroshi-routes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { print("left behind: \(error)") }
        }
        let roles = FakeRoles(Example.state)
        roles.state.withLock { $0.revisions = [] }
        _ = try await roles.activate(Array(rules.utf8), Activation(author: "file"), now: Example.now)
        try await Example.app(roles).test(.live) { client in
            let port = try #require(client.port)
            try await body(Session(roles: roles, server: "http://127.0.0.1:\(port)", folder: folder))
        }
    }

    /// The rules with every way in which a file ends, and with what an editor on Windows makes of lines.
    private static let texts = [
        Example.routes, Example.routes + "\n", "\n\(Example.routes)\n \n\n",
        Example.routes.replacing("\n", with: "\r\n") + "\r\n",
        Example.routes.replacing("severe", with: "sévère 烽火 e\u{301}") + "\n",
    ]

    @Test("pull writes the rules in force byte for byte, and keeps a file that differs", arguments: texts)
    func pull(text: String) async throws {
        try await serve(text) { session in
            let first = try await session.routes("pull", session.file)
            #expect(first.status == 0 && first.output.contains("is version 1 of the rules."), "\(first.errors)")
            #expect(session.kept == Array(text.utf8))
            #expect(try await session.routes("pull", session.file).status == 0)
            try session.keep("mine")
            let kept = try await session.routes("pull", session.file)
            #expect(kept.status == 1 && kept.errors.contains("differs from version 1 of the rules"))
            #expect(session.kept == Array("mine".utf8))
            #expect(try await session.routes("pull", session.file, "--force").status == 0)
            #expect(session.kept == Array(text.utf8))
        }
    }

    @Test("export gives back the rules in force, and a draft, byte for byte", arguments: texts)
    func export(text: String) async throws {
        try await serve(text) { session in
            let active = try await session.routes("export")
            #expect(active.status == 0 && Array(active.output.utf8) == Array(text.utf8), "\(active.errors)")
            let edited = text.replacing(">=high", with: "critical")
            try await session.draft(edited)
            let draft = try await session.routes("export", "d1")
            #expect(draft.status == 0 && Array(draft.output.utf8) == Array(edited.utf8), "\(draft.errors)")
            let pulled = try await session.routes("pull", "--draft", "d1", session.file)
            #expect(pulled.status == 0 && pulled.output.contains("is draft d1."), "\(pulled.errors)")
            #expect(session.kept == Array(edited.utf8))
            let json = try await session.routes("export", "d1", "--format", "json")
            #expect(try JSONDocument.parse(json.output)["text"]?.string.map { Array($0.utf8) } == Array(edited.utf8))
        }
    }

    @Test("the patch of a draft is taken by git, and makes the rules in force those of the draft", arguments: texts)
    func patch(text: String) async throws {
        try await serve(text) { session in
            let edited = text.replacing(">=high", with: "critical")
            try await session.draft(edited)
            #expect(try await session.routes("pull", session.file).status == 0)
            let patch = try await session.routes("export", "d1", "--patch")
            #expect(patch.status == 0, "\(patch.errors)")
            let applied = try await CommandRun.apart(
                "git",
                ["-C", session.folder.path, "apply", "--whitespace=nowarn"],
                input: patch.output,
                environment: ["GIT_CEILING_DIRECTORIES": session.folder.deletingLastPathComponent().path]
            )
            #expect(applied.status == 0, "\(applied.errors)\(patch.output)")
            #expect(session.kept == Array(edited.utf8))
        }
    }

    @Test("diff names what a file changes, or shows the lines, and its status says whether it does")
    func diff() async throws {
        try await serve { session in
            try session.keep(Example.routes)
            let same = try await session.routes("diff", session.file)
            #expect(same.status == 0 && same.output.contains("Nothing is different."), "\(same.errors)")
            let unified = try await session.routes("diff", "--unified", session.file)
            #expect(unified.status == 0 && unified.output.isEmpty, "\(unified.output)")
            try session.keep(Example.routes.replacing(">=high", with: "critical"))
            let changed = try await session.routes("diff", session.file)
            #expect(changed.status == 1 && changed.output.contains(#"~ rule "severe" changed: "#), "\(changed.output)")
            let json = try await session.routes("diff", session.file, "--format", "json")
            #expect(json.status == 1)
            let change = try JSONDocument.parse(json.output)["changes"]?.elements.first
            #expect(change?["name"]?.string == "severe" && change?["kind"]?.string == "changed")
            let lines = try await session.routes("diff", "--unified", session.file)
            #expect(lines.status == 1)
            #expect(lines.output.contains("\n@@ -1,2 +1,2 @@\n") && lines.output.contains("\n-\"rules\""))
        }
    }

    /// The example's rules, held to something that is not so.
    private static let expecting =
        String(Example.routes.dropLast())
        + #", "expectations": [{"name": "low, too", "finding": {"severity": "LOW"}, "to": ["secops"]}]}"#

    @Test("publish puts a file in force with its note, when what does not hold was acknowledged")
    func publish() async throws {
        try await serve { session in
            try session.keep(Self.expecting)
            let stopped = try await session.routes("publish", session.file, "--note", "why", "--yes")
            #expect(stopped.status == 1)
            #expect(stopped.errors.contains("“low, too”") && stopped.errors.contains("/expectations/0"))
            let typo = try await session.routes(
                "publish",
                session.file,
                "--note",
                "why",
                "--acknowledge",
                "low too",
                "--yes"
            )
            #expect(typo.status == 1 && typo.errors.contains("“low, too”"))
            #expect(session.versions.count == 1)
            let done = try await session.routes(
                "publish",
                session.file,
                "--note",
                "it & <that>, 100 %",
                "--acknowledge",
                "low, too",
                "--base",
                "1",
                "--yes"
            )
            #expect(done.status == 0 && done.output.contains("Version 2 of the rules is in force."), "\(done.errors)")
            #expect(done.output.contains(#"+ expectation "low, too""#), "\(done.output)")
            #expect(session.inForce == Array(Self.expecting.utf8))
            #expect(session.versions.last?.note == "it & <that>, 100 %" && session.versions.last?.origin == .api)
            let late = try await session.routes("publish", session.file, "--note", "why", "--base", "1", "--yes")
            #expect(late.status == 1 && late.errors.contains("version 2 is in force, and not 1"))
            #expect(session.versions.count == 2)
        }
    }

    @Test("rollback puts an earlier text in force as a new version")
    func rollback() async throws {
        try await serve(Self.expecting) { session in
            try session.keep(Example.routes)
            #expect(try await session.routes("publish", session.file, "--note", "x", "--yes").status == 0)
            let stopped = try await session.routes("rollback", "1", "--yes")
            #expect(stopped.status == 1 && stopped.errors.contains("“low, too”"))
            let done = try await session.routes(
                "rollback",
                "1",
                "--note",
                "too much",
                "--acknowledge",
                "low, too",
                "--yes"
            )
            #expect(done.status == 0 && done.output.contains("with the text of version 1."), "\(done.errors)")
            #expect(session.inForce == Array(Self.expecting.utf8) && session.versions.count == 3)
            #expect(session.versions.last?.note == "Roll back to v1: too much")
        }
    }

    @Test("where the service does not write the rules nothing is published", arguments: ["publish", "rollback"])
    func keptInFile(command: String) async throws {
        try await serve { session in
            session.roles.state.withLock { $0.keeping = .file }
            try session.keep(Example.routes.replacing(">=high", with: "critical"))
            let run =
                command == "publish"
                ? try await session.routes("publish", session.file, "--note", "x", "--yes")
                : try await session.routes("rollback", "1", "--yes")
            #expect(run.status == 1 && run.errors.contains("--routes-writable"), "\(run.errors)")
            #expect(session.versions.count == 1)
        }
    }

    @Test("a file that does not load is told with every place, and nothing is asked of the server")
    func unusable() async throws {
        try await serve { session in
            try session.keep(Example.routes.replacing("severity", with: "severty"))
            for arguments in [["diff"], ["publish", "--note", "x", "--yes"]] {
                let run = try await CommandRun.apart(
                    CommandRun.noroshi,
                    ["routes"] + arguments + [session.file, "--server", "http://127.0.0.1:9"]
                )
                #expect(run.status == 1 && run.output.isEmpty, "\(run.output)")
                #expect(run.errors.contains("\(session.file):2:"), "\(run.errors)")
                #expect(run.errors.contains(#"did you mean "severity"?"#), "\(run.errors)")
            }
        }
    }

    @Test(
        "what names nothing is refused in words",
        arguments: [
            (["export", "d9"], 1, "There is no draft with this id"),
            (["export", "d9", "--patch"], 1, "There is no draft with this id"),
            (["pull", "--draft", "d9", "nowhere.json"], 1, "There is no draft with this id"),
            (["export", "--patch"], 64, "goes with the id of a draft"), (["export", " "], 64, "must name something"),
            (["rollback", "9", "--yes"], 1, "There is no version"), (["rollback", "0", "--yes"], 64, "1 or more"),
            (["rollback", "first", "--yes"], 64, "first"), (["rollback", "1"], 64, "confirm with --yes"),
            (["publish", "nowhere.json", "--yes"], 64, "--note"),
            (["publish", "nowhere.json", "--note", "x"], 64, "confirm with --yes"),
            (["publish", "nowhere.json", "--note", "x", "--yes"], 64, "the file is missing"),
            (["diff", "nowhere.json"], 64, "the file is missing"), (["pul"], 64, "pull"),
            (["diff", "--unifed", "x.json"], 64, "--unified"),
        ]
    )
    func typos(arguments: [String], status: Int, expected: String) async throws {
        try await serve { session in
            let run = try await CommandRun.apart(
                CommandRun.noroshi,
                ["routes"] + arguments,
                environment: ["NOROSHI_SERVER": session.server, "NOROSHI_TOKEN": ""]
            )
            #expect(run.status == Int32(status), "\(run.errors)")
            #expect(run.output.isEmpty && run.errors.contains(expected), "\(run.errors)")
            #expect(session.versions.count == 1)
        }
    }
}
