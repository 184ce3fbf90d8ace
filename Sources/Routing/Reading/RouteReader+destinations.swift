import Findings

private typealias Key = Destination.Key

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

    /// What the document gives for all destinations of a type.
    struct SharedSettings {
        var email = EmailPart()
    }

    mutating func destinations(
        _ node: Node?,
        _ shared: SharedSettings,
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
                destination: destination(entry, shared, windows)
            )
        }
    }

    private mutating func destination(
        _ entry: Entry,
        _ shared: SharedSettings,
        _ windows: [NamedWindow]
    ) -> Destination? {
        guard entry.node.json.kind == .object else {
            error(entry.node, "a destination must be an object, found \(RouteReader.found(entry.node.json))")
            return nil
        }
        let words = TransportType.all.map(\.word)
        guard let written = entry.node.json["type"] else {
            error(entry.node, "a destination needs the key \"type\": \(RouteReader.oneOf(words))")
            return nil
        }
        guard let word = word(entry.node.child("type", written), "\"type\"", among: words),
            let type = TransportType.all.first(where: { $0.word == word }),
            let fields = fields(
                of: entry.node,
                type.subject,
                keys: Destination.commonKeys + type.keys,
                required: type.required
            )
        else { return nil }
        _ = string(fields[Key.fallback], "\"fallback\"", expected: "the name of a destination")
        let description = string(fields[Key.description], "\"description\"")
        let rate = rate(fields[Key.rate], "\"rate\"")
        let concurrency = integer(fields[Key.concurrency], "\"concurrency\"", in: 1...64)
        let timeout = duration(fields[Key.timeout], "\"timeout\"", in: .milliseconds(100) ... .seconds(600))
        let retryFor = duration(fields[Key.retryFor], "\"retryFor\"", in: .seconds(1) ... .seconds(30 * 86_400))
        let allowPrivate = privateAccess(fields[Key.allowPrivate])
        let mutes = mutes(fields[Key.mute], windows)
        let digest = digest(fields[Key.digest])
        guard let transport = type.read(&self, fields, shared) else { return nil }
        return Destination(
            name: entry.key,
            description: description,
            transport: transport,
            fallback: fields[Key.fallback]?.json.string,
            rate: rate,
            concurrency: concurrency,
            timeout: timeout,
            retryFor: retryFor ?? Destination.defaultRetryFor,
            allowPrivate: allowPrivate,
            mutes: mutes,
            digest: digest
        )
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
        var checked: Set<String> = []
        for destination in destinations {
            var path: [String] = []
            var starts: [String: Int] = [:]
            var at: String? = destination.name
            while let name = at, checked.contains(name) == false {
                if let start = starts[name] {
                    let shown = path[start...].prefix(8).map(RouteReader.quoted)
                    let rest = path.count - start > 8 ? ["…"] : []
                    let circle = (shown + rest + [RouteReader.quoted(name)]).joined(separator: " → ")
                    let first = destinations.first { $0.name == name }
                    error(first?.fallback ?? destination.node, "the fallbacks go round in a circle: \(circle)")
                    break
                }
                starts[name] = path.count
                path.append(name)
                at = next[name]
            }
            checked.formUnion(path)
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
