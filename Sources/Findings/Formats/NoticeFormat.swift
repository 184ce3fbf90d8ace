/// Notices that services put into `Records` for queues, topics and Lambda: S3's of its objects, and those of other sources.
///
/// Sources: S3 user guide, "Event message structure" and "EventBridge event message structure"; Lambda developer guide,
/// the records of each event source. They have `eventVersion`, `eventName` and `eventSource` like a CloudTrail record, but
/// their `eventSource` begins with `aws:`.
enum NoticeFormat {
    static func recognises(_ json: JSON) -> Bool {
        guard let source = json.text("eventSource"), source.hasPrefix("aws:") else {
            return json["bucket"]?.text("name") != nil && json["object"]?.text("key") != nil
        }
        // Of a message without a text nothing is left to tell.
        return source != "aws:sqs" && source != "aws:sns"
    }

    static func finding(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        if let bucket = json["s3"]?["bucket"]?.text("name"), let key = json["s3"]?["object"]?.text("key") {
            // Of a key that is not encoded as it should be, what came is better than nothing.
            let key = key.percentDecoded(plusIsSpace: true) ?? key
            return object(envelope, bucket: bucket, key: key, json["s3"]?["object"])
        }
        if let bucket = json["bucket"]?.text("name"), let key = json["object"]?.text("key") {
            return object(envelope, bucket: bucket, key: key, json["object"])
        }
        return record(envelope)
    }

    static func detailType(of json: JSON) -> String { json.text("eventName") ?? "Notice" }

    /// An S3 object that came, went or changed: only a pointer to what people may want to be told of.
    private static func object(_ envelope: EventEnvelope, bucket: String, key: String, _ object: JSON?) -> Finding {
        let json = envelope.detail
        let what = json.text("eventName") ?? envelope.detailType ?? "Object changed"
        let region = json.text("awsRegion") ?? envelope.region
        let time = SourceDate.read(json["eventTime"]) ?? envelope.time
        let arn = "arn:\(Partition(region: region ?? "").rawValue):s3:::\(bucket)"
        let version = object?.text("sequencer") ?? object?.text("versionId") ?? object?.text("version-id") ?? ""
        return Finding(
            key: FindingKey(bounding: "s3/\(bucket)/\(key)/\(what)/\(version)"),
            source: envelope.source ?? "aws.s3",
            kind: .event,
            id: "s3://\(bucket)/\(key)",
            title: "\(what): s3://\(bucket)/\(key)",
            description: """
                This notice is only a pointer to the object: what stands in it was not read. To be told of records in it, \
                send the records themselves, by EventBridge, CloudWatch Logs or Firehose.
                """,
            severity: .informational,
            account: envelope.account ?? loggedAccount(key),
            region: region,
            product: "S3",
            types: [what],
            resources: [
                Resource(id: "\(arn)/\(key)", type: "AWS::S3::Object", region: region),
                Resource(id: arn, type: "AWS::S3::Bucket", region: region),
            ],
            createdAt: time,
            updatedAt: time,
            occurredAt: time,
            actor: json["userIdentity"]?.text("principalId") ?? json.text("requester"),
            sourceAddress: json["requestParameters"]?.text("sourceIPAddress") ?? json.text("source-ip-address")
        )
    }

    /// A record of another source: mail of SES, changes of a table.
    private static func record(_ envelope: EventEnvelope) -> Finding? {
        let json = envelope.detail
        guard let source = json.text("eventSource"), source.hasPrefix("aws:") else { return nil }
        let mail = json["ses"]?["mail"]
        var described = envelope
        described.id = json.text("eventID") ?? mail?.text("messageId") ?? envelope.id
        described.source = "aws.\(source.dropFirst(4))"
        described.detailType = mail == nil ? json.text("eventName") ?? "Record" : "Mail received"
        described.region = json.text("awsRegion") ?? envelope.region
        described.resources = json.text("eventSourceARN").map { [$0] } ?? mail?["destination"]?.texts ?? []
        described.account = json.text("eventSourceARN").flatMap { ARN($0)?.account } ?? envelope.account
        described.time = SourceDate.read(mail?["timestamp"]) ?? envelope.time
        var finding = UnknownEvent.finding(described)
        // The ids of streams' records are unique within their stream.
        if json.text("eventID") != nil, let stream = json.text("eventSourceARN") {
            finding.key = FindingKey(bounding: "\(finding.key)/\(stream)", former: finding.key)
        }
        if let subject = mail?["commonHeaders"]?.text("subject") { finding.title = "Mail received: \(subject)" }
        if let sender = mail?.text("source") { finding.actor = sender }
        return finding
    }

    /// The account whose logs the object holds, where the key says it: `AWSLogs/o-…/111122223333/…`.
    private static func loggedAccount(_ key: String) -> String? {
        let parts = key.split(separator: "/")
        guard let logs = parts.firstIndex(of: "AWSLogs") else { return nil }
        let account = parts[(logs + 1)...].prefix(2).first { $0.utf8.count == 12 && $0.utf8.allSatisfy(isDigit) }
        return account.map(String.init)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
