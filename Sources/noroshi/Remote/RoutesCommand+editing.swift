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
            abstract: "Writes the rules in force into a file.",
            discussion: "A file that is there and differs is kept, unless --force says otherwise."
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: ArgumentHelp("Where to.", valueName: "file"))
        var file = "routes.json"

        @Flag(help: "Overwrite a file that differs.")
        var force = false

        func act(on server: ServerConnection) async throws {
            let (rules, _) = try await RoutesCommand.active(server)
            let text = Array(((rules["document"]?.text ?? "") + "\n").utf8)
            let version = rules.shown("revision", "version")
            if let present = FileManager.default.contents(atPath: file), Array(present) != text, force == false {
                throw ServerFailure.refused(
                    status: nil,
                    lines: ["\(file) differs from version \(version); look at noroshi routes diff, or give --force"]
                )
            }
            do {
                try Data(text).write(to: URL(fileURLWithPath: file), options: .atomic)
            } catch {
                throw ServerFailure.refused(status: nil, lines: ["\(file): cannot be written: \(error)"])
            }
            show(rules["revision"] ?? rules) { _ in "\(file) is version \(version) of the rules." }
        }
    }

    struct Diff: RemoteCommand {
        static let configuration = CommandConfiguration(
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
                let before = Array((document.text + "\n").utf8)
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
            abstract: "Prints a draft made in the console, to be kept in a repository.",
            discussion: """
                EXAMPLES
                  noroshi routes export d12 > routes.json
                  noroshi routes export d12 --patch | git apply
                """
        )

        @OptionGroup var remote: ServerOptions

        @Argument(help: ArgumentHelp("The id of the draft.", valueName: "draft"), transform: GivenName.read)
        var draft: String

        @Flag(help: "The difference from the version that it was begun on, in place of the whole text.")
        var patch = false

        func act(on server: ServerConnection) async throws {
            let found = try await server.get("/api/v1/drafts/\(draft.percentEncoded)")
            let text = found["text"]?.string ?? ""
            guard patch else {
                if remote.format == .json { return print(found.compactText) }
                return print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
            }
            let base = try await server.get("\(RoutesCommand.path)/versions/\(found.shown("base"))")
            // A version is answered as JSON, without the line end that files have.
            let before = Array(((base["document"]?.text ?? "") + (text.hasSuffix("\n") ? "\n" : "")).utf8)
            let difference = TextDifference(from: before, to: Array(text.utf8))
            print(difference.unified(before: "a/routes.json", after: "b/routes.json"), terminator: "")
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
