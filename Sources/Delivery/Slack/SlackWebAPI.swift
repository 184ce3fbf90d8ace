import CurlClient
import Findings
import FoundationEssentials
import Routing
import Store

/// Slack's Web API as one bot in one channel.
struct SlackWebAPI {
    /// docs.slack.dev, "chat.postMessage" and "chat.update".
    enum Method: String {
        case postMessage = "chat.postMessage"
        case update = "chat.update"
    }

    let attempt: HTTPAttempt
    let bot: SlackBot
    let token: Secret
    let destination: Destination
    /// What follows from a verdict in the light of earlier ones about the same message.
    let weigh: @Sendable (HTTPVerdict) -> HTTPVerdict

    /// Calls a method once.
    ///
    /// - Parameters:
    ///   - method: What to do.
    ///   - arguments: Beside the channel.
    ///   - message: An object with `text` and perhaps `blocks` and `attachments`.
    ///   - now: For a Retry-After that is a date.
    /// - Returns: The outcome of the call alone, and what Slack said.
    func call(
        _ method: Method,
        _ arguments: [JSONValue.Member],
        _ message: JSONValue,
        now: Date
    ) async -> (outcome: Outcome, answer: SlackReply.Answer?) {
        let url: WebURL
        do {
            url = try WebURL("\(bot.api)/\(method.rawValue)")
        } catch {
            return (.unusable("the address in \"api\" \(error)"), nil)
        }
        guard case .object(let members) = message else {
            return (.unusable("the message to Slack is not a JSON object"), nil)
        }
        var answer: SlackReply.Answer?
        let outcome = await attempt.send(
            JSONValue.object(arguments + members).bytes,
            to: url,
            headers: [
                ("Authorization", "Bearer \(token.exposed)"), ("Content-Type", "application/json; charset=utf-8"),
            ],
            for: destination,
            redaction: Redaction(others: [token]),
            judge: { response in
                let read = SlackReply.answer(response, now: now)
                answer = read
                return weigh(read.verdict)
            }
        )
        return (outcome, answer)
    }
}
