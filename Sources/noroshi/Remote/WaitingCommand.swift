import ArgumentParser
import Findings
import Routing

/// `noroshi waiting`: what is still to be told, and when.
struct WaitingCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "waiting",
        abstract: "Shows what waits to be told, until when, and how much of it.",
        discussion: """
            News waits for its group's message, for a digest, for the end of a mute window, of a silence or of a storm. \
            What is due first stands first. What is a message already is not here: see 'noroshi deliveries list \
            --state pending'.

            EXAMPLES
              noroshi waiting
              noroshi waiting --destination secops --kind digest
              noroshi waiting --rule "public buckets" --format json

            EXIT STATUS
              0   done, also when nothing waits
              1   there is no such rule or destination, or the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """
    )

    @OptionGroup var remote: ServerOptions
    @OptionGroup var listing: ListingOptions

    @Option(help: "group, digest, window, silence or storm.")
    var kind: String?

    @Option(help: "Only for this destination.")
    var destination: String?

    @Option(help: "Only of this rule; what is counted is of it then.")
    var rule: String?

    func act(on server: ServerConnection) async throws {
        try await list(
            "/api/v1/waiting",
            [("kind", kind), ("destination", destination), ("rule", rule)],
            listing,
            on: server,
            nothing: "Nothing waits.",
            table: WaitingCommand.table
        )
    }

    static func table(_ items: [JSON]) -> Table {
        Table(
            columns: [
                .init(title: "DUE", isWhole: true), .init(title: "FOR"), .init(title: "NEWS", isNumber: true),
                .init(title: "SEVERITY", isWhole: true), .init(title: "DESTINATION"), .init(title: "RULE", gives: true),
                .init(title: "ABOUT", rank: 1),
            ],
            rows: items.map { item in
                let severity = item.shown("severity")
                let rules = item["rules"]?.elements.compactMap(\.string) ?? []
                return [
                    "\(item.moment("due"))", "\(item.shown("kind"))", "\(item.shown("count"))",
                    .init(severity, DeliveryText.colour(ofSeverity: severity)), "\(item.shown("destination"))",
                    .init(rules.joined(separator: ", ")), .init(about(item)),
                ]
            }
        )
    }

    private static func about(_ item: JSON) -> String {
        let labels = (item["group"]?.elements ?? []).map { "\($0.shown("name")) \($0.shown("value"))" }
        let silence = item["silence"]?.string.map { ["silence \($0)"] } ?? []
        return (silence + labels + [item["reason"]?.string].compactMap { $0 }).joined(separator: ", ")
    }
}
