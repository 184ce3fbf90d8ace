import Findings

/// Names of products, sources, kinds, statuses, controls, standards and resource types that nothing is known to have.
extension RouteLint {
    /// Checks one word of a field.
    ///
    /// - Parameters:
    ///   - field: Its field.
    ///   - word: The word, `!` and `*` included.
    ///   - when: The condition it stands in.
    ///   - pointer: Where it stands.
    mutating func checkName(_ field: Condition.Field, _ word: JSON, in when: JSON, _ pointer: String) {
        guard let written = word.string else { return }
        let isExcluding = written.hasPrefix("!")
        let text = isExcluding ? String(written.dropFirst()) : written
        let sought = SoughtName(text, field)
        switch field {
        case .product:
            // An event of no kind of its own has its source for a product.
            guard sought.isAmong(KnownProducts.names) == false, sought.isAmong(KnownSources.names) == false else {
                return
            }
            let nearest = sought.nearest(KnownProducts.names)
            let advice = nearest == nil ? "; a product of another vendor is written as its findings name it" : ""
            unknown("product", text, word, pointer, "is not a known product\(advice)", nearest)
        case .source: checkSource(sought, word, pointer)
        case .status:
            guard sought.isAmong(KnownStatuses.own + KnownStatuses.sources) else {
                let nearest = sought.nearest(KnownStatuses.own + KnownStatuses.sources)
                let said =
                    nearest == nil
                    ? "is not a known status: every finding is ACTIVE, ACKNOWLEDGED or RESOLVED" : nil
                return unknown("status", text, word, pointer, said ?? "is not a known status", nearest)
            }
            if isExcluding == false { checkPartialStatus(sought, word, in: when, pointer) }
        case .control: checkControl(text, word, pointer)
        case .standard: checkStandard(sought, word, pointer)
        case .resourceType:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard sought.isAmong(KnownResources.names) == false else { return }
            if parts.count >= 5, parts[0] == "AWS", parts[1].isEmpty {
                // Config and OCSF know more types of this form than can be listed; only what is nearly one is told.
                guard let nearest = KnownResources.nearestOfConfig(text) else { return }
                return unknown("resource-type", text, word, pointer, "is not a known resource type", nearest)
            }
            let nearest = sought.nearest(KnownResources.names)
            let advice = nearest == nil ? "; a type of another vendor is written as its findings name it" : ""
            unknown("resource-type", text, word, pointer, "is not a known resource type\(advice)", nearest)
        case .tag: checkTag(word, pointer)
        case .sourceAddress: checkAddress(word, pointer)
        default: return
        }
    }

    private mutating func unknown(
        _ code: String,
        _ text: String,
        _ word: JSON,
        _ pointer: String,
        _ said: String,
        _ suggestion: String?
    ) {
        add(
            .word("unknown-\(code)"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) \(said)",
            suggestion: suggestion
        )
    }

    private mutating func checkSource(_ sought: SoughtName, _ word: JSON, _ pointer: String) {
        guard sought.isAmong(KnownSources.names) == false else { return }
        let text = sought.text
        let isPartner = text.hasPrefix("aws.partner/")
        let isCustom = text.contains(".") && text.lowercased().hasPrefix("aws.") == false
        let candidates = KnownSources.findings + KnownSources.names
        let isLower = SoughtName(text.lowercased(), .source).isAmong(candidates)
        let nearest =
            isLower
            ? text.lowercased()
            : isPartner ? nil : sought.nearest(candidates) ?? SoughtName("aws.\(text)", .source).nearest(candidates)
        // A source of one's own may have any name; one letter away from that of AWS it is more likely a mistake.
        if isPartner || (isCustom && (nearest.map { sought.isClose(to: $0) } ?? false) == false) { return }
        let advice = nearest == nil ? "; sources of AWS begin with aws., as in aws.securityhub" : ""
        unknown("source", text, word, pointer, "is not a known event source\(advice)", nearest)
    }

    /// `NEW` is what Security Hub says; nothing that comes from elsewhere ever is.
    private mutating func checkPartialStatus(_ sought: SoughtName, _ word: JSON, in when: JSON, _ pointer: String) {
        guard let partial = KnownStatuses.partial.first(where: { sought.isAmong([$0.word]) }),
            sought.text.contains("*") == false
        else { return }
        func words(_ key: String) -> [String] {
            guard let value = when[key] else { return [] }
            return (value.kind == .string ? [value] : value.elements).compactMap(\.string)
        }
        // Beside one of our own words it is harmless.
        if words("status").contains(where: { SoughtName($0, .status).isAmong(["ACTIVE"]) }) { return }
        let isMeant =
            words("source").contains { SoughtName($0, .source).isAmong(partial.sources) }
            || words("product").contains { SoughtName($0, .product).isAmong(partial.products) }
        guard isMeant == false else { return }
        add(
            .word("partial-status"),
            .warning,
            at: word,
            pointer,
            "only \(partial.said) have the status \(EscapedText.quoted(sought.text)), and no finding of another source does",
            suggestion: "ACTIVE"
        )
    }

    private mutating func checkStandard(_ sought: SoughtName, _ word: JSON, _ pointer: String) {
        let names = KnownStandards.names.map(\.name)
        let text = sought.text
        // With its version it is right whatever that is; AWS adds some every year.
        let base = text.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? text
        if text.contains("/v/"), SoughtName(base, .standard).isAmong(names) { return }
        if text.contains("*"), names.contains(where: { sought.accepts("\($0)/v/1.0.0") }) { return }
        let short = KnownStandards.names.first { SoughtName(base, .standard).isAmong([$0.name] + $0.others) }?.name
        guard let nearest = short ?? SoughtName(base, .standard).nearest(names) else {
            let advice = "; a standard of another vendor is written as its findings name it"
            return unknown("standard", text, word, pointer, "is not a known standard\(advice)", nil)
        }
        let version = text.dropFirst(base.count)
        let tail = version.hasPrefix("/v/") ? String(version) : "/*"
        unknown(
            "standard",
            text,
            word,
            pointer,
            "is not a known standard; their names end with a version",
            nearest + tail
        )
    }
}

/// A word of a condition beside lists of names.
struct SoughtName {
    let text: String
    private let word: FieldCheck.Word

    init(_ text: String, _ field: Condition.Field) {
        self.text = text
        word = FieldCheck.Word(text, field)
    }

    /// Whether the engine would say that a finding with this name has what is sought.
    func accepts(_ name: String) -> Bool {
        guard word.attribute.isName == false else {
            return SpokenName.values(of: name, at: word.attribute).contains(where: word.glob.matches)
        }
        var bytes = Array(name.utf8)
        if word.attribute.foldsCase { Glob.fold(&bytes) }
        return word.glob.matches(bytes)
    }

    func isAmong(_ names: [String]) -> Bool { names.contains(where: accepts) }

    /// What was probably meant; with the word's stars at its ends.
    func nearest(_ names: [String]) -> String? {
        let literal = text.filter { $0 != "*" }
        let isInside = text.dropFirst().dropLast().contains("*")
        guard isInside == false, let name = NearestWord.ofName(literal, among: names) else { return nil }
        return text.contains("*") && text != literal
            ? (text.hasPrefix("*") ? "*" : "") + name + (text.hasSuffix("*") ? "*" : "") : name
    }

    func isClose(to name: String) -> Bool {
        NearestWord.distance(Array(text.lowercased().unicodeScalars), Array(name.unicodeScalars)) <= 2
    }
}
