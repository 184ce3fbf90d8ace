import ArgumentParser
import Findings
import FoundationEssentials
import Glibc

extension SilenceCommand {
    /// The condition, as JSON or in options named like its fields.
    struct Matchers: ParsableArguments {
        @Option(help: ArgumentHelp("The whole condition, as a rule's \"when\".", valueName: "json"))
        var when: String?

        @Option(help: ArgumentHelp("Of this account, or of @group; may be repeated, like all below.", valueName: "id"))
        var account: [String] = []

        @Option(help: ArgumentHelp("In this Region.", valueName: "code"))
        var region: [String] = []

        @Option(help: ArgumentHelp("Of this severity: high, >=high …", valueName: "label"))
        var severity: [String] = []

        @Option(help: ArgumentHelp("Of this product, e.g. GuardDuty.", valueName: "name"))
        var product: [String] = []

        @Option(help: ArgumentHelp("Of this finding type.", valueName: "type"))
        var type: [String] = []

        @Option(help: ArgumentHelp("Of this control, e.g. S3.8.", valueName: "id"))
        var control: [String] = []

        @Option(help: ArgumentHelp("Of this standard.", valueName: "name"))
        var standard: [String] = []

        @Option(help: ArgumentHelp("About a resource of this type.", valueName: "type"))
        var resourceType: [String] = []

        @Option(help: ArgumentHelp("About this resource.", valueName: "arn"))
        var resource: [String] = []

        @Option(help: ArgumentHelp("With this title.", valueName: "words"))
        var title: [String] = []

        @Option(help: ArgumentHelp("Done by this actor, e.g. the ARN of a user.", valueName: "arn"))
        var actor: [String] = []

        @Option(help: ArgumentHelp("Done from this address.", valueName: "address"))
        var sourceAddress: [String] = []

        @Option(help: ArgumentHelp("From this source, e.g. aws.guardduty.", valueName: "name"))
        var source: [String] = []

        @Option(help: ArgumentHelp("With this tag, key or key=value.", valueName: "tag"))
        var tag: [String] = []

        /// The condition; `nil` when nothing of it is given.
        ///
        /// - Throws: `ValidationError`.
        func condition() throws -> JSONValue? {
            let fields = [
                ("account", account), ("region", region), ("severity", severity), ("product", product), ("type", type),
                ("control", control), ("standard", standard), ("resourceType", resourceType), ("resource", resource),
                ("title", title), ("source", source), ("tag", tag),
                ("actor", actor), ("sourceAddress", sourceAddress),
            ].filter { $0.1.isEmpty == false }
            guard let when else {
                let members = fields.map { JSONValue.Member($0.0, .array($0.1.map { .string($0) })) }
                return members.isEmpty ? nil : .object(members)
            }
            guard fields.isEmpty else { throw ValidationError("--when, or options such as --account, not both") }
            do throws(JSONSyntaxError) {
                return .raw(try JSONDocument.parse(when).compactText)
            } catch {
                throw ValidationError("--when is \(error)")
            }
        }
    }

    struct Times: ParsableArguments {
        @Option(name: .customLong("for"), help: ArgumentHelp("How long: 30m, 4h, 7d.", valueName: "time"))
        var length: ComingMoment?

        @Option(help: ArgumentHelp("Its end, e.g. 2026-12-01T09:00Z.", valueName: "when"))
        var until: ComingMoment?

        @Option(help: ArgumentHelp("Its start, a moment, or how long from now: 30m; default: now.", valueName: "when"))
        var start: ComingMoment?

        var isGiven: Bool { length != nil || until != nil }
        var isForGiven: Bool { length != nil }

        func validate() throws {
            guard length == nil || until == nil else { throw ValidationError("--for or --until, not both") }
            guard length?.isSpan ?? true else { throw ValidationError("--for is a time such as 30m, 4h or 7d") }
        }

        /// The two moments that the options give.
        ///
        /// - Parameters:
        ///   - now: The time.
        ///   - before: What the start is when none is given, RFC 3339; `nil` for now.
        /// - Returns: RFC 3339; `nil` for what is not given.
        func dates(now: Date, start before: String?) -> (start: String?, end: String?) {
            let start = start?.date(after: now)
            guard let length else { return (start, until?.date(after: now)) }
            // From now on, should it have begun already.
            let from = (start ?? before).flatMap(ComingMoment.read).map { max($0, now) } ?? now
            return (start, length.date(after: from))
        }
    }
}

/// A moment to come on the command line: how long from now (`30m`, `4h`, `7d`), or a date with its offset from UTC.
struct ComingMoment: ExpressibleByArgument, Hashable {
    private let text: String
    private let span: Double?

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()), count > 0 {
            span = Double(count) * unit
            text = argument
        } else {
            span = nil
            // Minutes are enough for a person; RFC 3339 asks for seconds.
            let hasSeconds = argument.dropFirst(16).first == ":"
            text = hasSeconds ? argument : argument.prefix(16) + ":00" + argument.dropFirst(16)
            guard ComingMoment.read(text) != nil else { return nil }
        }
    }

    var isSpan: Bool { span != nil }

    /// RFC 3339.
    func date(after now: Date) -> String {
        span.map { Date(timeIntervalSince1970: (now + $0).timeIntervalSince1970.rounded()).iso8601 } ?? text
    }

    static func read(_ text: String) -> Date? {
        do {
            return try Date.ISO8601FormatStyle().parse(text)
        } catch {
            return nil
        }
    }
}

/// Asks the person at the terminal.
enum Confirmation {
    /// - Throws: `ValidationError` when there is nobody to ask.
    static func validate(isGiven: Bool) throws {
        guard isGiven || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("standard input is not a terminal, so nobody can be asked: confirm with --yes")
        }
    }

    /// - Throws: ``ServerFailure`` when the answer is not yes.
    static func ask(_ question: String, isGiven: Bool) throws(ServerFailure) {
        guard isGiven == false else { return }
        StandardError.write("\(question) Type yes to confirm:")
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            throw .refused(status: nil, lines: ["nothing was changed"])
        }
    }
}
