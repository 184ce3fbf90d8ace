import ArgumentParser
import Findings
import Routing

/// `noroshi destinations`: what waits for each destination, and stopping and starting them.
struct DestinationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destinations",
        abstract: "Shows what waits for each destination, and pauses and resumes them.",
        discussion: """
            WAITING is what is still to become a message: it waits in groups, windows or digests, and \
            'noroshi waiting' says until when. PENDING are messages.

            A destination is paused by people alone, by its name, and keeps what waits for it until it is resumed. One \
            that cannot be used (a deleted webhook, a wrong password, an expired certificate) is broken: its fallback \
            takes over, and one message tries again at least every 10 minutes, at once when its secret, the rules or \
            its address change and when the server starts. After "retryFor" what waits is a dead letter.

            EXAMPLES
              noroshi destinations list
              noroshi destinations pause secops --reason "channel is being moved"
              noroshi destinations resume secops

            EXIT STATUS
              0   done
              1   there is no such destination, or the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """,
        subcommands: [List.self, Pause.self, Resume.self]
    )

    static func table(_ items: [JSON]) -> Table {
        Table(
            columns: [
                .init(title: "NAME"), .init(title: "TYPE", rank: 2), .init(title: "STATE"),
                .init(title: "WAITING", isNumber: true),
                .init(title: "PENDING", isNumber: true), .init(title: "SENDING", isNumber: true, rank: 3),
                .init(title: "DEAD", isNumber: true), .init(title: "OLDEST", isWhole: true, rank: 1),
                .init(title: "REASON", gives: true),
            ],
            rows: items.map { item in
                let dead = item.shown("backlog", "dead")
                return [
                    "\(item.shown("name"))", "\(item.shown("type"))",
                    .init(item.shown("state"), DeliveryText.colour(ofState: item.shown("state"))),
                    "\(item.shown("backlog", "waiting"))", "\(item.shown("backlog", "pending"))",
                    "\(item.shown("backlog", "sending"))",
                    .init(dead, dead == "0" ? nil : .red), "\(item.moment("backlog", "oldestPendingAt"))",
                    "\(item["reason"]?.string ?? "")",
                ]
            }
        )
    }

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists every destination with its lane and backlog."
        )

        @OptionGroup var remote: ServerOptions

        func act(on server: ServerConnection) async throws {
            let items = try await server.get("/api/v1/destinations")["items"]?.elements ?? []
            switch remote.format {
            case .json: for item in items { print(item.compactText) }
            case .text:
                guard items.isEmpty == false else {
                    Terminal.note("The rules in force name no destination.")
                    return
                }
                Terminal.print(DestinationsCommand.table(items))
            }
        }
    }

    struct Pause: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause",
            abstract: "Stops sending to a destination; what waits stays."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The destination's name.",
            transform: GivenName.read
        )
        var name: String

        @Option(help: ArgumentHelp("Why, for whoever finds it paused.", valueName: "words"))
        var reason: String

        func act(on server: ServerConnection) async throws {
            let path = "/api/v1/destinations/\(name.percentEncoded)/pause"
            let answer = try await server.post(path, body: ["reason": .string(reason)])
            show(answer) { _ in
                "\(name) is paused; 'noroshi destinations resume \(name)' lets it send again."
            }
        }
    }

    struct Resume: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume",
            abstract: "Lets a paused or broken destination try again at once."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The destination's name.",
            transform: GivenName.read
        )
        var name: String

        func act(on server: ServerConnection) async throws {
            let answer = try await server.post("/api/v1/destinations/\(name.percentEncoded)/resume")
            show(answer) { _ in "\(name) is \(answer.shown("state"))." }
        }
    }
}
