import FoundationEssentials

extension BodyWalk {
    mutating func sns(_ envelope: SNSEnvelope, _ surroundings: Surroundings) {
        guard envelope.type == .notification else {
            return nothing("an SNS \(envelope.type.rawValue) of topic \(envelope.topicARN)")
        }
        var inner = surroundings
        inner.message = Message(
            source: "aws.sns",
            id: envelope.messageID,
            subject: envelope.subject.flatMap { $0.isEmpty ? nil : $0 },
            origin: envelope.topicARN.isEmpty ? nil : envelope.topicARN,
            time: SourceDate.read(envelope.timestamp)
        )
        let start = items.count
        text(envelope.message, inner)
        fillRedeliveryKeys(from: start, with: "sns:\(envelope.messageID)")
    }

    /// An SQS message, as Lambda hands it over.
    mutating func sqs(_ record: JSON, body: String, id: String, _ surroundings: Surroundings) {
        guard body.utf8.contains(where: { $0 > 0x20 }) else {
            return nothing("an SQS message without a body")
        }
        var inner = surroundings
        inner.message = Message(
            source: "aws.sqs",
            id: id,
            subject: nil,
            origin: record.text("eventSourceARN"),
            time: record["attributes"]?.text("SentTimestamp").flatMap(Double.init).flatMap(SourceDate.read)
        )
        let start = items.count
        text(body, inner)
        fillRedeliveryKeys(from: start, with: "sqs:\(id)")
    }

    /// A record of a Kinesis stream, as Lambda hands it over: its data is an item.
    mutating func kinesis(_ record: JSON, _ data: String, _ surroundings: Surroundings) {
        var inner = surroundings
        inner.depth += 1
        let stream = record.text("eventSourceARN").flatMap(ARN.init)
        inner.account = stream?.account ?? surroundings.account
        inner.region = record.text("awsRegion") ?? stream?.region ?? surroundings.region
        let start = items.count
        encoded(data, record, inner)
        if let id = record.text("eventID") { fillRedeliveryKeys(from: start, with: "kinesis:\(id)") }
    }

    /// Words that came as a message, e.g. of AWS Budgets: the subject is the title, or else the first line.
    ///
    /// They name no account: that of the topic or queue need not be the one with the problem.
    mutating func messageText(_ text: String, _ message: Message) {
        guard
            let line = text.split(whereSeparator: \.isNewline).first(where: { $0.contains { $0.isWhitespace == false } }
            )
        else { return nothing("a message without words") }
        let finding = Finding(
            key: FindingKey("\(message.source.dropFirst(4)):\(message.id)"),
            source: message.source,
            kind: .text,
            id: message.id,
            title: message.subject ?? String(line.prefix(256)),
            description: text,
            product: message.product,
            resources: message.origin.map { [Resource(id: $0)] } ?? [],
            createdAt: message.time,
            updatedAt: message.time,
            occurredAt: message.time
        )
        let detail: JSON
        do {
            detail = try JSONDocument.parse(
                JSONValue.compact(["subject": message.subject.map { .string($0) }, "message": .string(text)]).bytes
            )
        } catch {
            return unreadable("a text that cannot be written as JSON: \(error)", Array(text.utf8)[...])
        }
        append(message, finding, detailType: "Message", detail: detail)
    }

    /// JSON that came as a message and is neither an event nor a finding, e.g. an Auto Scaling notice.
    mutating func messageObject(_ json: JSON, _ message: Message) {
        let envelope = EventEnvelope(
            id: message.id,
            detailType: message.subject ?? "Message",
            source: message.source,
            account: (json["AccountId"] ?? json["awsAccountId"] ?? json["accountId"])?.scalarText,
            time: message.time,
            detail: json
        )
        var finding = UnknownEvent.finding(envelope)
        finding.key = FindingKey("\(message.source.dropFirst(4)):\(message.id)")
        finding.title = message.subject ?? "\(message.product) message of \(message.originName)"
        append(message, finding, detailType: message.subject ?? "Message", detail: json)
    }

    private mutating func append(_ message: Message, _ finding: Finding, detailType: String, detail: JSON) {
        let envelope = EventEnvelope(
            id: message.id,
            detailType: detailType,
            source: message.source,
            account: finding.account,
            region: finding.region,
            time: message.time,
            resources: message.origin.map { [$0] } ?? [],
            detail: detail
        )
        append(
            Observation(finding: finding, equivalent: EquivalentEvent(envelope: envelope, isListed: false)),
            key: nil
        )
    }
}
