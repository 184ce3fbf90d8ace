import FoundationEssentials

/// A row that this program cannot read: written by a newer version, or damaged.
package struct StoredFormError: Error, Hashable, CustomStringConvertible {
    package var reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { "a stored row cannot be read: \(reason)" }
}

extension Date {
    /// The date as it is stored: seconds since 2001-01-01. No date that was taken in lies further away than the year 33658,
    /// so that nobody has to fear to make a whole number of one.
    package init(stored seconds: Double) throws(StoredFormError) {
        guard abs(seconds) <= 1e12 else { throw StoredFormError("\(seconds) is not a date") }
        self.init(timeIntervalSinceReferenceDate: seconds)
    }
}

/// The form in which findings are stored: compact JSON, dates as seconds since 2001-01-01, so that a date comes
/// back as the very same one.
extension Finding {
    package var storedForm: JSONValue {
        .compact([
            "key": .string(key.rawValue),
            "source": .string(source),
            "kind": .string(kind.rawValue),
            "id": .string(id),
            "title": .string(title),
            "description": description.isEmpty ? nil : .string(description),
            "severity": .integer(Int(severity.rawValue)),
            "account": account.map { .string($0) },
            "accountName": accountName.map { .string($0) },
            "region": region.map { .string($0) },
            "status": .string(status.rawValue),
            "statusText": statusText.map { .string($0) },
            "product": .string(product),
            "types": strings(types),
            "controls": strings(controls),
            "standards": strings(standards),
            "tags": tags.isEmpty ? nil : .array(tags.map { [.string($0.key), .string($0.value)] }),
            "resources": resources.isEmpty ? nil : .array(resources.map(\.storedForm)),
            "createdAt": createdAt.map { .double($0.timeIntervalSinceReferenceDate) },
            "updatedAt": updatedAt.map { .double($0.timeIntervalSinceReferenceDate) },
            "firstSeenAt": firstSeenAt.map { .double($0.timeIntervalSinceReferenceDate) },
            "lastSeenAt": lastSeenAt.map { .double($0.timeIntervalSinceReferenceDate) },
            "occurredAt": occurredAt.map { .double($0.timeIntervalSinceReferenceDate) },
            "startsAt": startsAt.map { .double($0.timeIntervalSinceReferenceDate) },
            "endsAt": endsAt.map { .double($0.timeIntervalSinceReferenceDate) },
            "url": url.map { .string($0) },
            "remediation": remediation.map { [JSONValue($0.text), JSONValue($0.url)] },
            "count": count.map { .integer($0) },
            "actor": actor.map { .string($0) },
            "sourceAddress": sourceAddress.map { .string($0) },
            "log": log?.json,
            "pages": pages.map { pages in
                [
                    .string(pages.communication), .integer(pages.total),
                    .array(pages.received.map { .integer($0) }),
                ]
            },
        ])
    }

    private func strings(_ strings: [String]) -> JSONValue? {
        strings.isEmpty ? nil : .array(strings.map { .string($0) })
    }
}

extension Pages {
    init?(storedForm json: JSON) {
        let parts = json.elements
        guard parts.count == 3, let communication = parts[0].string, let total = parts[1].integer else { return nil }
        self.init(communication: communication, received: parts[2].elements.compactMap(\.integer), total: total)
    }
}

extension Resource {
    fileprivate var storedForm: JSONValue { [.string(id), JSONValue(type), JSONValue(region)] }

    init(storedForm json: JSON) {
        let parts = json.elements.map(\.string)
        self.init(
            id: (parts.first ?? nil) ?? "",
            type: parts.count > 1 ? parts[1] : nil,
            region: parts.count > 2 ? parts[2] : nil
        )
    }
}
