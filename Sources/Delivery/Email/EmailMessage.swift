import Crypto
import Findings
package import FoundationEssentials
package import Routing
import Store
package import Triage

/// A notification as a mail: RFC 5322 header and RFC 2045 body as the bytes that follow SMTP's DATA.
///
/// A function of its arguments alone. Every byte is ASCII, lines end with CRLF, no line is longer than 998 characters and
/// none of ours is longer than 78 but those that hold an address of that length. Dot-stuffing is left to the transport.
package struct EmailMessage: Sendable, Hashable {
    package let bytes: [UInt8]

    /// Renders the notification.
    ///
    /// - Parameters:
    ///   - notification: What to say. `id` makes the Message-ID, so that a repeated attempt is the same message.
    ///   - destination: The name of the destination; it is shown, and threads are kept apart by it.
    ///   - sender: Stands in `From`; its domain stands in the Message-ID.
    ///   - recipient: Stands in `To`.
    ///   - now: The date of the message.
    ///   - console: Where people reach the console, if that is known.
    ///   - generator: Makes the boundary between the parts.
    package init(
        _ notification: Notification,
        destination: String,
        from sender: MailAddress,
        to recipient: MailAddress,
        now: Date,
        console: PublicAddress? = nil,
        using generator: inout some RandomNumberGenerator
    ) {
        let facts = MailFacts(notification, destination: destination, now: now, console: console)
        var headers = EmailMessage.envelope(notification, destination, sender, recipient, facts, now)
        var body: [UInt8] = []
        if notification.isMinimal {
            body = EmailMessage.part(facts.minimalText, type: "plain", headers: &headers)
        } else {
            let boundary = EmailMessage.boundary(using: &generator)
            headers.append(
                MailHeader("Content-Type", tokens: ["multipart/alternative;", "boundary=\"\(boundary)\""])
            )
            for (type, text) in [("plain", facts.plainText), ("html", facts.html)] {
                var partHeaders: [MailHeader] = []
                let encoded = EmailMessage.part(text, type: type, headers: &partHeaders)
                body += "--\(boundary)\r\n".utf8 + partHeaders.flatMap(\.bytes) + "\r\n".utf8 + encoded
            }
            body += "--\(boundary)--\r\n".utf8
        }
        bytes = headers.flatMap(\.bytes) + "\r\n".utf8 + body
    }

    /// The bytes as text: they are ASCII.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    private static func envelope(
        _ notification: Notification,
        _ destination: String,
        _ sender: MailAddress,
        _ recipient: MailAddress,
        _ facts: MailFacts,
        _ now: Date
    ) -> [MailHeader] {
        let thread = thread(notification.content.thread, at: destination)
        let root = "<thread-\(thread)@\(sender.domain)>"
        let id = notification.id.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return [
            MailHeader("Date", tokens: ["\(now.internetMessage) +0000"]),
            MailHeader("From", tokens: ["Noroshi", "<\(sender)>"]),
            MailHeader("To", tokens: [recipient.description]),
            MailHeader("Subject", text: facts.subject),
            MailHeader("Message-ID", tokens: ["<\(id)@\(sender.domain)>"]),
            MailHeader("In-Reply-To", tokens: [root]),
            MailHeader("References", tokens: [root]),
            // RFC 3834 §5 and [MS-OXCMAIL] §2.1.3.2.20: nobody's absence is to be told to an alert.
            MailHeader("Auto-Submitted", tokens: ["auto-generated"]),
            MailHeader("X-Auto-Response-Suppress", tokens: ["OOF,", "AutoReply"]),
            MailHeader("X-Noroshi-Severity", tokens: [facts.facts.severity.label]),
            MailHeader("X-Noroshi-Transition", tokens: [notification.content.transition.rawValue]),
            MailHeader("MIME-Version", tokens: ["1.0"]),
        ]
    }

    /// Every message of a conversation refers to one root that is never sent itself: clients make an empty one and hang the
    /// messages below it (Jamie Zawinski, "message threading", step 1).
    ///
    /// A hash, so that it is a message id whatever the name of the destination holds (RFC 5322 §3.6.4).
    private static func thread(_ conversation: String, at destination: String) -> String {
        let digest = SHA256.hash(data: Array("\(destination.utf8.count):\(destination)\(conversation)".utf8))
        return digest.prefix(16).hex
    }

    /// `=_` stands in neither quoted-printable nor base64 (RFC 2045 §6.7), so that no body can hold the boundary.
    private static func boundary(using generator: inout some RandomNumberGenerator) -> String {
        "=_" + (0..<32).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }.joined()
    }

    private static func part(_ text: String, type: String, headers: inout [MailHeader]) -> [UInt8] {
        let encoding = TransferEncoding(for: text)
        headers.append(MailHeader("Content-Type", tokens: ["text/\(type);", "charset=utf-8"]))
        headers.append(MailHeader("Content-Transfer-Encoding", tokens: [encoding.rawValue]))
        return encoding.encode(text)
    }
}
