import Findings

extension RouteReader {
    static let largestFile = 16 << 20

    /// Reads the whole document; `nil` when there is nothing to go on with.
    mutating func read() -> (document: RouteDocument, root: JSON)? {
        guard bytes.count <= RouteReader.largestFile else {
            note(.error, at: 0, "", "the file is larger than 16 MiB")
            return nil
        }
        let root: Node
        do throws(JSONSyntaxError) {
            root = Node(json: try JSONDocument.parse(bytes), pointer: "")
        } catch {
            note(.error, at: error.offset, "", "not valid JSON: \(error.reason)")
            return nil
        }
        return document(root).map { ($0, root.json) }
    }

    private mutating func document(_ root: Node) -> RouteDocument? {
        let keys = [
            "$schema", "version", "description", "accounts", "destinations", "email", "rules", "fallback",
            "severities", "snsTopics", "sources", "windows", "mergeStandards", "expectations",
        ]
        guard
            let fields = fields(of: root, "the document", keys: keys, required: ["version", "destinations", "rules"])
        else { return nil }
        _ = string(fields["$schema"], "\"$schema\"")
        _ = string(fields["description"], "\"description\"")
        version(fields["version"])
        var document = RouteDocument()
        document.accounts = accounts(fields["accounts"])
        let windows = windows(fields["windows"])
        document.windows = windows.compactMap(\.window)
        document.mergeStandards = bool(fields["mergeStandards"], "\"mergeStandards\"") ?? true
        let shared = SharedSettings(email: sharedEmail(fields["email"]))
        let destinations = destinations(fields["destinations"], shared, windows)
        document.destinations = destinations.compactMap(\.destination)
        let names = Names(
            destinations: destinations.map(\.name),
            groups: fields["accounts"]?.json.members.map(\.key) ?? [],
            windows: windows
        )
        destinationFallbacks(destinations)
        let rules = rules(fields["rules"], names)
        document.rules = rules.map(\.rule)
        document.fallback = fallback(fields["fallback"], names)
        document.expectations = expectations(
            fields["expectations"],
            names,
            rules: fields["rules"]?.elements ?? [],
            fallback: fields["fallback"]
        )
        document.severities = severities(fields["severities"])
        document.snsTopics = topics(fields["snsTopics"])
        document.sources = sources(fields["sources"])
        lint(document, fields, destinations, rules, windows)
        return document
    }

    /// The names that the rest of the document may use.
    struct Names {
        let destinations: [String]
        let groups: [String]
        let windows: [NamedWindow]
        /// For conditions that were checked before, whatever groups have gone since.
        var takesAnyGroup = false
        private let destinationSet: Set<String>
        private let groupSet: Set<String>

        init(destinations: [String], groups: [String], windows: [NamedWindow] = []) {
            self.destinations = destinations
            self.groups = groups
            self.windows = windows
            destinationSet = Set(destinations)
            groupSet = Set(groups)
        }

        func hasDestination(_ name: String) -> Bool { destinationSet.contains(name) }
        func hasGroup(_ name: String) -> Bool { takesAnyGroup || groupSet.contains(name) }
    }

    private mutating func version(_ node: Node?) {
        guard let node, node.json.integer != 1 else { return }
        error(node, "\"version\" must be 1, found \(RouteReader.found(node.json))")
    }

    private mutating func severities(_ node: Node?) -> SeverityDefaults {
        guard let node, let entries = entries(of: node, "\"severities\"") else { return .documented }
        var values: [SeverityDefaults.Name: Severity] = [:]
        let names = SeverityDefaults.Name.allCases.map(\.rawValue)
        for entry in entries {
            guard let name = SeverityDefaults.Name(rawValue: entry.key) else {
                note(
                    .error,
                    at: entry.keyOffset,
                    entry.node.pointer,
                    "\"severities\" has no key \(RouteReader.quoted(entry.key)); its keys are "
                        + names.joined(separator: ", "),
                    suggestion: nearest(entry.key, among: names)
                )
                continue
            }
            values[name] = severityLabel(entry.node, "\"\(entry.key)\"")
        }
        return SeverityDefaults(values: values)
    }

    mutating func severityLabel(_ node: Node, _ what: String) -> Severity? {
        let labels = Severity.allCases.map(\.label)
        guard let text = string(node, what, expected: RouteReader.oneOf(labels)) else { return nil }
        guard let severity = Severity(label: text) else {
            unknownWord(node, text, what, labels)
            return nil
        }
        return severity
    }

    /// Topic ARNs: `arn:partition:sns:region:account:name` (Amazon SNS developer guide, "Topic ARN").
    private mutating func topics(_ node: Node?) -> [String] {
        let elements = list(node, "\"snsTopics\"", of: "SNS topic ARNs") ?? []
        return elements.compactMap { element in
            guard let text = string(element, "each of \"snsTopics\"", expected: "an SNS topic ARN") else { return nil }
            let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            let isGood =
                parts.count == 6 && parts[0].elementsEqual("arn".utf8) && parts[1].starts(with: "aws".utf8)
                && parts[2].elementsEqual("sns".utf8)
                && parts[1].allSatisfy(isLowerDigitOrHyphen) && parts[3].allSatisfy(isLowerDigitOrHyphen)
                && parts[3].isEmpty == false
                && parts[4].count == 12 && parts[4].allSatisfy { (0x30...0x39).contains($0) }
                && parts[5].isEmpty == false
                && parts[5].allSatisfy { MailAddress.isLetterOrDigit($0) || "-_.".utf8.contains($0) }
            guard isGood else {
                error(
                    element,
                    "each of \"snsTopics\" must be an SNS topic ARN such as "
                        + "arn:aws:sns:us-east-1:111122223333:findings, found \(RouteReader.quoted(text))"
                )
                return nil
            }
            return text
        }
    }

    private func isLowerDigitOrHyphen(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
}
