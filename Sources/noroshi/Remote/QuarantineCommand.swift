import ArgumentParser
import Findings
import FoundationEssentials
import Routing

/// `noroshi quarantine`: what came in and could not be read.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Shows what could not be read, reads it again, or drops it.",
        discussion: """
            What a sender posted and nobody can read is kept with the reason, up to 64 MiB; then the oldest items go. After \
            an upgrade that understands more, 'retry' reads items again and accepts what can be read.

            EXAMPLES
              noroshi quarantine list
              noroshi quarantine show 17
              noroshi quarantine retry 17
              noroshi quarantine retry --all
              noroshi quarantine drop 17 18

            EXIT STATUS
              0   done
              1   there is no such item, it still cannot be read, or the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """,
        subcommands: [List.self, Show.self, Retry.self, Drop.self]
    )

    private static let path = "/api/v1/quarantine"

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the items, the newest first."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: ListingOptions

        func act(on server: ServerConnection) async throws {
            try await list(
                QuarantineCommand.path,
                [],
                options,
                on: server,
                nothing: "Nothing is in quarantine."
            ) { items in
                Table(
                    columns: [
                        .init(title: "ID", isNumber: true), .init(title: "RECEIVED", isWhole: true),
                        .init(title: "SIZE", isNumber: true),
                        .init(title: "REASON", gives: true),
                    ],
                    rows: items.map { item in
                        [
                            "\(item.shown("id"))", "\(item.moment("receivedAt"))", "\(item.shown("size"))",
                            "\(item.shown("reason"))",
                        ]
                    }
                )
            }
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows an item: the reason, and all that is kept of it."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: ArgumentHelp("The number of the item.", valueName: "id"))
        var id: Int

        func act(on server: ServerConnection) async throws {
            let item = try await server.get("\(QuarantineCommand.path)/\(id)")
            show(item) { _ in
                let bytes = item["base64"]?.string.flatMap { Data(base64Encoded: $0) } ?? Data()
                let text = String(decoding: bytes, as: UTF8.self)
                return """
                    received   \(item.moment("receivedAt"))
                    reason     \(EscapedText.visible(item.shown("reason")))
                    size       \(item.shown("size")) bytes

                    \(text.split(separator: "\n", omittingEmptySubsequences: false).map { EscapedText.visible(String($0)) }
                        .joined(separator: "\n"))
                    """
            }
        }
    }

    struct Retry: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Reads items again, and accepts what can be read now."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var chosen: ChosenItems

        func act(on server: ServerConnection) async throws {
            try await chosen.each(on: server) { id in
                let answer = try await server.post("\(QuarantineCommand.path)/\(id)/retry")
                show(answer) { _ in
                    let left = answer["quarantined"]?.integer ?? 0
                    return "\(id): \(answer.shown("accepted")) accepted"
                        + (left > 0 ? ", \(left) parts still cannot be read and are kept as items of their own" : "")
                }
            }
        }
    }

    struct Drop: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop",
            abstract: "Takes items out that nobody wants."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var chosen: ChosenItems

        func act(on server: ServerConnection) async throws {
            try await chosen.each(on: server) { id in
                let answer = try await server.change("DELETE", "\(QuarantineCommand.path)/\(id)", ifMatch: "*")
                show(answer) { _ in "\(id): dropped" }
            }
        }
    }

    /// Which items are meant.
    struct ChosenItems: ParsableArguments {
        @Argument(help: ArgumentHelp("The numbers of the items.", valueName: "id"))
        var ids: [Int] = []

        @Flag(help: "Every item that is there now.")
        var all = false

        func validate() throws {
            guard ids.isEmpty == all else { throw ValidationError("Give the numbers of items, or --all.") }
        }

        /// Does the same to each; one that is refused does not keep the others from it.
        func each(on server: ServerConnection, _ act: (Int) async throws -> Void) async throws {
            var chosen = ids
            if all {
                chosen = try await server.list(QuarantineCommand.path, [], limit: nil).items.compactMap {
                    $0["id"]?.integer
                }
            }
            var refused: [String] = []
            for id in chosen {
                do {
                    try await act(id)
                } catch ServerFailure.refused(let status?, let lines) where status != 401 {
                    refused += lines.prefix(1).map { "\(id): \($0)" } + lines.dropFirst().map { "  \($0)" }
                }
            }
            guard refused.isEmpty else { throw ServerFailure.refused(status: nil, lines: refused) }
            if chosen.isEmpty { StandardError.write("Nothing is in quarantine.") }
        }
    }
}
