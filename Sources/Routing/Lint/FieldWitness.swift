import Findings

/// Values of one field of a finding that meet every demand on it.
struct FieldWitness {
    let field: Condition.Field
    /// Of each list one word must accept one of the values.
    let wanted: [[FieldCheck.Word]]
    let refused: [FieldCheck.Word]

    enum Outcome {
        case filled, impossible, unknown
    }

    func fill(_ finding: inout Finding) -> Outcome {
        switch field {
        case .account: return single { finding.account = $0 }
        case .region: return single { finding.region = $0 }
        case .product: return single { finding.product = $0 ?? "" }
        case .title: return single { finding.title = $0 ?? "" }
        case .source: return single { finding.source = $0 ?? "" }
        case .actor: return single { finding.actor = $0 }
        case .sourceAddress: return single { finding.sourceAddress = $0 }
        case .type: return several { finding.types = $0 }
        case .control: return several { finding.controls = $0 }
        case .standard: return several { finding.standards = $0 }
        case .resourceType:
            return several { finding.resources += $0.map { Resource(id: "", type: $0) } }
        case .resource:
            return several { ids in
                // Beside those that a type was looked for: an id and a type need not be of one resource.
                finding.resources += ids.map { Resource(id: $0) }
            }
        case .tag:
            return several { finding.tags = $0.map(FieldWitness.tag) }
        case .status: return status(&finding)
        }
    }

    private static func tag(_ text: String) -> Tag {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return Tag(key: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
    }

    /// Values that read well, in the order in which they are tried.
    private var preferred: [String] {
        switch field {
        case .account: ["111122223333", "444455556666", "123456789012"]
        case .region: KnownRegions.names
        case .product: KnownProducts.names
        case .title: ["Example finding"]
        case .source: KnownSources.findings
        case .type: KnownTypes.guardDuty + KnownTypes.namespaces
        case .resourceType: ["AwsS3Bucket", "AwsEc2Instance", "AwsIamUser"] + KnownResources.security
        case .actor: ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:root"]
        case .sourceAddress: ["203.0.113.9", "198.51.100.9"]
        case .control, .standard, .resource, .tag, .status: []
        }
    }

    private func search(_ required: [[FieldCheck.Word]]) -> TextSearch.Result {
        let folds = FieldValues.Attribute(field).foldsCase
        let readable = preferred.first { text in
            let shown = folds ? text.lowercased() : text
            return required.allSatisfy { $0.contains { $0.accepts(shown) } }
                && refused.contains { $0.accepts(shown) } == false
        }
        if let readable { return .text(readable) }
        if let whole = whole(required) ?? digits(required) { return whole }
        var search = TextSearch()
        for words in required { search.require(oneOf: words.flatMap(\.shapes)) }
        search.refuse(refused.flatMap(\.allShapes))
        if field == .tag { search.require(oneOf: [TextShape(literals: [[], []], isTagKey: true)]) }
        return search.run()
    }

    /// Where only whole values are wanted, they are all there is to try; an automaton of thousands of them takes long.
    private func whole(_ required: [[FieldCheck.Word]]) -> TextSearch.Result? {
        guard field == .account || field == .region,
            let fewest = required.filter({ $0.allSatisfy(\.isWhole) }).min(by: { $0.count < $1.count })
        else { return nil }
        for word in fewest where word.text.isEmpty == false {
            let bytes = FieldValues.bytes(word.text, word.attribute)
            let isWanted = required.allSatisfy { $0.contains { $0.glob.matches(bytes) } }
            if isWanted, refused.contains(where: { $0.glob.matches(bytes) }) == false {
                return .text(String(decoding: bytes, as: UTF8.self))
            }
        }
        return TextSearch.Result.none
    }

    /// An account id of 12 digits, when there is one.
    private func digits(_ required: [[FieldCheck.Word]]) -> TextSearch.Result? {
        guard field == .account else { return nil }
        var search = TextSearch()
        for words in required { search.require(oneOf: words.flatMap(\.shapes)) }
        search.refuse(refused.flatMap(\.allShapes))
        let digit = TextShape.Step.one(Array("0123456789".unicodeScalars))
        search.require(oneOf: [TextShape(steps: Array(repeating: digit, count: 12))])
        if case .text(let text) = search.run() { return .text(text) }
        return nil
    }

    private func single(_ set: (String?) -> Void) -> Outcome {
        switch search(wanted) {
        case .text(let text):
            set(text)
            return .filled
        case .none where wanted.isEmpty:
            set(nil)
            return .filled
        case .none: return .impossible
        case .unknown: return .unknown
        }
    }

    private func several(_ set: ([String]) -> Void) -> Outcome {
        var values: [String] = []
        for words in wanted {
            switch search([words]) {
            case .text(let text): if values.contains(text) == false { values.append(text) }
            case .none: return .impossible
            case .unknown: return .unknown
            }
        }
        set(values)
        return .filled
    }

    /// One of our three words stands there always, the source's own beside it where ours is not enough.
    private func status(_ finding: inout Finding) -> Outcome {
        var isUnknown = false
        let allowed = FindingStatus.allCases.filter { status in
            refused.contains { $0.accepts(status.rawValue.lowercased()) } == false
        }
        func missing(_ status: FindingStatus) -> [[FieldCheck.Word]] {
            wanted.filter { words in words.contains { $0.accepts(status.rawValue.lowercased()) } == false }
        }
        for status in allowed.sorted(by: { missing($0).count < missing($1).count }) {
            var texts: [String] = []
            var isMet = true
            for words in missing(status) {
                switch search([words]) {
                case .text(let text) where text.contains("/") == false: texts.append(text)
                case .none: isMet = false
                default:
                    isMet = false
                    isUnknown = true
                }
            }
            guard isMet else { continue }
            finding.status = status
            finding.statusText = texts.isEmpty ? nil : texts.joined(separator: "/")
            return .filled
        }
        return isUnknown ? .unknown : .impossible
    }
}

extension FieldCheck.Word {
    /// Whether it stands for one value.
    var isWhole: Bool { text.contains("*") == false }

    /// The texts that the word accepts, in lower case where case does not count; of a name the ways to write it that have
    /// gaps where the word has them.
    var shapes: [TextShape] {
        attribute.isName
            ? spellings(TextShape(spelling: text.lowercased())) { TextShape(spelling: $0 + text.lowercased()) }
            : plain
    }

    /// The same with every way to write a name.
    var allShapes: [TextShape] {
        attribute.isName
            ? spellings(TextShape(name: glob.prefix)) { TextShape(name: Array($0.utf8) + glob.prefix) } : plain
    }

    private var plain: [TextShape] { [TextShape(literals: glob.literals, isTagKey: attribute == .tagKey)] }

    /// A source of AWS is known without its "aws." too.
    private func spellings(_ own: TextShape, _ prefixed: (String) -> TextShape) -> [TextShape] {
        let isShort = attribute == .sourceName && glob.prefix.contains(UInt8(ascii: ".")) == false
        return isShort ? [prefixed("aws."), own] : [own]
    }

    func accepts(_ text: String) -> Bool { allShapes.contains { $0.accepts(text) } }
}
