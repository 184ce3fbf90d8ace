import AWSRequests
import CurlClient
import Findings
import Routing
import SQSSource

/// What AWS says of the sources of a file: who asks, whether each queue can be read, and how it is set up.
struct AWSReport {
    /// What was found of one source.
    struct Source {
        var name: String
        var queue: String
        /// Which place the credentials come from, and whose they are; `nil` when nobody's.
        var origin: String?
        var identity: SecurityTokens.CallerIdentity?
        /// Why it cannot be read; `nil` when it can.
        var problem: String?
        var warnings: [String] = []
    }

    let sources: [Source]

    /// Asks. One message at most is received from each queue and given back at once; its receive count goes up by one.
    ///
    /// - Parameters:
    ///   - document: The rules with their sources.
    ///   - access: To AWS.
    init(_ document: RouteDocument, access: AWSAccess) async {
        var sources: [Source] = []
        for source in document.sources { sources.append(await AWSReport.ask(source, access)) }
        self.sources = sources
    }

    private static func ask(_ source: QueueSource, _ access: AWSAccess) async -> Source {
        var found = Source(name: source.name, queue: source.queue.text)
        do {
            found.origin = try access.credentialSource().origin
            let identity = try access.identity(
                region: source.queue.region,
                role: source.role,
                externalID: source.externalID
            )
            let tokens = try access.tokens(region: source.queue.region)
            do throws(AWSFault) {
                found.identity = try await tokens.callerIdentity(of: identity)
            } catch {
                // Without STS in reach the queue may be readable all the same.
                if error.kind == .noCredentials { throw error }
                found.warnings.append("who asks is not known: STS: \(error)")
            }
            let queue = try QueueClient(source, access)
            _ = try await queue.receive(most: 1, wait: 0, visibility: 0)
            do throws(AWSFault) {
                found.warnings += try await QueueLint(queue).warnings
            } catch {
                found.warnings.append("how the queue is set up cannot be read (sqs:GetQueueAttributes): \(error)")
            }
        } catch {
            found.problem = "\(error)"
        }
        return found
    }

    var hasErrors: Bool { sources.contains { $0.problem != nil } }

    var hasWarnings: Bool { sources.contains { $0.warnings.isEmpty == false } }

    var json: JSONValue {
        .array(
            sources.map { source in
                .compact([
                    "name": .string(source.name),
                    "queue": .string(source.queue),
                    "credentials": source.origin.map { .string($0) },
                    "account": source.identity.map { .string($0.account) },
                    "identity": source.identity.map { .string($0.arn) },
                    "readable": .bool(source.problem == nil),
                    "problem": source.problem.map { .string($0) },
                    "warnings": .array(source.warnings.map { .string($0) }),
                ])
            }
        )
    }

    func text(colours: Colours) -> String {
        guard sources.isEmpty == false else { return "no sources: there is nothing to ask AWS about\n" }
        var lines: [String] = []
        for source in sources {
            let from = source.origin.map { ", from \($0)" } ?? ""
            let identity = source.identity.map { "asks as \($0.arn)\(from)" } ?? "asks as nobody that is known\(from)"
            lines.append("\(EscapedText.visible(source.name)): \(source.queue)")
            lines.append("  \(EscapedText.visible(identity))")
            if let problem = source.problem {
                lines.append(
                    colours.paint("  error: cannot be read: \(EscapedText.visible(problem, limit: 1_000))", .red)
                )
            } else {
                lines.append(colours.paint("  can be read", .green))
            }
            for warning in source.warnings {
                lines.append(colours.paint("  warning: \(EscapedText.visible(warning, limit: 1_000))", .yellow))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
