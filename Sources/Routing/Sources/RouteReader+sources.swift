import Findings

private typealias Key = QueueSource.Key

/// Reading of the queues that are pulled.
extension RouteReader {
    /// The most sources of one document: each keeps a connection open all the time.
    static let mostSources = 64

    mutating func sources(_ node: Node?) -> [QueueSource] {
        guard let node, let entries = entries(of: node, "\"sources\"") else { return [] }
        guard entries.count <= RouteReader.mostSources else {
            error(node, "\"sources\" may have \(RouteReader.mostSources) members, found \(entries.count)")
            return []
        }
        var sources: [QueueSource] = []
        for entry in entries {
            _ = isName(entry.key, at: entry.node, offset: entry.keyOffset, "the name of a source")
            guard let source = source(entry) else { continue }
            if let other = sources.first(where: { $0.queue == source.queue }) {
                warning(
                    entry.node,
                    "the sources \(RouteReader.quoted(other.name)) and \(RouteReader.quoted(source.name)) pull one "
                        + "queue, so that each gets a part of its messages"
                )
            }
            sources.append(source)
        }
        return sources
    }

    private mutating func source(_ entry: Entry) -> QueueSource? {
        guard
            let fields = fields(
                of: entry.node,
                "a source",
                keys: Key.allCases.map(\.rawValue),
                required: [Key.type.rawValue, Key.queue.rawValue]
            )
        else { return nil }
        _ = word(fields[Key.type], "\"type\"", among: [QueueSource.type])
        let description = string(fields[Key.description], "\"description\"")
        let queue = queue(fields[Key.queue])
        let role = role(fields[Key.role], queue)
        let externalID = externalID(fields)
        let endpoint = endpoint(fields[Key.endpoint])
        let pollers = integer(fields[Key.pollers], "\"pollers\"", in: QueueSource.pollerRange)
        if let node = fields[Key.pollers], let pollers, pollers > 1, queue?.isFIFO == true {
            warning(node, "a FIFO queue is pulled by one poller, so that its messages stay in order")
        }
        guard let queue else { return nil }
        return QueueSource(
            name: entry.key,
            description: description,
            queue: queue,
            role: role,
            externalID: externalID,
            endpoint: endpoint,
            pollers: pollers ?? QueueSource.defaultPollers
        )
    }

    private mutating func queue(_ node: Node?) -> QueueURL? {
        let expected = "the URL of an SQS queue"
        guard let node, let text = string(node, "\"queue\"", expected: expected) else { return nil }
        do {
            return try QueueURL(text)
        } catch let fault {
            error(
                node,
                "\"queue\" must be \(expected) such as https://sqs.eu-west-1.amazonaws.com/111122223333/findings; "
                    + "\(RouteReader.quoted(text)) \(fault)"
            )
            return nil
        }
    }

    /// `arn:partition:iam::account:role/path/name` (IAM user guide, "IAM identifiers").
    private mutating func role(_ node: Node?, _ queue: QueueURL?) -> String? {
        let expected = "the ARN of a role such as arn:aws:iam::111122223333:role/noroshi"
        guard let node, let text = string(node, "\"role\"", expected: expected) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isGood =
            parts.count == 6 && parts[0] == "arn" && Partition(rawValue: String(parts[1])) != nil && parts[2] == "iam"
            && parts[3].isEmpty && parts[4].utf8.count == 12
            && parts[4].utf8.allSatisfy { (0x30...0x39).contains($0) }
            && parts[5].hasPrefix("role/") && parts[5].utf8.count > 5 && text.utf8.count <= 2048
            && parts[5].utf8.allSatisfy { MailAddress.isLetterOrDigit($0) || "/_+=,.@-".utf8.contains($0) }
        guard isGood else {
            error(node, "\"role\" must be \(expected), found \(RouteReader.quoted(text))")
            return nil
        }
        if let queue, parts[1] != queue.partition.rawValue {
            error(
                node,
                "the role is in the partition \(parts[1]) and the queue in \(queue.partition.rawValue): no role of one "
                    + "partition may read a queue of another"
            )
            return nil
        }
        return text
    }

    /// 2 to 1224 of `[\w+=,.@:\/-]` (STS API reference, AssumeRole, `ExternalId`).
    private mutating func externalID(_ fields: Fields) -> String? {
        guard let node = fields[Key.externalId], let text = string(node, "\"externalId\"") else { return nil }
        guard (2...1224).contains(text.utf8.count),
            text.utf8.allSatisfy({ MailAddress.isLetterOrDigit($0) || "_+=,.@:/-".utf8.contains($0) })
        else {
            error(node, "\"externalId\" must be 2 to 1224 letters, digits and _ + = , . @ : / -")
            return nil
        }
        guard fields[Key.role] != nil else {
            error(node, "\"externalId\" is what a role asks for: it needs \"role\" beside it")
            return nil
        }
        return text
    }

    private mutating func endpoint(_ node: Node?) -> String? {
        let expected = "a URL such as https://vpce-0a1b.sqs.eu-west-1.vpce.amazonaws.com"
        guard let node, let text = string(node, "\"endpoint\"", expected: expected) else { return nil }
        guard let (isTLS, host) = RouteReader.origin(text) else {
            error(
                node,
                "\"endpoint\" must be \(expected): http or https, a host, perhaps a port, and nothing behind it; "
                    + "found \(RouteReader.quoted(text))"
            )
            return nil
        }
        let loopback = ["localhost", "127.0.0.1", "[::1]"]
        if isTLS == false, loopback.contains(host) == false {
            warning(node, "the endpoint is asked without TLS: findings cross the network for everybody to read")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// What an URL without a path leads to.
    private static func origin(_ text: String) -> (isTLS: Bool, host: String)? {
        let isTLS = text.hasPrefix("https://")
        guard isTLS || text.hasPrefix("http://") else { return nil }
        var rest = text.dropFirst(isTLS ? 8 : 7)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var host = rest
        if let colon = rest.lastIndex(of: ":"), rest[colon...].contains("]") == false {
            guard let port = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(port) else { return nil }
            host = rest[..<colon]
        }
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
        guard HostText.isHost(String(name)), name.contains(":") == host.hasPrefix("[") else { return nil }
        return (isTLS, String(host))
    }
}
