import FoundationEssentials

extension BodyWalk {
    /// A request to a Firehose HTTP endpoint, or the input of a Firehose transformation Lambda.
    ///
    /// Source: Data Firehose developer guide, "HTTP endpoint delivery request and response specifications".
    mutating func firehose(_ json: JSON, _ records: JSON, _ surroundings: Surroundings) {
        let id = json.text("requestId") ?? json.text("invocationId") ?? requestID ?? ""
        // Or the first thing in a body that is compressed as a whole.
        if surroundings.depth == 0 || surroundings.message == nil && items.isEmpty { firehoseRequestID = id }
        var inner = FirehoseOrigin(json).standingIn(surroundings)
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
            return unreadable("data\(holder.location) that is not Base64", holder.bytes)
        }
        guard bytes.contains(where: { $0 > 0x20 }) else {
            return nothing("an empty record")
        }
        self.bytes(bytes, surroundings)
    }

    /// Reads a text that is Base64 of compressed data, as Cloud Custodian sends its messages; false, and nothing done,
    /// when it is none.
    mutating func packed(_ text: [UInt8], _ surroundings: Surroundings) -> Bool {
        // What gzip data and the four usual headers of zlib data become in Base64.
        let beginnings = ["H4sI", "eJ", "eN", "eA", "eF"]
        guard text.count > 16, beginnings.contains(where: { text.starts(with: $0.utf8) }),
            let bytes = Base64.decode(String(decoding: text, as: UTF8.self)), Gzip.isCompressed(bytes)
        else { return false }
        compressed(bytes, surroundings)
        return true
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
        let log = LogOrigin(json)
        for event in events.elements {
            if isFull { return }
            var origin = log
            let own = LogOrigin(event)
            // A filter with a pattern names the fields of each event beside it.
            if own.fields.isEmpty == false { origin.fields = own.fields }
            var inner = origin.standingIn(surroundings)
            inner.depth += 1
            guard let message = event["message"]?.string else {
                unreadable("a log event\(event.location) without a message", event.bytes)
                continue
            }
            let start = items.count
            text(message, inner)
            fillLog(from: start, with: origin)
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
            received: nil,
            inner,
            severity: (json["priority"] ?? json["severity"])?.scalarText.flatMap(Severity.init(priority:))
        )
    }

    /// Says of everything since `start` in which log it stood; what is unreadable says it with its reason.
    private mutating func fillLog(from start: Int, with log: LogOrigin) {
        for index in start..<items.count {
            switch items[index] {
            case .event(var event):
                for place in event.observations.indices { event.observations[place].stood(in: log) }
                items[index] = .event(event)
            case .unreadable(var unreadable):
                let words = log.words
                if words.isEmpty == false { unreadable.reason += " (\(words))" }
                items[index] = .unreadable(unreadable)
            case .nothing: break
            }
        }
    }

    /// Whether a CloudEvent's data says by itself what it is, envelope included.
    private func isEnvelope(_ data: JSON) -> Bool {
        EventEnvelope(data) != nil || SNSEnvelope(data) != nil || data["Records"]?.kind == .array
            || data["records"]?.kind == .array || data["Findings"]?.kind == .array || data["specversion"] != nil
    }
}
