import ArgumentParser
import Findings
import FoundationEssentials
import Glibc
import Operations
import Routing

/// `noroshi silence`: keeping quiet about what somebody knows of.
struct SilenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Keeps quiet for a time about findings that somebody knows of.",
        discussion: """
            A silence has a condition in the language of a rule's "when", an owner, a reason and an end. What it hides \
            is recorded with it, never lost: a rise in severity is announced all the same unless the silence says \
            otherwise, and when it ends, what it hid and is still active is told on the terms of the rule that would \
            have told it: in its digest, after its mute windows, else at once in one summary.

            'add' first shows what the silence would have hidden in the last \(SilencePreview.days) days, and asks.

            EXAMPLES
              noroshi silence add --account 111122223333 --control S3.8 --for 4h \\
                --owner "Storage team" --reason "bucket is being moved, CHG-4711"
              noroshi silence add --when '{"resource": "arn:aws:ec2:*:instance/i-0abc*"}' \\
                --owner Ana --reason "penetration test" \\
                --start 2026-12-01T08:00Z --until 2026-12-01T18:00Z
              noroshi silence add --region eu-central-1 --for 1h --dry-run \\
                --owner Ana --reason "trial"
              noroshi silence list --state active
              noroshi silence edit s1f --for 8h
              noroshi silence show s1f
              noroshi silence end s1f

            EXIT STATUS
              0   done
              1   there is no such silence, the server refused, or you did not confirm
              3   the server cannot be reached
              64  the command line is wrong
            """,
        subcommands: [Add.self, List.self, Show.self, Edit.self, Expire.self]
    )

    static let path = "/api/v1/silences"

    static func path(_ id: String) -> String { "\(path)/\(id.percentEncoded)" }

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists silences, the newest first."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var listing: ListingOptions

        @Option(help: ArgumentHelp("pending, active or expired; several with commas.", valueName: "states"))
        var state: String?

        func act(on server: ServerConnection) async throws {
            try await list(
                SilenceCommand.path,
                [("state", state)],
                listing,
                on: server,
                nothing: "There are no such silences.",
                table: SilenceText.table
            )
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows one silence, what it hid and what it hides."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The silence's id.",
            transform: GivenName.read
        )
        var id: String

        func act(on server: ServerConnection) async throws {
            let silence = try await server.get(SilenceCommand.path(id), [("effect", "true")])
            show(silence) { colours in
                ([SilenceText.page(silence, colours)] + SilenceText.effect(silence, colours)).joined(separator: "\n\n")
            }
        }
    }

    struct Expire: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "expire",
            abstract: "Ends silences now; they stay to be read.",
            aliases: ["end"]
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The silences' ids.",
            transform: GivenName.read
        )
        var ids: [String]

        func act(on server: ServerConnection) async throws {
            for id in ids {
                let (_, tag) = try await server.getVersion(SilenceCommand.path(id))
                let answer = try await server.change("DELETE", SilenceCommand.path(id), ifMatch: tag)
                show(answer) { _ in "\(EscapedText.visible(id)) has ended." }
            }
        }
    }
}
