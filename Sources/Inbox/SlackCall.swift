import Findings
package import SlackReading

/// A call of Slack's Web API that posts or changes a message (docs.slack.dev, "chat.postMessage", "chat.update").
package struct SlackCall: Sendable, Hashable {
    package var method: Method
    package var channel: String
    /// Of the message that was posted or changed, which it names within its channel; `nil` for one that was refused.
    package var timestamp: String?
    /// Of the message that it replies to.
    package var thread: String?
    /// Whether a reply is shown in the channel too.
    package var isBroadcast: Bool
    /// The number under which the inbox keeps the message that it changes or replies to.
    package var root: Int?
    /// `nil` when it was refused unread.
    package var message: SlackMessage?

    package enum Method: String, Sendable, Hashable {
        case postMessage = "chat.postMessage"
        case update = "chat.update"

        /// The method of a path, wherever the Web API stands.
        init?(path: String) {
            let segments = path.prefix { $0 != "?" }.split(separator: "/")
            guard segments.first == "api", let last = segments.last else { return nil }
            self.init(rawValue: String(last))
        }
    }

    /// What the body asks for; one that cannot be read asks for nothing, which is found out later.
    init(_ method: Method, _ body: [UInt8]) {
        let json: JSON?
        do { json = try JSONDocument.parse(body) } catch { json = nil }
        self.method = method
        channel = json?["channel"]?.string ?? ""
        timestamp = json?["ts"]?.string
        thread = json?["thread_ts"]?.string
        isBroadcast = json?["reply_broadcast"]?.bool ?? false
    }

    /// What it does, for people: `posted`, `reply to #3`, `update of #3`.
    var deed: String {
        switch (method, root) {
        case (.update, let root?): "update of #\(root)"
        case (.postMessage, let root?): isBroadcast ? "reply to #\(root), also in the channel" : "reply to #\(root)"
        case (.postMessage, nil): "posted"
        case (.update, nil): "update"
        }
    }
}
