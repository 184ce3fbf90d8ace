import ArgumentParser
import Findings
import FoundationEssentials
import Routing

/// `noroshi findings`: what was taken in, and what became of it.
struct FindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "Shows what was taken in, and what became of it.",
        discussion: """
            Every finding that was accepted is here: routed, suppressed (with the reason) or unrouted. 'show' tells its \
            whole story: every observation, what the rules said, and every delivery.

            EXAMPLES
              noroshi findings list --severity ">=high" --account 111122223333
              noroshi findings list --rule "public buckets" --since today
              noroshi findings list --disposition unrouted
              noroshi findings show f1a
              noroshi findings list --format json | jq -r .finding.title

            EXIT STATUS
              0   done
              1   there is no such finding, or the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """,
        subcommands: [List.self, Show.self]
    )

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists findings, last seen first."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var listing: ListingOptions

        @Option(help: ArgumentHelp("Only of this account.", valueName: "id"))
        var account: String?

        @Option(help: ArgumentHelp("Only in this Region.", valueName: "code"))
        var region: String?

        @Option(help: ArgumentHelp("Only of this severity: high, \">=high\", \"low,medium\".", valueName: "labels"))
        var severity: String?

        @Option(help: "active, acknowledged or resolved.")
        var status: String?

        @Option(help: ArgumentHelp("Which format it was read from, e.g. guardduty.", valueName: "word"))
        var kind: String?

        @Option(help: ArgumentHelp("Only what this rule matched.", valueName: "name"))
        var rule: String?

        @Option(help: ArgumentHelp("Only what was routed to this destination.", valueName: "name"))
        var destination: String?

        @Option(help: ArgumentHelp("Only of this product, e.g. GuardDuty.", valueName: "name"))
        var product: String?

        @Option(
            help: ArgumentHelp(
                "Only what was seen since: 2h, 3d, today, a day such as 2026-01-31, or a date of RFC 3339.",
                valueName: "when"
            )
        )
        var since: Moment?

        @Option(help: "routed, suppressed or unrouted.")
        var disposition: String?

        @Option(help: ArgumentHelp("Part of the title.", valueName: "words"))
        var text: String?

        func act(on server: ServerConnection) async throws {
            let now = Date()
            tell([("since", since)], now: now)
            let filter = [
                ("account", account), ("region", region), ("severity", severity), ("status", status), ("kind", kind),
                ("rule", rule), ("destination", destination), ("product", product), ("since", since?.date(before: now)),
                ("disposition", disposition),
                ("text", text),
            ]
            try await list(
                "/api/v1/findings",
                filter,
                listing,
                on: server,
                nothing: ["There are no such findings.", product.flatMap { ProductName($0).doubt }].compactMap(\.self)
                    .joined(separator: " "),
                table: FindingText.table
            )
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows one finding with everything that happened to it."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The finding's id, as listed, a beginning of it that only one has, or its key.",
            transform: GivenName.read
        )
        var id: String

        func act(on server: ServerConnection) async throws {
            let finding = try await server.get("/api/v1/findings/\(id.percentEncoded)")
            show(finding) { FindingText.story(finding, $0) }
        }
    }
}
