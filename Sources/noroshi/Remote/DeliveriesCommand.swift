import ArgumentParser
import Findings
import FoundationEssentials
import Routing

/// `noroshi deliveries`: what was sent, what became of it, and sending it again.
struct DeliveriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Shows what was sent and what became of it, and sends it again.",
        discussion: """
            A delivery is one message to one destination. It is pending, sending, delivered, dead (given up, and kept), \
            diverted (a fallback destination owes it now), or folded (told in the summary of a storm). \
            Everything is asked of a running server. What waits to become a delivery is what 'noroshi waiting' shows.

            Instead of a whole id its end, as listed, or its beginning will do, as long as only one fits.

            EXAMPLES
              noroshi deliveries list --state dead
              noroshi deliveries list --rule "public buckets" --since today
              noroshi deliveries show 2a9c31f0b7
              noroshi deliveries retry 2a9c31f0b7
              noroshi deliveries redrive --destination secops --dry-run
              noroshi deliveries redrive --destination secops --expect 12
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

        @Option(
            help: ArgumentHelp(
                "Only those queued since: 2h, 3d, today, a day such as 2026-01-31, or a date of RFC 3339.",
                valueName: "when"
            )
        )
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
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists deliveries, newest first."
        )

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
            let now = Date()
            tell([("since", filter.since), ("until", filter.until)], now: now)
            try await list(
                "/api/v1/deliveries",
                filter.pairs(now: now) + [("state", state)],
                listing,
                on: server,
                nothing: "There are no such deliveries.",
                table: DeliveryText.table
            )
            if remote.format == .text { try await tellWhatWaits(on: server) }
        }

        /// Says that there is news of which no delivery has been made yet, for who has just sent some looks for it here.
        ///
        /// What the other filters ask for does not say anything about it: only what has neither a state nor an age.
        private func tellWhatWaits(on server: ServerConnection) async throws {
            guard state == nil || state?.contains("pending") == true, filter.finding == nil, filter.errorClass == nil,
                filter.until == nil
            else { return }
            let query = [("destination", filter.destination), ("rule", filter.rule)]
            let waiting: [JSON]
            do throws(ServerFailure) {
                waiting = try await server.list("/api/v1/waiting", query, limit: nil).items
            } catch {
                // Deliveries of earlier rules were listed, and nothing waits for those any more.
                if error.isNotFound { return }
                throw error
            }
            let count = waiting.reduce(0) { $0 + ($1["count"]?.integer ?? 0) }
            guard count > 0 else { return }
            Terminal.note(
                "\(count) more \(count == 1 ? "waits" : "wait"); 'noroshi waiting' says for what, and until when."
            )
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows one delivery with every attempt, from receipt to its end."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The delivery's id, or an end or beginning of it that only one has.",
            transform: GivenName.read
        )
        var id: String

        func act(on server: ServerConnection) async throws {
            let delivery = try await server.get("/api/v1/deliveries/\(id.percentEncoded)")
            show(delivery) { DeliveryText.story(delivery, $0) }
        }
    }

    struct Retry: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Sends one pending or dead delivery again at once."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The delivery's id, or an end or beginning of it that only one has.",
            transform: GivenName.read
        )
        var id: String

        func act(on server: ServerConnection) async throws {
            let delivery = try await server.post("/api/v1/deliveries/\(id.percentEncoded)/retry")
            show(delivery) { _ in
                "\(id) is \(delivery.shown("state")) and due at once; 'noroshi deliveries show \(id)' tells what becomes of it."
            }
        }
    }

    struct Redrive: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "redrive",
            abstract: "Returns dead deliveries to the queue, with a fresh budget of attempts.",
            discussion: "They go out at the speed of their lane. Without a filter --all is asked for."
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup var filter: Filter

        @Flag(help: "Only count them.")
        var dryRun = false

        @Flag(help: "Every dead delivery.")
        var all = false

        @Option(
            help: ArgumentHelp(
                "Only if there are about so many, as --dry-run told: a tenth more or fewer.",
                valueName: "count"
            )
        )
        var expect: Int?

        func validate() throws {
            guard expect ?? 0 >= 0 else { throw ValidationError("--expect is a number of deliveries, 0 or more") }
            guard all || dryRun || filter.pairs(now: Date()).contains(where: { $0.1 != nil }) else {
                throw ValidationError("say which dead deliveries are meant, or --all for every one of them")
            }
        }

        func act(on server: ServerConnection) async throws {
            var filter = filter.pairs(now: Date()).compactMap { name, value in
                value.map { JSONValue.Member(name, .string($0)) }
            }
            if let expect { filter.append(JSONValue.Member("expect", .integer(expect))) }
            let answer = try await server.post(
                "/api/v1/deliveries/redrive",
                dryRun ? [("dryRun", "true")] : [],
                body: .object(filter)
            )
            let count = answer["count"]?.integer ?? 0
            show(answer) { _ in
                let them = count == 1 ? "1 dead delivery" : "\(count) dead deliveries"
                guard dryRun else { return "\(them) returned to the queue." }
                guard answer["oldest"] != nil else { return "\(them) would return to the queue." }
                let oldest = EscapedText.visible(answer.moment("oldest"))
                return "\(them) would return to the queue; the oldest is of \(oldest)."
            }
        }
    }
}
