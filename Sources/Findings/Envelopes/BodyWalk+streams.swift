import FoundationEssentials

extension BodyWalk {
    /// A request to a Firehose HTTP endpoint, or the input of a Firehose transformation Lambda.
    ///
    /// Source: Data Firehose developer guide, "HTTP endpoint delivery request and response specifications".
    mutating func firehose(_ json: JSON, _ records: JSON, _ surroundings: Surroundings) {
        let id = json.text("requestId") ?? json.text("invocationId") ?? requestID ?? ""
        if surroundings.depth == 0 { firehoseRequestID = id }
        var inner = surroundings
        inner.depth += 1
        for (index, record) in records.elements.enumerated() {
            if isFull { return }
            let start = items.count
            guard let data = record["data"]?.string else {
                unreadable("record \(index) of the Firehose request has no data", record.bytes)
                continue
            }
            encoded(data, record, inner)
            fillRedeliveryKeys(from: start, with: "firehose:\(id)/\(index)")
        }
    }

    /// Base64 text that holds an item, compressed or not.
    mutating func encoded(_ data: String, _ holder: JSON, _ surroundings: Surroundings) {
        guard let bytes = Base64.decode(data) else {
            return unreadable("data\(holder.place) that is not Base64", holder.bytes)
        }
        guard bytes.contains(where: { $0 > 0x20 }) else {
            return nothing("an empty record")
        }
        self.bytes(bytes, surroundings)
    }

    mutating func compressed(_ bytes: [UInt8], _ surroundings: Surroundings) {
        // What JSON is sent shrinks 5 to 50 times; a bomb shrinks 1,000 times.
        let limit = min(inflatable, max(1 << 20, bytes.count * 256))
        do {
            let expanded = try Gzip.expand(bytes, limit: limit)
            inflatable -= expanded.count
            self.bytes(expanded, surroundings)
        } catch {
            unreadable(error.description, bytes[...])
        }
    }

    /// A CloudWatch Logs subscription payload: every log event's message is an item.
    ///
    /// Source: CloudWatch Logs user guide, "Real-time processing of log data with subscriptions".
    mutating func logs(_ json: JSON, _ events: JSON, _ surroundings: Surroundings) {
        guard json.text("messageType") != "CONTROL_MESSAGE" else {
            return nothing("a CloudWatch Logs control message")
        }
        var inner = surroundings
        inner.depth += 1
        for event in events.elements {
            if isFull { return }
            guard let message = event["message"]?.string else {
                unreadable("a log event\(event.place) without a message", event.bytes)
                continue
            }
            let start = items.count
            text(message, inner)
            if let id = event.text("id") { fillRedeliveryKeys(from: start, with: "logs:\(id)") }
        }
        if events.elements.isEmpty { nothing("a CloudWatch Logs payload without log events") }
    }

    /// A CloudEvent in structured mode: its data is an item, or the detail of an event that its attributes describe.
    ///
    /// Source: CloudEvents 1.0.2, JSON format; EventBridge user guide, "Sending CloudEvents events to API destinations".
    mutating func cloudEvent(_ json: JSON, _ surroundings: Surroundings) {
        var inner = surroundings
        inner.depth += 1
        let source = json.text("source")
        let id = json.text("id")
        let start = items.count
        defer {
            if let id { fillRedeliveryKeys(from: start, with: "cloudevent:\(source ?? "")/\(id)") }
        }
        if let encoded = json.text("data_base64") { return self.encoded(encoded, json, inner) }
        let data = json["data"] ?? json
        if let text = data.string { return self.text(text, inner) }
        if data.kind == .object, isEnvelope(data) { return value(data, inner) }
        if data.kind == .array { return value(data, inner) }
        event(
            EventEnvelope(
                detailType: json.text("type"),
                source: source,
                account: json["account"]?.scalarText,
                region: json.text("region"),
                time: SourceDate.read(json["time"]),
                resources: json.text("subject").map { [$0] } ?? [],
                detail: data
            ),
            received: nil
        )
    }

    /// Whether a CloudEvent's data says by itself what it is, envelope included.
    private func isEnvelope(_ data: JSON) -> Bool {
        EventEnvelope(data) != nil || SNSEnvelope(data) != nil || data["Records"]?.kind == .array
            || data["records"]?.kind == .array || data["Findings"]?.kind == .array || data["specversion"] != nil
    }
}
