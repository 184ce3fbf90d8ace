import FoundationEssentials

/// The EventBridge event that would have carried a finding which came without one, for patterns to be matched against.
struct EquivalentEvent: Sendable {
    var envelope: EventEnvelope
    /// Whether the detail is one element of `detail.findings`, as in Security Hub's events, or the detail itself.
    var isListed: Bool
    /// The log that it stood in; EventBridge would not say it, and patterns may ask for it.
    var log: LogOrigin?

    /// The event; the bare detail in the case that cannot happen, a value that was read and does not parse.
    var event: JSON {
        var out: [UInt8] = []
        out.reserveCapacity(envelope.detail.bytes.count + 512)
        out.append(contentsOf: #"{"version":"0""#.utf8)
        func add(_ key: StaticString, _ value: JSONValue) {
            out.append(contentsOf: #",""#.utf8)
            key.withUTF8Buffer { out.append(contentsOf: $0) }
            out.append(contentsOf: #"":"#.utf8)
            value.write(to: &out)
        }
        if let id = envelope.id { add("id", .string(id)) }
        if let detailType = envelope.detailType { add("detail-type", .string(detailType)) }
        if let source = envelope.source { add("source", .string(source)) }
        if let account = envelope.account { add("account", .string(account)) }
        if let time = envelope.time { add("time", .string(time.iso8601)) }
        if let region = envelope.region { add("region", .string(region)) }
        if let log { add("log", log.json) }
        add("resources", .array(envelope.resources.map { .string($0) }))
        out.append(contentsOf: (isListed ? #","detail":{"findings":["# : #","detail":"#).utf8)
        out.append(contentsOf: envelope.detail.bytes)
        out.append(contentsOf: (isListed ? "]}}" : "}").utf8)
        do {
            return try JSONDocument.parse(out, maximumDepth: 256)
        } catch {
            return envelope.detail
        }
    }
}
