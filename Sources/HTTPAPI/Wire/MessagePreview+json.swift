import Findings
import FoundationEssentials
import Operations
import Routing
import Store

extension MessagePreview {
    var json: JSONValue {
        let body: JSONValue
        var mail = JSONValue.null
        let size: Int
        switch message {
        case .slack(let bytes), .webhook(let bytes):
            body = .string(String(decoding: bytes, as: UTF8.self))
            size = bytes.count
        case .mail(let rendered):
            body = .null
            mail = [
                "from": .string(rendered.from),
                "to": .string(rendered.to),
                "subject": .string(rendered.subject),
                "text": .string(rendered.text),
                "html": JSONValue(rendered.html),
            ]
            size = rendered.size
        }
        return [
            "destination": .string(destination.name),
            "type": .string(destination.transport.type.word),
            "form": .string(form.rawValue),
            "findings": .array(findings.map { .string($0.id) }),
            "body": body,
            "mail": mail,
            "size": .integer(size),
        ]
    }
}

extension MessageTest {
    var json: JSONValue {
        [
            "destination": .string(destination),
            "delivered": .bool(isDelivered),
            "attempts": .array(
                attempts.map { recipient, attempt in
                    [
                        "recipient": JSONValue(recipient),
                        "verdict": .string(attempt.verdict.rawValue),
                        "status": attempt.status.map { .integer($0) } ?? .null,
                        "errorClass": JSONValue(attempt.errorClass),
                        "detail": JSONValue(attempt.detail),
                        "seconds": .double(attempt.finishedAt.timeIntervalSince(attempt.startedAt)),
                    ]
                }
            ),
        ]
    }
}
