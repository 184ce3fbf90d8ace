import ArgumentParser
import Findings
import Routing

/// `noroshi set-aside`: what was accepted and could not be applied.
struct SetAsideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-aside",
        abstract: "Shows what was accepted and could not be applied, and tries it again.",
        discussion: """
            An accepted entry that fails again and again by its own fault is set aside, so that it does not hold up the \
            others. It is kept whatever its age, counts among what was accepted, and nobody is told of it until it is \
            applied. A damaged database is the usual cause: see 'noroshi check --data'.

            EXAMPLES
              noroshi set-aside list
              noroshi set-aside retry 4711
              noroshi set-aside retry all

            EXIT STATUS
              0   done
              1   no such entry stands aside, or the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """,
        subcommands: [List.self, Retry.self]
    )

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the entries that stand aside, oldest first."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var listing: ListingOptions

        func act(on server: ServerConnection) async throws {
            try await list(
                "/api/v1/set-aside",
                [],
                listing,
                on: server,
                nothing: "Nothing stands aside.",
                table: { items in
                    Table(
                        columns: [
                            .init(title: "POSITION", isNumber: true), .init(title: "RECEIVED", isWhole: true),
                            .init(title: "FINDINGS", isNumber: true, rank: 3),
                            .init(title: "RETRIES", isNumber: true, rank: 2),
                            .init(title: "REASON", gives: true),
                        ],
                        rows: items.map { item in
                            [
                                "\(item.shown("position"))", "\(item.moment("receivedAt"))",
                                "\(item.shown("findings"))", "\(item.shown("retries"))",
                                "\(item["reason"]?.string ?? "")",
                            ]
                        }
                    )
                }
            )
        }
    }

    struct Retry: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Tries an entry again, or all of them."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: ArgumentHelp("Of the entry, or 'all'.", valueName: "position"),
            transform: GivenName.read
        )
        var position: String

        func act(on server: ServerConnection) async throws {
            let answer = try await server.post("/api/v1/set-aside/\(position.percentEncoded)/retry")
            show(answer) { _ in
                "\(answer.shown("retrying")) tried again; 'noroshi set-aside list' shows what still stands aside."
            }
        }
    }
}
