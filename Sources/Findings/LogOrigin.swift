/// Where in CloudWatch Logs a record stood.
///
/// Source: CloudWatch Logs user guide, "Real-time processing of log data with subscriptions".
package struct LogOrigin: Sendable, Hashable, Codable {
    /// The account of the log group.
    package var owner: String?
    package var group: String?
    package var stream: String?
    /// What the subscription filter's pattern named, in the order received; the values as text.
    package var fields: [Tag]

    package init(owner: String? = nil, group: String? = nil, stream: String? = nil, fields: [Tag] = []) {
        self.owner = owner
        self.group = group
        self.stream = stream
        self.fields = fields
    }

    /// In the words of a subscription payload; what is not known is left out.
    package var json: JSONValue {
        .compact([
            "owner": owner.map { .string($0) },
            "logGroup": group.map { .string($0) },
            "logStream": stream.map { .string($0) },
            "extractedFields": fields.isEmpty
                ? nil : .object(fields.map { JSONValue.Member($0.key, .string($0.value)) }),
        ])
    }

    /// Reads ``json``, or a subscription payload itself.
    package init(_ json: JSON) {
        owner = json.text("owner")
        group = json.text("logGroup")
        stream = json.text("logStream")
        fields = (json["extractedFields"]?.members ?? []).compactMap { member in
            member.value.scalarText.map { Tag(key: member.key, value: $0) }
        }
    }

    /// `log group /aws/eks, stream kube, account 111122223333`.
    var words: String {
        [group.map { "log group \($0)" }, stream.map { "stream \($0)" }, owner.map { "account \($0)" }]
            .compactMap(\.self).joined(separator: ", ")
    }
}
