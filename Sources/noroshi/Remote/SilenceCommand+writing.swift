import ArgumentParser
import Findings
import FoundationEssentials
import Glibc
import Routing

extension SilenceCommand {
    struct Add: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Creates a silence, after showing what it would have hidden.",
            discussion: """
                The condition is given as JSON with --when, or with the options that are named like its fields, which \
                take * and a leading ! and may be repeated. Beside an end, an owner and a reason are asked for.
                """
        )

        @OptionGroup var remote: ServerOptions
        @OptionGroup(title: "What is silenced") var matchers: Matchers
        @OptionGroup(title: "When") var times: Times

        @Option(help: ArgumentHelp("Who answers for it.", valueName: "words"))
        var owner: String

        @Option(help: ArgumentHelp("Why.", valueName: "words"))
        var reason: String

        @Option(help: ArgumentHelp("Only at this destination; may be repeated.", valueName: "name"))
        var destination: [String] = []

        @Flag(inversion: .prefixedNo, help: "Whether a rise in severity is announced all the same.")
        var breakOnRaise = true

        @Flag(help: "Do not ask.")
        var yes = false

        @Flag(help: "Only show what it would have hidden.")
        var dryRun = false

        func validate() throws {
            guard try matchers.condition() != nil else {
                throw ValidationError("say what is silenced: with --when, or with options such as --account")
            }
            guard times.isGiven else {
                throw ValidationError("say when it ends: --for 4h, or --until 2026-12-01T09:00Z")
            }
            try Confirmation.validate(isGiven: yes || dryRun)
        }

        func act(on server: ServerConnection) async throws {
            let (start, end) = times.dates(now: Date(), start: nil)
            let body = JSONValue.compact([
                "when": try matchers.condition(),
                "owner": .string(owner),
                "reason": .string(reason),
                "destinations": destination.isEmpty ? nil : .array(destination.map { .string($0) }),
                "startsAt": start.map { .string($0) },
                "endsAt": end.map { .string($0) },
                "breaksOnRaise": .bool(breakOnRaise),
            ])
            if dryRun || yes == false || remote.format == .text {
                let answer = try await server.post(SilenceCommand.path, [("dryRun", "true")], body: body)
                if dryRun { return show(answer) { SilenceText.preview(answer, $0) } }
                if remote.format == .text { print(SilenceText.preview(answer, Colours.forStandardOutput)) }
            }
            try Confirmation.ask("Create this silence?", isGiven: yes)
            let silence = try await server.post(SilenceCommand.path, body: body)
            show(silence) { SilenceText.page(silence, $0) }
        }
    }

    struct Edit: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit",
            abstract: "Changes a silence.",
            discussion: """
                What is not named stays as it is. Owner, reason and end change in place; another condition, other \
                destinations or another start end the silence and create a new one, for the ledger names a silence as \
                the reason for what it hid.
                """
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: "The silence's id.",
            transform: GivenName.read
        )
        var id: String

        @OptionGroup(title: "What is silenced") var matchers: Matchers
        @OptionGroup(title: "When") var times: Times

        @Option(help: ArgumentHelp("Who answers for it.", valueName: "words"))
        var owner: String?

        @Option(help: ArgumentHelp("Why.", valueName: "words"))
        var reason: String?

        @Option(help: ArgumentHelp("Only at this destination; may be repeated.", valueName: "name"))
        var destination: [String] = []

        @Flag(help: "At every destination.")
        var allDestinations = false

        @Flag(inversion: .prefixedNo, help: "Whether a rise in severity is announced all the same.")
        var breakOnRaise: Bool?

        @Flag(help: "Do not ask, when it is to hide something else.")
        var yes = false

        func validate() throws {
            let condition = try matchers.condition()
            if condition != nil { try Confirmation.validate(isGiven: yes) }
            guard destination.isEmpty || allDestinations == false else {
                throw ValidationError("--destination or --all-destinations, not both")
            }
            guard
                condition != nil || times.isGiven || times.start != nil || owner != nil || reason != nil
                    || destination.isEmpty == false || allDestinations || breakOnRaise != nil
            else { throw ValidationError("say what is to change") }
        }

        func act(on server: ServerConnection) async throws {
            let (silence, tag) = try await server.getVersion(SilenceCommand.path(id))
            func kept(_ key: String) -> JSONValue? { silence[key].flatMap { $0.isNull ? nil : .raw($0.text) } }
            let condition = try matchers.condition()
            let (start, end) = times.dates(now: Date(), start: times.isForGiven ? silence["startsAt"]?.string : nil)
            let destinations: JSONValue? = destination.isEmpty ? nil : .array(destination.map { .string($0) })
            let body = JSONValue.compact([
                "when": condition ?? kept("when"),
                "owner": owner.map { .string($0) } ?? kept("owner"),
                "reason": reason.map { .string($0) } ?? kept("reason"),
                "destinations": allDestinations ? nil : destinations ?? kept("destinations"),
                "startsAt": start.map { .string($0) },
                "endsAt": end.map { .string($0) } ?? kept("endsAt"),
                "breaksOnRaise": breakOnRaise.map { .bool($0) } ?? kept("breaksOnRaise"),
            ])
            if condition != nil {
                if remote.format == .text {
                    let answer = try await server.post(SilenceCommand.path, [("dryRun", "true")], body: body)
                    print(SilenceText.preview(answer, Colours.forStandardOutput))
                }
                try Confirmation.ask("End \(EscapedText.visible(id)) and create this silence?", isGiven: yes)
            }
            let answer = try await server.change("PUT", SilenceCommand.path(id), ifMatch: tag, body: body)
            show(answer) { colours in
                let replaced = answer["replaced"]?.string.map {
                    "\(EscapedText.visible($0)) has ended; in its place:\n"
                }
                return (replaced ?? "") + (answer["silence"].map { SilenceText.page($0, colours) } ?? "")
            }
        }
    }
}
