package import Findings
import FoundationEssentials

extension ReceivedMessage {
    /// The message as `/messages` shows it.
    ///
    /// Every one has `id`, `receivedAt` (RFC 3339, UTC), `kind`, `status` (the code answered, `null` when the connection
    /// was cut), `answer` and perhaps `reason`. Slack and webhook posts add `path`, `headers` and `body`, calls of
    /// the Web API also `method`, `channel`, `ts` and `threadTs`; mails add
    /// `client`, `user`, `sender`, `recipients`, `subject`, `from`, `to`, `headers`, `text`, `html`, `raw`, `defects`.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .integer(id)),
            .init(
                "receivedAt",
                .string(receivedAt.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ),
            .init("kind", .string(kind)),
            .init("status", answer.code.map { .integer($0) } ?? .null),
            .init("answer", .string(answer.text)),
        ]
        if let reason = answer.reason { members.append(.init("reason", .string(reason))) }
        if case .slackCall(_, let call) = content {
            members += [
                .init("method", .string(call.method.rawValue)), .init("channel", .string(call.channel)),
                .init("ts", JSONValue(call.timestamp)), .init("threadTs", JSONValue(call.thread)),
            ]
        }
        switch content {
        case .slack(let post, _), .slackCall(let post, _), .webhook(let post):
            members += [
                .init("path", .string(post.path)), .init("headers", Self.json(post.headers)),
                .init("body", .string(String(decoding: post.body, as: UTF8.self))),
            ]
        case .mail(let envelope, let mail):
            members += [
                .init("client", .string(envelope.client)), .init("user", JSONValue(envelope.user)),
                .init("sender", .string(envelope.sender)),
                .init("recipients", .array(envelope.recipients.map { .string($0) })),
                .init("subject", JSONValue(mail.subject)), .init("from", JSONValue(mail.from)),
                .init("to", JSONValue(mail.to)), .init("headers", Self.json(mail.headers)),
                .init("text", JSONValue(mail.text)), .init("html", JSONValue(mail.html)),
                .init("raw", .string(String(decoding: mail.raw, as: UTF8.self))),
                .init("defects", .array(mail.defects.map { .string($0) })),
            ]
        case .refusedCommand(let refused):
            members += [
                .init("stage", .string(refused.stage.rawValue)), .init("command", .string(refused.command)),
            ]
        }
        return .object(members)
    }

    /// Pairs, since a name may stand more than once.
    private static func json(_ headers: [HTTPPost.Header]) -> JSONValue {
        .array(headers.map { .array([.string($0.name), .string($0.value)]) })
    }
}
