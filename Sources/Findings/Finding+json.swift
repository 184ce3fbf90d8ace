import FoundationEssentials

extension Finding {
    /// The finding as one JSON object, as `noroshi decode` prints it and the API shows it.
    ///
    /// The first fifteen keys are always there in this order, `null` when the source gives no value; dates are ISO 8601
    /// in UTC.
    package var json: JSONValue {
        .object([
            .init("key", .string(key.rawValue)),
            .init("source", .string(source)),
            .init("kind", .string(kind.rawValue)),
            .init("id", .string(id)),
            .init("title", .string(title)),
            .init("description", .string(description)),
            .init("severity", .string(severity.label)),
            .init("account", JSONValue(account)),
            .init("region", JSONValue(region)),
            .init("status", .string(status.rawValue)),
            .init("product", .string(product)),
            .init("resources", .array(resources.map(\.json))),
            .init("createdAt", JSONValue(createdAt?.iso8601)),
            .init("updatedAt", JSONValue(updatedAt?.iso8601)),
            .init("url", JSONValue(url)),
            .init("statusText", JSONValue(statusText)),
            .init("accountName", JSONValue(accountName)),
            .init("types", .array(types.map { .string($0) })),
            .init("controls", .array(controls.map { .string($0) })),
            .init("standards", .array(standards.map { .string($0) })),
            .init(
                "tags",
                .array(tags.map { .object([.init("key", .string($0.key)), .init("value", .string($0.value))]) })
            ),
            .init("firstSeenAt", JSONValue(firstSeenAt?.iso8601)),
            .init("lastSeenAt", JSONValue(lastSeenAt?.iso8601)),
            .init("occurredAt", JSONValue(occurredAt?.iso8601)),
            .init("startsAt", JSONValue(startsAt?.iso8601)),
            .init("endsAt", JSONValue(endsAt?.iso8601)),
            .init("count", count.map { .integer($0) } ?? .null),
            .init(
                "remediation",
                remediation.map {
                    .object([.init("text", JSONValue($0.text)), .init("url", JSONValue($0.url))])
                } ?? .null
            ),
            .init("actor", JSONValue(actor)),
            .init("sourceAddress", JSONValue(sourceAddress)),
            .init("log", log?.json ?? .null),
            .init("pages", pages?.json ?? .null),
        ])
    }
}

extension Resource {
    package var json: JSONValue {
        .object([.init("id", .string(id)), .init("type", JSONValue(type)), .init("region", JSONValue(region))])
    }
}
