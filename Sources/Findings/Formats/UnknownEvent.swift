/// A well-formed event of a kind that has no reader of its own: it can be routed and seen all the same.
enum UnknownEvent {
    static func finding(_ envelope: EventEnvelope) -> Finding {
        let detail = envelope.detail
        let source = envelope.source ?? "unknown"
        let detailType = envelope.detailType ?? "Event"
        let time = envelope.time
        return Finding(
            key: key(envelope),
            source: source,
            kind: .event,
            id: envelope.id ?? key(envelope).rawValue,
            title: envelope.source.map { "\(detailType) (\($0))" } ?? detailType,
            description: description(detail),
            account: envelope.account,
            region: envelope.region,
            product: source,
            resources: envelope.resources.map(Resource.init(named:)),
            createdAt: time,
            updatedAt: time,
            occurredAt: time
        )
    }

    /// Each event is a problem of its own: nothing in it says which earlier one it continues.
    private static func key(_ envelope: EventEnvelope) -> FindingKey {
        if let id = envelope.id { return FindingKey(bounding: "event/\(id)") }
        let parts: [String?] = [
            envelope.source, envelope.detailType, envelope.account, envelope.region, envelope.resources.first,
            envelope.time?.iso8601,
        ]
        return FindingKey(bounding: "event/" + parts.map { $0 ?? "" }.joined(separator: "/"), envelope.detail.bytes)
    }

    /// The sentence that events commonly carry, or the detail itself while it is short enough to be read.
    private static func description(_ detail: JSON) -> String {
        for key in ["message", "Message", "description", "Description", "msg_text", "StatusMessage", "Cause", "reason"]
        {
            if let text = detail.text(key) { return text }
        }
        let isShort = detail.bytes.count <= 4096 && detail.kind == .object && detail.bytes.count > 2
        return isShort ? detail.text : ""
    }
}
