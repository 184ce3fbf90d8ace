import ArgumentParser
import Findings
import FoundationEssentials

/// `noroshi deliveries`: what was sent, what became of it, and sending it again.
struct DeliveriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Shows what was sent and what became of it, and sends it again.",
        discussion: """
            A delivery is one message to one destination. It is pending, sending, delivered, dead (given up, and kept), \
            diverted (a fallback destination owes it now), or folded (told in the summary of a storm). Everything is asked of a running server.

            EXAMPLES
              noroshi deliveries list --state dead
              noroshi deliveries list --destination secops --since 2h
              noroshi deliveries show 01890c5e9f3a4b6d8e7f0123456789ab
              noroshi deliveries retry 01890c5e9f3a4b6d8e7f0123456789ab
              noroshi deliveries redrive --destination secops --dry-run
              noroshi deliveries list --format json --all | jq -r .id

            EXIT STATUS
              0   done
              1   there is no such delivery, or the server refused
              3   the server cannot be reached
              64  the command line is wrong
            """,
        subcommands: [List.self, Show.self, Retry.self, Redrive.self]
    )

    /// Which deliveries are meant.
    struct Filter: ParsableArguments {
        @Option(help: "Only to this destination.")
        var destination: String?

        @Option(help: "Only those of this rule.")
        var rule: String?

        @Option(help: ArgumentHelp("Only those of this finding.", valueName: "key"))
        var finding: String?

        @Option(
            help: ArgumentHelp("Only those whose last error was of this class, e.g. rate_limited.", valueName: "word")
        )
        var errorClass: String?

        @Option(help: ArgumentHelp("Only those queued since: 15m, 2h, 3d, or an RFC 3339 date.", valueName: "when"))
        var since: Moment?

        @Option(help: ArgumentHelp("Only those queued before.", valueName: "when"))
        var until: Moment?

        /// The filter under the API's names.
        func pairs(now: Date) -> [(String, String?)] {
            [
                ("destination", destination), ("rule", rule), ("finding", finding), ("errorClass", errorClass),
                ("since", since?.date(before: now)), ("until", until?.date(before: now)),
            ]
        }
    }

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(abstract: "Lists deliveries, newest first.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var listing: ListingOptions
        @OptionGroup var filter: Filter

        @Option(
            help: ArgumentHelp(
                "pending, sending, delivered, dead, diverted or folded; several with commas.",
                valueName: "states"
            )
        )
        var state: String?

        func act(on server: ServerConnection) async throws {
            try await list(
                "/api/v1/deliveries",
                filter.pairs(now: Date()) + [("state", state)],
                listing,
                on: server,
                nothing: "There are no such deliveries.",
                table: DeliveryText.table
            )
            if remote.format == .text { try await tellWhatWaits(on: server) }
        }

        /// Says that there is news of which no delivery has been made yet, for who has just sent some looks for it here.
        private func tellWhatWaits(on server: ServerConnection) async throws {
            let destinations = try await server.get("/api/v1/destinations")["items"]?.elements ?? []
            let waiting =
                destinations
                .filter { filter.destination == nil || $0["name"]?.string == filter.destination }
                .reduce(0) { $0 + ($1["backlog"]?["waiting"]?.integer ?? 0) }
            guard waiting > 0 else { return }
            StandardError.write(
                "\(waiting) more \(waiting == 1 ? "waits" : "wait") in groups, windows or digests; "
                    + "see 'noroshi findings list', and 'noroshi findings show ID' for until when."
            )
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one delivery with every attempt, from receipt to its end."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: "The delivery's id.")
        var id: String

        func act(on server: ServerConnection) async throws {
            let delivery = try await server.get("/api/v1/deliveries/\(ServerConnection.encoded(id))")
            show(delivery) { DeliveryText.story(delivery, $0) }
        }
    }

    struct Retry: RemoteCommand {
        static let configuration = CommandConfiguration(abstract: "Sends one pending or dead delivery again at once.")

        @OptionGroup var remote: ServerOptions

        @Argument(help: "The delivery's id.")
        var id: String

        func act(on server: ServerConnection) async throws {
            let delivery = try await server.post("/api/v1/deliveries/\(ServerConnection.encoded(id))/retry")
            show(delivery) { _ in
                "\(id) is \(delivery.shown("state")) and due at once; 'noroshi deliveries show \(id)' tells what becomes of it."
            }
        }
    }

    struct Redrive: RemoteCommand {
        static let configuration = CommandConfiguration(
            abstract: "Returns dead deliveries to the queue, with a fresh budget of attempts.",
            discussion: "They go out at the speed of their lane. Without a filter --all is asked for."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var filter: Filter

        @Flag(help: "Only count them.")
        var dryRun = false

        @Flag(help: "Every dead delivery.")
        var all = false

        func validate() throws {
            guard all || dryRun || filter.pairs(now: Date()).contains(where: { $0.1 != nil }) else {
                throw ValidationError("say which dead deliveries are meant, or --all for every one of them")
            }
        }

        func act(on server: ServerConnection) async throws {
            let filter = filter.pairs(now: Date()).compactMap { name, value in
                value.map { JSONValue.Member(name, .string($0)) }
            }
            let answer = try await server.post(
                "/api/v1/deliveries/redrive",
                dryRun ? [("dryRun", "true")] : [],
                body: .object(filter)
            )
            let count = answer["count"]?.integer ?? 0
            show(answer) { _ in
                let them = count == 1 ? "1 dead delivery" : "\(count) dead deliveries"
                return dryRun ? "\(them) would return to the queue." : "\(them) returned to the queue."
            }
        }
    }
}

/// A moment on the command line: how long ago (`90s`, `15m`, `2h`, `3d`), or a date that the server reads.
struct Moment: ExpressibleByArgument, Hashable {
    private let argument: String
    private let ago: Double?

    init?(argument: String) {
        self.argument = argument
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()), count >= 0 {
            ago = Double(count) * unit
        } else if argument.count >= 20, argument.first?.isNumber == true {
            ago = nil
        } else {
            return nil
        }
    }

    /// RFC 3339.
    func date(before now: Date) -> String { ago.map { (now - $0).iso8601 } ?? argument }
}
