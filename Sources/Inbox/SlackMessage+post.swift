import Findings
package import SlackReading

extension SlackMessage {
    /// Reads the body of a post to an incoming webhook and holds it to Slack's limits.
    ///
    /// - Parameters:
    ///   - body: JSON, or the form field `payload` with JSON in it.
    ///   - isForm: True when the content type is `application/x-www-form-urlencoded`.
    /// - Returns: The message.
    /// - Throws: What Slack answers, with the first broken rule.
    package static func read(_ body: [UInt8], isForm: Bool) throws(SlackRefusal) -> SlackMessage {
        try read(isForm ? formPayload(body) : body)
    }

    private static func formPayload(_ body: [UInt8]) -> [UInt8] {
        for pair in body.split(separator: UInt8(ascii: "&")) where pair.starts(with: Array("payload=".utf8)) {
            return pair.dropFirst(8).percentDecoded(plusIsSpace: true)
        }
        return []
    }
}
