/// A bot of a Slack workspace: it can change what it posted and reply to it, which an incoming webhook cannot.
package struct SlackBot: Sendable, Hashable {
    /// A bot token with the scope `chat:write`.
    package var token: SecretReference
    /// The id of the channel, e.g. `C0123ABCD`; of a user for a direct message.
    package var channel: String
    /// Where the methods of the Web API are, without a slash at the end.
    package var api: String

    /// Slack's own Web API.
    package static let slack = "https://slack.com/api"

    package init(token: SecretReference, channel: String, api: String = SlackBot.slack) {
        self.token = token
        self.channel = channel
        self.api = api
    }

    /// Whether the text can be the id of a channel, a group, a direct message or a user.
    static func isChannel(_ text: String) -> Bool { text.wholeMatch(of: #/[CDGU][A-Z0-9]{2,30}/#) != nil }

    /// Whether the text can be a Web API: an https address, or an http address of this machine, since the token crosses it.
    static func isAPI(_ text: String) -> Bool {
        text.wholeMatch(
            of:
                #/(https:\/\/[A-Za-z0-9._\[\]:-]+|http:\/\/(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?)(\/[A-Za-z0-9._~%\/-]*)?/#
        ) != nil
    }
}
