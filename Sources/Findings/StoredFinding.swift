import FoundationEssentials

/// Where the members of a finding's stored form stand in its text.
///
/// Findings are read back once for each message: no dictionary is made of their thirty members, and they are looked for in
/// the order in which they were written.
private struct StoredFinding {
    /// In the order in which ``Finding/storedForm`` writes them.
    enum Member: Int, CaseIterable {
        case key, source, kind, id, title, description, severity, account, accountName, region, status, statusText,
            product
        case types, controls, standards, tags, resources
        case createdAt, updatedAt, firstSeenAt, lastSeenAt, occurredAt, startsAt, endsAt
        case url, remediation, count, actor, sourceAddress, log, pages
    }

    private static let names = Member.allCases.map { Array("\($0)".utf8) }

    private let document: JSONDocument
    /// The node of each member's value, by the member's number; 0, which is the object itself, where there is none.
    private var places = [Int](repeating: 0, count: Member.allCases.count)

    init(_ json: JSON) {
        document = json.document
        guard json.kind == .object else { return }
        let nodes = document.nodes
        var child = json.index + 1
        let end = Int(nodes[json.index].next)
        var next = 0
        while child < end {
            if let member = member(named: nodes[child], lookingFrom: next) {
                // The last of duplicate keys wins.
                places[member] = child + 1
                next = member + 1
            }
            child = Int(nodes[child + 1].next)
        }
    }

    /// The number of the member with this name, `nil` for one that this version does not know.
    private func member(named key: JSONDocument.Node, lookingFrom next: Int) -> Int? {
        let names = StoredFinding.names
        let written = key.isEscaped ? Array(document.decodedString(key).utf8)[...] : document.content(key)
        for step in names.indices {
            let member = next + step < names.count ? next + step : next + step - names.count
            if names[member].count == written.count, names[member].elementsEqual(written) { return member }
        }
        return nil
    }

    subscript(_ member: Member) -> JSON? {
        let place = places[member.rawValue]
        return place == 0 ? nil : JSON(document: document, index: place)
    }

    func string(_ member: Member) -> String? { self[member]?.string }

    func needed(_ member: Member) throws(StoredFormError) -> String {
        guard let string = string(member) else { throw StoredFormError("the finding has no `\(member)`") }
        return string
    }

    func strings(_ member: Member) -> [String] { self[member]?.elements.compactMap(\.string) ?? [] }

    func date(_ member: Member) throws(StoredFormError) -> Date? {
        guard let seconds = self[member]?.double else { return nil }
        return try Date(stored: seconds)
    }
}

extension Finding {
    /// How much is read of a stored finding.
    package enum StoredPart: Sendable {
        case whole
        /// What rules look at and what tells people which finding it is: no description, remediation, link, log, count, parts
        /// of a page, and no date.
        case decided
    }

    /// Reads ``storedForm`` back.
    ///
    /// - Parameters:
    ///   - json: The stored form.
    ///   - part: How much of it is wanted; the rest is as in a finding that has none of it.
    /// - Throws: ``StoredFormError`` when a member that every finding has is missing, or of a later version.
    package init(storedForm json: JSON, reading part: StoredPart = .whole) throws(StoredFormError) {
        let stored = StoredFinding(json)
        guard let kind = FindingKind(rawValue: try stored.needed(.kind)),
            let status = FindingStatus(rawValue: try stored.needed(.status)),
            let level = stored[.severity]?.integer.flatMap(UInt8.init(exactly:)),
            let severity = Severity(rawValue: level)
        else { throw StoredFormError("the finding's kind, status or severity is of a later version") }
        let pairs = (stored[.tags]?.elements ?? []).map { $0.elements.map { $0.string ?? "" } }
        self.init(
            key: FindingKey(try stored.needed(.key)),
            source: try stored.needed(.source),
            kind: kind,
            id: try stored.needed(.id),
            title: try stored.needed(.title),
            severity: severity,
            account: stored.string(.account),
            accountName: stored.string(.accountName),
            region: stored.string(.region),
            status: status,
            statusText: stored.string(.statusText),
            product: try stored.needed(.product),
            types: stored.strings(.types),
            controls: stored.strings(.controls),
            standards: stored.strings(.standards),
            tags: pairs.filter { $0.count == 2 }.map { Tag(key: $0[0], value: $0[1]) },
            resources: (stored[.resources]?.elements ?? []).map { Resource(storedForm: $0) },
            actor: stored.string(.actor),
            sourceAddress: stored.string(.sourceAddress)
        )
        guard part == .whole else { return }
        description = stored.string(.description) ?? ""
        createdAt = try stored.date(.createdAt)
        updatedAt = try stored.date(.updatedAt)
        firstSeenAt = try stored.date(.firstSeenAt)
        lastSeenAt = try stored.date(.lastSeenAt)
        occurredAt = try stored.date(.occurredAt)
        startsAt = try stored.date(.startsAt)
        endsAt = try stored.date(.endsAt)
        url = stored.string(.url)
        let link = stored[.remediation].map { $0.elements.map(\.string) }
        remediation = link.flatMap { $0.count == 2 ? Remediation(text: $0[0], url: $0[1]) : nil }
        count = stored[.count]?.integer
        log = stored[.log].map { LogOrigin($0) }
        pages = stored[.pages].flatMap { Pages(storedForm: $0) }
    }
}
