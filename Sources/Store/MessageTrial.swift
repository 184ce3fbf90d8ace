package import FoundationEssentials
package import Routing
package import Triage

/// What a destination gets, outside of its queue: shown before anything is sent, or sent once to see whether it arrives.
package protocol MessageTrial: Sendable {
    /// The message as the destination's type writes it. No secret is read for it.
    ///
    /// - Parameters:
    ///   - notification: What to say.
    ///   - destination: For whom, as configured.
    ///   - now: For ages shown in the message.
    /// - Returns: The message, and what it holds for people.
    func rendered(_ notification: Notification, for destination: Destination, now: Date) -> RenderedMessage

    /// Makes one attempt that no lane, queue or total knows of.
    ///
    /// - Parameters:
    ///   - notification: What to say.
    ///   - destination: Where to.
    ///   - now: For ages and signatures.
    /// - Returns: What became of it, without secrets.
    func attempt(_ notification: Notification, to destination: Destination, now: Date) async -> Attempt
}

/// A message in the form that leaves the service.
package enum RenderedMessage: Sendable, Hashable {
    /// JSON for an incoming webhook of Slack's form, or the message part of a call of its Web API.
    case slack([UInt8])
    /// JSON for a generic webhook.
    case webhook([UInt8])
    case mail(Mail)

    /// A mail before it is encoded.
    package struct Mail: Sendable, Hashable {
        package var from: String
        package var to: String
        package var subject: String
        package var text: String
        /// `nil` for a mail of plain text alone.
        package var html: String?
        /// Bytes of the whole message, headers included.
        package var size: Int

        package init(from: String, to: String, subject: String, text: String, html: String?, size: Int) {
            self.from = from
            self.to = to
            self.subject = subject
            self.text = text
            self.html = html
            self.size = size
        }
    }
}
