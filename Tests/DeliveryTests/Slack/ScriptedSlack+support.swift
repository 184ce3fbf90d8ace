import CurlClient
import Delivery
import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Triage

/// A bot in a channel of a scripted Web API.
struct ScriptedSlack {
    private static let shared = Result { try HTTPReceiver() }

    let client = HTTPClient()
    let receiver: HTTPReceiver
    let key: String
    let destination: Destination
    let secrets = SecretSource(variables: ["TOKEN": "xoxb-canary-token-1"])

    /// The key names the channel, and no two tests share one; for the answers see `http_receiver.py`.
    init(_ key: String, answers: String = "ok", mentions: [Severity: String] = [:]) throws {
        receiver = try ScriptedSlack.shared.get()
        self.key = key
        let bot = SlackBot(
            token: .environment("TOKEN"),
            channel: "C0123ABCD",
            api: receiver.url("slack/\(key)/\(answers)")
        )
        destination = Destination(
            name: "secops",
            transport: .slack(SlackSettings(bot: bot, mentions: mentions)),
            timeout: .seconds(60),
            allowPrivate: .all
        )
    }

    var notifier: Notifiers { Notifiers(http: client, secrets: secrets) }

    func deliver(_ notification: Notification, posted: Notification.Posted? = nil) async -> Outcome {
        var notification = notification
        notification.posted = posted
        return await notifier.deliver(notification, to: destination, now: .sample)
    }

    /// The calls as they arrived, or the one of a number: method and arguments.
    func calls(at index: Int? = nil) async throws -> [(method: String, arguments: JSON)] {
        let url = try WebURL(receiver.url("_requests", key: key + (index.map { "&at=\($0)" } ?? "")))
        let exchange = await client.perform(HTTPRequest(method: "GET", url: url, addresses: .any))
        return try HTTPReceiver.received(try exchange.result.get().body).map { request in
            (String(request.path.split(separator: "/").last ?? ""), try JSONDocument.parse(request.body))
        }
    }

    func methods() async throws -> [String] { try await calls().map(\.method) }
}
