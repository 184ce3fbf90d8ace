extension BodyWalk {
    /// The records that Lambda hands over for SNS and SQS, and those of a CloudTrail log file.
    mutating func records(_ records: JSON, _ surroundings: Surroundings) {
        var inner = surroundings
        inner.depth += 1
        let elements = records.elements
        if elements.isEmpty { return nothing("an empty list of records") }
        for record in elements {
            if isFull { return }
            if let sns = record["Sns"] {
                guard let envelope = SNSEnvelope(sns) else {
                    unreadable("a record\(record.location) whose Sns is not an SNS message", record.bytes)
                    continue
                }
                self.sns(envelope, inner)
            } else {
                value(record, inner)
            }
        }
    }
}
