import SlackReading

/// A message with everything that was done to it and said below it, as a channel shows it.
struct Conversation {
    var root: ReceivedMessage
    /// In order of arrival; the last one is what the channel shows.
    var updates: [ReceivedMessage] = []
    /// In order of arrival.
    var replies: [ReceivedMessage] = []

    /// What the channel shows; `nil` for anything but a message of Slack's Web API.
    var latest: SlackMessage? {
        guard case .slackCall(_, let call) = (updates.last ?? root).content else { return nil }
        return call.message
    }

    /// The number of the newest message in it.
    private var newest: Int { max(root.id, updates.last?.id ?? 0, replies.last?.id ?? 0) }

    /// Puts updates and replies to the messages they belong to; whatever was refused or stands alone is one of its own.
    ///
    /// - Parameter messages: In order of arrival.
    /// - Returns: The one with the newest message first.
    static func all(of messages: [ReceivedMessage]) -> [Conversation] {
        var conversations: [Conversation] = []
        var indices: [Int: Int] = [:]
        for message in messages {
            if case .slackCall(_, let call) = message.content, message.answer.isPositive, let root = call.root,
                let index = indices[root]
            {
                switch call.method {
                case .update: conversations[index].updates.append(message)
                case .postMessage: conversations[index].replies.append(message)
                }
                continue
            }
            indices[message.id] = conversations.count
            conversations.append(Conversation(root: message))
        }
        return conversations.sorted { $0.newest > $1.newest }
    }
}
