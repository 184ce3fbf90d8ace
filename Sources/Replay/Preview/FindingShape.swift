import Findings

/// Texts and lists that many findings share, each kept once.
struct SharedValues<Value: Hashable & Sendable>: Sendable {
    private(set) var all: [Value] = []
    private var numbers: [Value: UInt32] = [:]

    mutating func number(_ value: Value) -> UInt32 {
        if let known = numbers[value] { return known }
        let number = UInt32(all.count)
        numbers[value] = number
        all.append(value)
        return number
    }

    /// Nothing more will be added: what finds values by themselves is as large as they are.
    mutating func close() { numbers = [:] }

    subscript(number: UInt32) -> Value { all[Int(number)] }
}

/// Everything of a finding that a rule without a pattern can look at, as numbers of shared values.
struct FindingShape: Sendable, Hashable {
    var severity: Severity
    var status: FindingStatus
    var account: UInt32
    var region: UInt32
    var product: UInt32
    var title: UInt32
    var source: UInt32
    var statusText: UInt32
    var actor: UInt32
    var sourceAddress: UInt32
    var types: UInt32
    var controls: UInt32
    var standards: UInt32
    var tags: UInt32
    var resources: UInt32
}

/// What ``FindingShape``s refer to.
struct ShapeValues: Sendable {
    private var texts = SharedValues<String?>()
    private var lists = SharedValues<[String]>()
    private var tags = SharedValues<[Tag]>()
    private var resources = SharedValues<[Resource]>()

    mutating func shape(of finding: Finding) -> FindingShape {
        FindingShape(
            severity: finding.severity,
            status: finding.status,
            account: texts.number(finding.account),
            region: texts.number(finding.region),
            product: texts.number(finding.product),
            title: texts.number(finding.title),
            source: texts.number(finding.source),
            statusText: texts.number(finding.statusText),
            actor: texts.number(finding.actor),
            sourceAddress: texts.number(finding.sourceAddress),
            types: lists.number(finding.types),
            controls: lists.number(finding.controls),
            standards: lists.number(finding.standards),
            tags: tags.number(finding.tags),
            resources: resources.number(finding.resources)
        )
    }

    mutating func number(_ text: String?) -> UInt32 { texts.number(text) }
    func text(_ number: UInt32) -> String? { texts[number] }

    mutating func close() {
        texts.close()
        lists.close()
        tags.close()
        resources.close()
    }

    /// A finding of this shape, with what rules can look at and nothing else.
    func finding(_ shape: FindingShape, key: FindingKey) -> Finding {
        Finding(
            key: key,
            source: texts[shape.source] ?? "",
            kind: .event,
            id: "",
            title: texts[shape.title] ?? "",
            severity: shape.severity,
            account: texts[shape.account],
            region: texts[shape.region],
            status: shape.status,
            statusText: texts[shape.statusText],
            product: texts[shape.product] ?? "",
            types: lists[shape.types],
            controls: lists[shape.controls],
            standards: lists[shape.standards],
            tags: tags[shape.tags],
            resources: resources[shape.resources],
            actor: texts[shape.actor],
            sourceAddress: texts[shape.sourceAddress]
        )
    }
}
