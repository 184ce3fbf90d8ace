import Findings

extension RouteReader {
    /// A destination as written; `destination` is `nil` when it cannot be used.
    struct NamedDestination {
        var name: String
        var keyOffset: Int
        var node: Node
        /// The value of its `fallback`.
        var fallback: Node?
        var destination: Destination?
    }

    mutating func destinations(
        _ node: Node?,
        _ email: EmailPart,
        _ windows: [NamedWindow]
    ) -> [NamedDestination] {
        guard let node, let entries = entries(of: node, "\"destinations\"") else { return [] }
        return entries.map { entry in
            _ = isName(entry.key, at: entry.node, offset: entry.keyOffset, "the name of a destination")
            return NamedDestination(
                name: entry.key,
                keyOffset: entry.keyOffset,
                node: entry.node,
                fallback: entry.node.json["fallback"].map { entry.node.child("fallback", $0) },
                destination: destination(entry, email, windows)
            )
        }
    }

    private enum TransportType: String, CaseIterable {
        case slack, email, webhook

        var keys: [String] {
            switch self {
            case .slack: ["url", "dialect", "mentions", "token", "channel", "api"]
            case .email: ["to", "cc"] + RouteReader.emailKeys
            case .webhook: ["url", "secret", "headers"]
            }
        }

        var required: [String] {
            switch self {
            // Either a URL or a bot: see `slack`.
            case .slack: []
            case .webhook: ["url"]
            case .email: ["to"]
            }
        }

        var what: String {
            switch self {
            case .slack: "a slack destination"
            case .email: "an email destination"
            case .webhook: "a webhook destination"
            }
        }
    }

    private static let destinationKeys = [
        "type", "description", "fallback", "rate", "concurrency", "timeout", "retryFor", "allowPrivate", "mute",
        "digest",
    ]

    private mutating func destination(
        _ entry: Entry,
        _ email: EmailPart,
        _ windows: [NamedWindow]
    ) -> Destination? {
        guard entry.node.json.kind == .object else {
            error(entry.node, "a destination must be an object, found \(RouteReader.found(entry.node.json))")
            return nil
        }
        guard let written = entry.node.json["type"] else {
            error(entry.node, "a destination needs the key \"type\": slack, email or webhook")
            return nil
        }
        guard let type = word(entry.node.child("type", written), "\"type\"", TransportType.self),
            let fields = fields(
                of: entry.node,
                type.what,
                keys: RouteReader.destinationKeys + type.keys,
                required: type.required
            )
        else { return nil }
        _ = string(fields["fallback"], "\"fallback\"", expected: "the name of a destination")
        let description = string(fields["description"], "\"description\"")
        let rate = rate(fields["rate"], "\"rate\"")
        let concurrency = integer(fields["concurrency"], "\"concurrency\"", in: 1...64)
        let timeout = duration(fields["timeout"], "\"timeout\"", in: .milliseconds(100) ... .seconds(600))
        let retryFor = duration(fields["retryFor"], "\"retryFor\"", in: .seconds(1) ... .seconds(30 * 86_400))
        let allowPrivate = privateAccess(fields["allowPrivate"])
        let mutes = mutes(fields["mute"], windows)
        let digest = digest(fields["digest"])
        let transport: Destination.Transport? =
            switch type {
            case .slack: slack(fields)
            case .email: emailDestination(fields, email)
            case .webhook: webhook(fields)
            }
        guard let transport else { return nil }
        return Destination(
            name: entry.key,
            description: description,
            transport: transport,
            fallback: fields["fallback"]?.json.string,
            rate: rate,
            concurrency: concurrency,
            timeout: timeout,
            retryFor: retryFor ?? .seconds(24 * 3600),
            allowPrivate: allowPrivate,
            mutes: mutes,
            digest: digest
        )
    }

    mutating func mentionSeverity(_ entry: Entry) -> Severity? {
        if let severity = Severity(label: entry.key) { return severity }
        let labels = Severity.allCases.map(\.label)
        note(
            .error,
            at: entry.keyOffset,
            entry.node.pointer,
            "the keys of \"mentions\" must be \(RouteReader.oneOf(labels)), found \(RouteReader.quoted(entry.key))",
            suggestion: nearest(entry.key, among: labels)
        )
        return nil
    }

    private mutating func webhook(_ fields: Fields) -> Destination.Transport? {
        let url = secret(fields["url"], "\"url\"")
        let secret = secret(fields["secret"], "\"secret\"")
        let headers = fields["headers"].map { self.headers($0) } ?? []
        return url.map { .webhook(WebhookSettings(url: $0, secret: secret, headers: headers)) }
    }

    /// Reads `allowPrivate`: true, false, or a list of hosts and CIDR blocks.
    private mutating func privateAccess(_ node: Node?) -> PrivateAccess {
        guard let node else { return .none }
        if let all = node.json.bool { return all ? .all : .none }
        guard node.json.kind == .array, node.elements.isEmpty == false else {
            error(
                node,
                "\"allowPrivate\" must be true, false or a list of hosts and CIDR blocks, "
                    + "found \(RouteReader.found(node.json))"
            )
            return .none
        }
        return .only(
            node.elements.compactMap { element in
                guard let text = string(element, "each of \"allowPrivate\"", expected: "a host or CIDR block") else {
                    return nil
                }
                guard HostText.isHost(text) || CIDRBlock(text) != nil else {
                    error(
                        element,
                        "each of \"allowPrivate\" must be a host, an address or a CIDR block such as 10.0.0.0/8, "
                            + "found \(RouteReader.quoted(text))"
                    )
                    return nil
                }
                return text
            }
        )
    }

    /// Checks that every destination's fallback exists and that none leads back to where it began.
    mutating func destinationFallbacks(_ destinations: [NamedDestination]) {
        let names = destinations.map(\.name)
        let known = Set(names)
        var next: [String: String] = [:]
        for destination in destinations {
            guard let node = destination.fallback, let target = node.json.string, target.isEmpty == false else {
                continue
            }
            if known.contains(target) {
                next[destination.name] = target
            } else {
                unknownDestination(target, node, names)
            }
        }
        var settled: Set<String> = []
        for destination in destinations {
            var path: [String] = []
            var places: [String: Int] = [:]
            var at: String? = destination.name
            while let name = at, settled.contains(name) == false {
                if let start = places[name] {
                    let shown = path[start...].prefix(8).map(RouteReader.quoted)
                    let rest = path.count - start > 8 ? ["…"] : []
                    let circle = (shown + rest + [RouteReader.quoted(name)]).joined(separator: " → ")
                    let first = destinations.first { $0.name == name }
                    error(first?.fallback ?? destination.node, "the fallbacks go round in a circle: \(circle)")
                    break
                }
                places[name] = path.count
                path.append(name)
                at = next[name]
            }
            settled.formUnion(path)
        }
    }

    mutating func unknownDestination(_ name: String, _ node: Node, _ names: [String]) {
        let suggestion = nearest(name, among: names)
        let known = suggestion == nil && names.isEmpty == false ? "; there are \(RouteReader.some(names))" : ""
        error(node, "there is no destination \(RouteReader.quoted(name))\(known)", suggestion: suggestion)
    }

    /// A few of the names, for an error message.
    static func some(_ names: [String]) -> String {
        let shown = names.prefix(8).map { RouteReader.quoted($0) }.joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }
}
