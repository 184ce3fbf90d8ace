import ArgumentParser
import Findings
import Routing

/// `noroshi routes`: the rules that a running server goes by.
struct RoutesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Shows the rules that a running server goes by, compares and publishes them.",
        discussion: """
            Every rule set that was ever in force is kept under a number. A reload of a bad file changes nothing: the \
            earlier rules stay, and everything that is wrong is printed.

            EXAMPLES
              noroshi routes show > routes-in-force.json
              noroshi routes show --rules-version 3
              noroshi routes versions
              noroshi check && noroshi routes reload
              noroshi routes pull && noroshi routes diff
              noroshi routes publish --note "payments handles its own"
              noroshi routes rollback 3

            EXIT STATUS
              0   done; for reload: the rules in force are those of the file; for diff: nothing is different
              1   there is no such version, or the file was refused; for diff: something is different
              3   the server cannot be reached
              64  the command line is wrong
            """,
        subcommands: [
            Show.self, Versions.self, Reload.self, Pull.self, Diff.self, Publish.self, Rollback.self, Export.self,
        ]
    )

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Prints the routes.json in force, or an earlier one."
        )

        @OptionGroup var remote: ServerOptions

        @Option(help: ArgumentHelp("An earlier version of the rules.", valueName: "number"))
        var rulesVersion: Int?

        func act(on server: ServerConnection) async throws {
            let rules = try await server.get(rulesVersion.map { "/api/v1/routes/versions/\($0)" } ?? "/api/v1/routes")
            show(rules) { _ in rules["document"]?.text ?? "" }
        }
    }

    struct Versions: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "versions",
            abstract: "Lists every rule set that was in force, newest first."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var listing: ListingOptions

        func act(on server: ServerConnection) async throws {
            try await list("/api/v1/routes/versions", [], listing, on: server, nothing: "There are no rules yet.") {
                items in
                Table(
                    columns: [
                        .init(title: "VERSION", isNumber: true), .init(title: "ACTIVATED", isWhole: true),
                        .init(title: "SHA-256", isWhole: true, rank: 1),
                        .init(title: "AUTHOR", gives: true), .init(title: "NOTE", gives: true, rank: 2),
                    ],
                    rows: items.map { item in
                        [
                            "\(item.shown("version"))", "\(item.moment("activatedAt"))",
                            .init(String(item.shown("hash").prefix(12))), "\(item.shown("author"))",
                            .init(item["note"]?.string ?? ""),
                        ]
                    }
                )
            }
        }
    }

    struct Reload: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "reload",
            abstract: "Makes the server read its routes.json again."
        )

        @OptionGroup var remote: ServerOptions

        func act(on server: ServerConnection) async throws {
            let answer = try await server.post("/api/v1/routes/reload")
            show(answer) { _ in
                let version = answer.shown("revision", "version")
                return answer["changed"]?.bool == true
                    ? "Version \(version) of the rules is in force."
                    : "The file has not changed; version \(version) of the rules stays in force."
            }
        }
    }
}
