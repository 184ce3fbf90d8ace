import Findings

/// What conditions are compared with, taken from an observation once for all rules.
struct FieldValues: Sendable {
    let severity: Severity
    /// What patterns are compared with; `nil` when no rule has one.
    let event: PatternEvent?
    private var values: [[[UInt8]]]

    /// Where a glob looks: a field, or the keys of the tags alone.
    enum Attribute: Int, CaseIterable, Sendable {
        case account, region, product, type, control, standard, resourceType, resource, title, source, status
        case actor, sourceAddress
        /// Addresses by each block that they lie in, for words that are addresses or blocks of them.
        case sourceBlock
        /// `key=value`.
        case tag
        case tagKey
        /// Fields whose words without `*` are compared as people write names; see ``SpokenName``.
        case productName, typeName, controlName, standardName, resourceTypeName, sourceName, statusName
    }

    /// Takes the values of the given attributes; the others stay empty.
    ///
    /// - Parameters:
    ///   - observation: What was observed.
    ///   - attributes: Where the rules look.
    ///   - hasPatterns: Whether a rule looks at the event, which is built on demand for inputs without an envelope.
    init(_ observation: Observation, attributes: Set<Attribute>, hasPatterns: Bool) {
        self.init(observation.finding, event: hasPatterns ? PatternEvent(observation) : nil, attributes: attributes)
    }

    /// The same of a finding of which only the normalised form is known: no pattern can be asked about it.
    init(_ finding: Finding, event: PatternEvent? = nil, attributes: Set<Attribute>) {
        severity = finding.severity
        self.event = event
        values = Array(repeating: [], count: Attribute.allCases.count)
        for attribute in attributes {
            let texts = FieldValues.texts(of: attribute, in: finding)
            guard attribute.isName == false else {
                values[attribute.rawValue] = texts.flatMap { SpokenName.values(of: $0, at: attribute) }
                continue
            }
            values[attribute.rawValue] = FieldValues.compared(texts, attribute).map {
                FieldValues.bytes($0, attribute)
            }
        }
    }

    /// A value as globs are compared with it.
    static func bytes(_ text: String, _ attribute: Attribute) -> [UInt8] {
        var bytes = Array(text.utf8)
        if attribute.foldsCase { Glob.fold(&bytes) }
        return bytes
    }

    subscript(attribute: Attribute) -> [[UInt8]] { values[attribute.rawValue] }

    /// The finding's values at an attribute as globs are compared with them: a type of CloudFormation (`AWS::S3::Bucket`) is
    /// also compared as ASFF spells it, so that a rule takes a problem from every feed that reports it.
    private static func compared(_ texts: [String], _ attribute: Attribute) -> [String] {
        if attribute == .sourceBlock { return texts.compactMap { CIDRBlock($0) }.flatMap { $0.enclosing.map(\.text) } }
        guard attribute == .resourceType, texts.contains(where: { $0.hasPrefix("AWS::") }) else { return texts }
        return texts + texts.filter { $0.hasPrefix("AWS::") }.map { $0.replacing("::", with: "") }
    }

    /// The finding's values at an attribute as they are shown; what is missing or empty is no value.
    static func texts(of attribute: Attribute, in finding: Finding) -> [String] {
        let texts: [String] =
            switch attribute {
            case .account: finding.account.map { [$0] } ?? []
            case .region: finding.region.map { [$0] } ?? []
            case .product, .productName: [finding.product]
            case .type, .typeName: finding.types
            case .control, .controlName: finding.controls
            case .standard, .standardName: finding.standards
            case .resourceType, .resourceTypeName: finding.resources.compactMap(\.type)
            case .resource: finding.resources.map(\.id)
            case .title: [finding.title]
            case .source, .sourceName: [finding.source]
            case .status, .statusName: [finding.status.rawValue] + statusWords(finding)
            case .actor: finding.actor.map { [$0] } ?? []
            case .sourceAddress, .sourceBlock: finding.sourceAddress.map { [$0] } ?? []
            case .tag: finding.tags.map { "\($0.key)=\($0.value)" }
            case .tagKey: finding.tags.map(\.key)
            }
        return texts.filter { $0.isEmpty == false }
    }

    /// The values for people; where there is none, whether the finding has nothing there or an empty text.
    static func shown(_ attribute: Attribute, in finding: Finding) -> String {
        let texts = texts(of: attribute, in: finding)
        if texts.isEmpty == false { return EscapedText.list(texts) }
        let isEmpty: Bool =
            switch attribute {
            case .account: finding.account != nil
            case .region: finding.region != nil
            case .product, .productName, .title, .source, .sourceName: true
            case .type, .typeName: finding.types.isEmpty == false
            case .control, .controlName: finding.controls.isEmpty == false
            case .standard, .standardName: finding.standards.isEmpty == false
            case .resourceType, .resourceTypeName: finding.resources.contains { $0.type != nil }
            case .resource: finding.resources.isEmpty == false
            case .actor: finding.actor != nil
            case .sourceAddress, .sourceBlock: finding.sourceAddress != nil
            case .status, .statusName, .tag, .tagKey: false
            }
        return isEmpty ? "empty" : "missing"
    }

    /// The source's own words for the status, those that differ from ours.
    private static func statusWords(_ finding: Finding) -> [String] {
        guard let text = finding.statusText else { return [] }
        return text.split(separator: "/").map(String.init).filter { $0 != finding.status.rawValue }
    }
}

extension FieldValues.Attribute {
    /// Whether ASCII case does not count here: it counts where the names belong to the user or AWS tells them apart.
    var foldsCase: Bool {
        switch self {
        case .product, .type, .control, .standard, .resourceType, .title, .status, .sourceAddress, .sourceBlock: true
        case .account, .region, .resource, .source, .actor, .tag, .tagKey: false
        // These are folded further.
        case .productName, .typeName, .controlName, .standardName, .resourceTypeName, .sourceName, .statusName: true
        }
    }

    /// Whether values are compared as people write names.
    var isName: Bool {
        switch self {
        case .productName, .typeName, .controlName, .standardName, .resourceTypeName, .sourceName, .statusName: true
        default: false
        }
    }

    /// Where a word of a condition looks.
    ///
    /// - Parameters:
    ///   - field: Of the condition.
    ///   - word: Without `!`.
    init(_ field: Condition.Field, word: String) {
        guard word.contains("*") == false else {
            self = field == .tag && word.contains("=") == false ? .tagKey : .init(field)
            return
        }
        switch field {
        case .product: self = .productName
        case .type: self = .typeName
        case .control: self = .controlName
        case .standard: self = .standardName
        case .resourceType: self = .resourceTypeName
        case .source: self = .sourceName
        case .status: self = .statusName
        case .tag: self = word.contains("=") ? .tag : .tagKey
        case .sourceAddress: self = CIDRBlock(word) == nil ? .sourceAddress : .sourceBlock
        default: self = .init(field)
        }
    }

    init(_ field: Condition.Field) {
        switch field {
        case .account: self = .account
        case .region: self = .region
        case .product: self = .product
        case .type: self = .type
        case .control: self = .control
        case .standard: self = .standard
        case .resourceType: self = .resourceType
        case .resource: self = .resource
        case .title: self = .title
        case .source: self = .source
        case .status: self = .status
        case .tag: self = .tag
        case .actor: self = .actor
        case .sourceAddress: self = .sourceAddress
        }
    }
}
