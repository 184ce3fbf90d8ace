import ArgumentParser
import Findings
import Foundation
import Operations
import Routing

extension RoutesCommand {
    private static let path = "/api/v1/routes"

    /// The rules in force, and the tag that names exactly them.
    private static func active(_ server: ServerConnection) async throws(ServerFailure) -> (value: JSON, tag: String) {
        try await server.getVersion(path)
    }

    /// The whole text of a version, as it was put in force.
    private static func text(
        of version: String,
        _ server: ServerConnection
    ) async throws(ServerFailure) -> [UInt8] {
        try await server.getBytes("\(path)/versions/\(version)/text")
    }

    /// The rules in force, or a draft: the whole text, what the server says of it, and its name for people.
    private static func found(
        _ draft: String?,
        _ server: ServerConnection
    ) async throws(ServerFailure) -> (text: [UInt8], answer: JSON, name: String) {
        guard let draft else {
            let (rules, _) = try await active(server)
            let version = rules.shown("revision", "version")
            return (try await text(of: version, server), rules["revision"] ?? rules, "version \(version) of the rules")
        }
        let answer = try await server.get("/api/v1/drafts/\(draft.percentEncoded)")
        return (Array((answer["text"]?.string ?? "").utf8), answer, "draft \(answer.shown("id"))")
    }

    /// A file of rules, which has to load.
    private static func read(_ file: String) throws(ServerFailure) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw .misused("\(file): the file is missing or may not be read")
        }
        do throws(RouteDocumentError) {
            _ = try RouteDocument.parse(Array(data), file: file)
        } catch {
            let errors = error.diagnostics.filter { $0.severity == .error }
            throw .refused(status: nil, lines: errors.map(\.description))
        }
        return Array(data)
    }

    private static func comparison(_ before: JSON, _ after: [UInt8]) throws(ServerFailure) -> RouteComparison {
        do throws(JSONSyntaxError) {
            return RouteComparison(from: before, to: try JSONDocument.parse(after))
        } catch {
            throw .refused(status: nil, lines: ["\(error)"])
        }
    }

    struct Pull: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "pull",
            abstract: "Writes the rules in force, or a draft, into a file.",
            discussion: """
                Byte for byte as they were put in force. A file that is there and differs is kept, unless --force says \
                otherwise.
                """
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: ArgumentHelp("Where to.", valueName: "file"))
        var file = "routes.json"

        @Option(
            help: ArgumentHelp("The id of a draft, in place of the rules in force.", valueName: "draft"),
            transform: GivenName.read
        )
        var draft: String?

        @Flag(help: "Overwrite a file that differs.")
        var force = false

        func act(on server: ServerConnection) async throws {
            let (text, answer, name) = try await RoutesCommand.found(draft, server)
            if let present = FileManager.default.contents(atPath: file), Array(present) != text, force == false {
                throw ServerFailure.refused(
                    status: nil,
                    lines: ["\(file) differs from \(name); look at noroshi routes diff, or give --force"]
                )
            }
            do {
                try Data(text).write(to: URL(fileURLWithPath: file), options: .atomic)
            } catch {
                throw ServerFailure.refused(status: nil, lines: ["\(file): cannot be written: \(error)"])
            }
            show(answer) { _ in "\(file) is \(name)." }
        }
    }

    struct Diff: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Shows what a file would change in the rules in force.",
            discussion: """
                By rule, destination, window and account group; with --unified line by line. The exit status is 1 when \
                something is different.
                """
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: ArgumentHelp("The rules to compare.", valueName: "file"))
        var file = "routes.json"

        @Flag(help: "Line by line, as patch and git apply take it.")
        var unified = false

        func act(on server: ServerConnection) async throws {
            let text = try RoutesCommand.read(file)
            let (rules, _) = try await RoutesCommand.active(server)
            guard let document = rules["document"] else { return }
            if unified {
                let before = try await RoutesCommand.text(of: rules.shown("revision", "version"), server)
                let difference = TextDifference(from: before, to: text)
                print(difference.unified(before: "a/\(file)", after: "b/\(file)"), terminator: "")
            } else {
                let comparison = try RoutesCommand.comparison(document, text)
                switch remote.format {
                case .json: print(comparison.json.text)
                case .text: print(comparison.text(Colours.forStandardOutput))
                }
            }
            if try RoutesCommand.comparison(document, text).isEmpty == false { throw ExitCode(1) }
        }
    }

    struct Publish: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "publish",
            abstract: "Puts a file of rules in force.",
            discussion: """
                What it changes is shown first. Where the server keeps the rules in a file that it does not write, \
                nothing is published: change that file, and reload it. An expectation of the file that does not hold \
                stops it, unless --acknowledge names it.
                """
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: ArgumentHelp("The rules.", valueName: "file"))
        var file = "routes.json"

        @Option(help: ArgumentHelp("Why, for whoever reads the versions.", valueName: "words"))
        var note: String

        @Option(help: ArgumentHelp("Only when this version is in force.", valueName: "number"))
        var base: Int?

        @Option(
            help: ArgumentHelp(
                "An expectation that may not hold; give it once for each.",
                valueName: "expectation"
            )
        )
        var acknowledge: [String] = []

        @Flag(help: "Do not ask.")
        var yes = false

        func validate() throws { try Confirmation.validate(isGiven: yes) }

        func act(on server: ServerConnection) async throws {
            let text = try RoutesCommand.read(file)
            let (rules, tag) = try await RoutesCommand.active(server)
            if let base, rules["revision"]?["version"]?.integer != base {
                throw ServerFailure.refused(
                    status: 412,
                    lines: [
                        "version \(rules.shown("revision", "version")) is in force, and not \(base): pull it, put the "
                            + "changes onto it, and publish then"
                    ]
                )
            }
            if let document = rules["document"], remote.format == .text {
                print(try RoutesCommand.comparison(document, text).text(Colours.forStandardOutput))
            }
            try Confirmation.ask("Put these rules in force?", isGiven: yes)
            let names = JSONValue.array(acknowledge.map { .string($0) }).text
            let accepted = acknowledge.isEmpty ? "" : "&acknowledge=\(names.percentEncoded)"
            let revision = try await server.change(
                "PUT",
                "\(RoutesCommand.path)?note=\(note.percentEncoded)\(accepted)",
                ifMatch: tag,
                body: .raw(String(decoding: text, as: UTF8.self))
            )
            show(revision) { _ in "Version \(revision.shown("version")) of the rules is in force." }
        }
    }

    struct Rollback: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback",
            abstract: "Puts an earlier version of the rules in force again, as a new version."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: ArgumentHelp("The earlier version.", valueName: "number"))
        var version: Int

        @Option(help: ArgumentHelp("Why, for whoever reads the versions.", valueName: "words"))
        var note: String?

        @Option(
            help: ArgumentHelp(
                "An expectation that may not hold; give it once for each.",
                valueName: "expectation"
            )
        )
        var acknowledge: [String] = []

        @Flag(help: "Do not ask, and accept what was not measured.")
        var yes = false

        func validate() throws {
            guard version > 0 else { throw ValidationError("a version is a number of 1 or more") }
            try Confirmation.validate(isGiven: yes)
        }

        func act(on server: ServerConnection) async throws {
            let (rules, tag) = try await RoutesCommand.active(server)
            let earlier = try await server.get("\(RoutesCommand.path)/versions/\(version)")
            if let before = rules["document"], let after = earlier["document"], remote.format == .text {
                print(RouteComparison(from: before, to: after).text(Colours.forStandardOutput))
            }
            try Confirmation.ask("Put version \(version) in force again?", isGiven: yes)
            let revision = try await server.change(
                "POST",
                "\(RoutesCommand.path)/versions/\(version)/rollback",
                ifMatch: tag,
                body: .compact([
                    "note": note.map { .string($0) },
                    "acknowledge": [
                        "nobody": true, "suppressed": true, "unmeasured": true,
                        "expectations": .array(acknowledge.map { .string($0) }),
                    ],
                ])
            )
            show(revision) { _ in
                "Version \(revision.shown("version")) of the rules is in force, with the text of version \(version)."
            }
        }
    }

    struct Export: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Prints the rules in force, or a draft made in the console, to be kept in a repository.",
            discussion: """
                Byte for byte as they were put in force, or as they stand in the draft.

                EXAMPLES
                  noroshi routes export > routes.json
                  noroshi routes export d12 > routes.json
                  noroshi routes export d12 --patch | git apply
                """
        )

        @OptionGroup var remote: ServerOptions

        @Argument(
            help: ArgumentHelp("The id of a draft; default: the rules in force.", valueName: "draft"),
            transform: GivenName.read
        )
        var draft: String?

        @Flag(help: "The difference from the version that the draft was begun on, in place of the whole text.")
        var patch = false

        func validate() throws {
            guard patch == false || draft != nil else {
                throw ValidationError("--patch goes with the id of a draft: the rules in force differ from nothing")
            }
        }

        func act(on server: ServerConnection) async throws {
            if patch, let draft {
                let bytes = try await server.getBytes("/api/v1/drafts/\(draft.percentEncoded)/patch")
                return try FileHandle.standardOutput.write(contentsOf: Data(bytes))
            }
            let (text, answer, _) = try await RoutesCommand.found(draft, server)
            if remote.format == .json { return print(answer.compactText) }
            try FileHandle.standardOutput.write(contentsOf: Data(text))
        }
    }
}

extension RouteComparison {
    /// A line for each thing that is different, for people.
    fileprivate func text(_ colours: Colours) -> String {
        guard isEmpty == false else { return colours.paint("Nothing is different.", .green) }
        let lines = changes.map { change in
            let keys = change.members.map(\.key).filter { $0.isEmpty == false }
            let what =
                switch change.kind {
                case .changed where keys.isEmpty == false: "changed: \(keys.joined(separator: ", "))"
                case .moved: "moved from \(change.placeBefore ?? 0) to \(change.placeAfter ?? 0)"
                default: change.kind.verb + (change.isMoved ? ", and moved" : "")
                }
            let (mark, colour): (String, Colours.Colour) =
                switch change.kind {
                case .added: ("+", .green)
                case .removed: ("-", .red)
                case .changed, .moved: ("~", .yellow)
                }
            let name = JSONValue.string(EscapedText.visible(change.name, limit: 100)).text
            return colours.paint("\(mark) \(change.section.noun) \(name) \(what)", colour)
        }
        return (lines + [summary]).joined(separator: "\n")
    }

    fileprivate var json: JSONValue {
        [
            "summary": .string(summary),
            "changes": .array(
                changes.map { change in
                    [
                        "section": .string(change.section.rawValue), "name": .string(change.name),
                        "kind": .string(change.kind.rawValue), "moved": .bool(change.isMoved),
                        "members": .array(change.members.map { .string($0.key) }),
                    ]
                }
            ),
        ]
    }
}
