import FoundationEssentials

extension BodyWalk {
    /// Opens one object: whichever envelope or format its keys show.
    mutating func object(_ json: JSON, _ surroundings: Surroundings) {
        guard surroundings.depth < BodyWalk.maximumEnvelopes else {
            return unreadable("more than \(BodyWalk.maximumEnvelopes) envelopes inside one another", json.bytes)
        }
        if let envelope = EventEnvelope(json) { return event(envelope, received: json, surroundings) }
        if let envelope = SNSEnvelope(json) { return sns(envelope, surroundings) }
        if let records = json["Records"], records.kind == .array { return self.records(records, surroundings) }
        if let records = json["records"], records.kind == .array, json["requestId"] ?? json["invocationId"] != nil {
            return firehose(json, records, surroundings)
        }
        if let events = json["logEvents"], events.kind == .array { return logs(json, events, surroundings) }
        if let data = json["awslogs"]?.text("data") { return encoded(data, json, surroundings) }
        if json["specversion"] != nil, json["type"] != nil { return cloudEvent(json, surroundings) }
        if let list = json["Findings"] ?? json["findings"], list.kind == .array { return findings(list, surroundings) }
        if let body = json["body"]?.string, let id = json.text("messageId") {
            return sqs(json, body: body, id: id, surroundings)
        }
        if let format = EventFormat(recognising: json) {
            if format == .notice, let data = json["kinesis"]?.text("data") { return kinesis(json, data, surroundings) }
            return bare(json, format, surroundings)
        }
        if let data = json.text(FirehoseHead.data),
            json[FirehoseHead.sourceARN] ?? json[FirehoseHead.commonAttributes] != nil
        {
            return encoded(data, json, FirehoseOrigin(json).standingIn(surroundings))
        }
        if json.text("Event") == "s3:TestEvent" { return nothing("an S3 test of a notification") }
        if let message = surroundings.message { return messageObject(json, message) }
        unreadable(BodyWalk.unrecognised(json), json.bytes)
    }

    private static func unrecognised(_ json: JSON) -> String {
        let keys = json.members.prefix(5).map(\.key).joined(separator: ", ")
        let found = keys.isEmpty ? "an empty object" : "an object with the keys \(keys.prefix(200))"
        return "\(found)\(json.location) is neither an event nor a finding: expected an EventBridge event (detail-type "
            + "and detail), an SNS message (Type and Message), or a finding as a source writes it"
    }

    /// The elements of `{"Findings":[…]}`.
    private mutating func findings(_ list: JSON, _ surroundings: Surroundings) {
        var inner = surroundings
        inner.depth += 1
        value(list, inner)
        if list.elements.isEmpty { nothing("an empty list of findings") }
    }

    /// An EventBridge event, received as it is or put together from an envelope of another kind.
    ///
    /// `severity` is what the envelope says of an event that has no reader of its own.
    mutating func event(
        _ envelope: EventEnvelope,
        received: JSON?,
        _ surroundings: Surroundings,
        severity: Severity? = nil
    ) {
        var envelope = envelope
        envelope.account = envelope.account ?? surroundings.account
        envelope.region = envelope.region ?? surroundings.region
        let key = envelope.id.map { "eventbridge:\($0)" }
        guard let list = BodyWalk.findings(of: envelope) else {
            let format =
                envelope.detailType.flatMap(EventFormat.init(detailType:))
                ?? EventFormat(recognising: envelope.detail)
            var finding = format?.finding(envelope, defaults) ?? UnknownEvent.finding(envelope)
            if let severity, finding.severity == .unknown { finding.severity = severity }
            return append(observation(finding, envelope, received: received, index: nil), key: key)
        }
        var observations: [Observation] = []
        for (index, element) in list.elements.enumerated() {
            if isFull { break }
            var inner = envelope
            inner.detail = element
            let format = EventFormat(recognising: element) ?? .securityHub
            guard let finding = format.finding(inner, defaults) else {
                unreadable("element \(index) of detail.findings\(element.location) is not a finding", element.bytes)
                continue
            }
            guard claim() else { break }
            observations.append(observation(finding, envelope, received: received, index: index))
        }
        guard observations.isEmpty == false else { return }
        items.append(.event(Event(redeliveryKey: key, observations: observations)))
    }

    /// The list of findings in an event's detail: Security Hub's own whatever is in it, any other only when a finding is.
    private static func findings(of envelope: EventEnvelope) -> JSON? {
        guard let list = envelope.detail["findings"], list.kind == .array else { return nil }
        let elements = list.elements
        let detailType = envelope.detailType ?? ""
        let isSecurityHubs = detailType.hasPrefix("Security Hub Findings") || detailType == "Findings Imported V2"
        let isList =
            isSecurityHubs ? elements.isEmpty == false : elements.contains { EventFormat(recognising: $0) != nil }
        return isList ? list : nil
    }

    private func observation(
        _ finding: Finding,
        _ envelope: EventEnvelope,
        received: JSON?,
        index: Int?
    ) -> Observation {
        if let received { return Observation(finding: finding, event: received, findingIndex: index) }
        var observation = Observation(
            finding: finding,
            equivalent: EquivalentEvent(envelope: envelope, isListed: false)
        )
        observation.findingIndex = index
        return observation
    }

    mutating func append(_ observation: Observation, key: String?) {
        guard claim() else { return }
        items.append(.event(Event(redeliveryKey: key, observations: [observation])))
    }

    /// A finding or a detail that came without an envelope.
    private mutating func bare(_ json: JSON, _ format: EventFormat, _ surroundings: Surroundings) {
        var envelope = EventEnvelope(
            account: surroundings.account,
            region: surroundings.region,
            time: surroundings.message?.time,
            detail: json
        )
        // An alarm tells topics of its own Region alone, and may say its own only in words for people.
        if format == .alarm, let topic = surroundings.message?.origin.flatMap(ARN.init), topic.service == "sns" {
            envelope.region = envelope.region ?? topic.region
        }
        guard let finding = format.finding(envelope, defaults) else {
            let found = "\(json.kindName)\(json.location)"
            return unreadable("\(found) lacks both the id and the title of a finding", json.bytes)
        }
        envelope.detailType = format.detailType(of: json)
        envelope.source = finding.source
        envelope.account = finding.account
        envelope.region = finding.region
        envelope.time = finding.updatedAt ?? finding.createdAt ?? envelope.time
        envelope.resources = format.isListed ? [finding.id] : finding.resources.map(\.id)
        append(
            Observation(
                finding: finding,
                equivalent: EquivalentEvent(envelope: envelope, isListed: format.isListed)
            ),
            // Falco's alerts have an id of their own for being sent again, which is not that of a problem.
            key: format == .falco ? json.text("uuid").map { "falco:\($0)" } : nil
        )
    }
}
