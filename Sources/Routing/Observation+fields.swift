package import Findings

extension Observation {
    /// The names of the fields that rules look at, as ``init(fields:)`` takes them.
    package static let fieldNames =
        ["severity"] + Condition.Field.allCases.map(\.rawValue) + ["statusText", "event"]

    /// A finding that has just these fields: what the lint shows as a witness, and what somebody asks about.
    ///
    /// - Parameter json: An object. `type`, `control`, `standard`, `resourceType`, `resource` and `tag` may be lists, and tags
    ///   are `key=value`; `event` is the event in which the finding came.
    /// - Throws: ``ObservationFieldsError`` with everything that is wrong.
    package init(fields json: JSON) throws(ObservationFieldsError) {
        var reader = FieldsReader(json)
        var finding = Finding(
            key: FindingKey("fields"),
            source: reader.text("source") ?? "aws.securityhub",
            kind: .securityHub,
            id: "fields",
            title: reader.text("title") ?? "Example finding",
            product: reader.text("product") ?? "Security Hub"
        )
        let labels = Severity.allCases.map(\.label)
        if let severity = reader.word("severity", of: labels) {
            finding.severity = Severity.allCases.first { $0.label == severity } ?? .unknown
        }
        if let status = reader.word("status", of: FindingStatus.allCases.map(\.rawValue)) {
            finding.status = FindingStatus(rawValue: status) ?? .active
        }
        finding.account = reader.text("account")
        finding.region = reader.text("region")
        finding.statusText = reader.text("statusText")
        finding.actor = reader.text("actor")
        finding.sourceAddress = reader.text("sourceAddress")
        finding.types = reader.texts("type")
        finding.controls = reader.texts("control")
        finding.standards = reader.texts("standard")
        let types = reader.texts("resourceType")
        let ids = reader.texts("resource")
        finding.resources = (0..<max(types.count, ids.count)).map { index in
            Resource(
                id: ids.indices.contains(index) ? ids[index] : "",
                type: types.indices.contains(index) ? types[index] : types.last
            )
        }
        finding.tags = reader.texts("tag").map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Tag(key: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        let event = reader.object("event")
        try reader.finish()
        do {
            self.init(finding: finding, event: try event ?? JSONDocument.parse("{}"))
        } catch {
            throw ObservationFieldsError(faults: [.init(pointer: "/event", detail: "\(error)")])
        }
    }
}

/// Fields that make no finding.
package struct ObservationFieldsError: Error, Hashable {
    package struct Fault: Sendable, Hashable {
        /// JSON pointer to the value.
        package var pointer: String
        /// What was expected and what was found.
        package var detail: String
    }

    /// At least one.
    package var faults: [Fault]
}

/// Reads the members of an object, and collects what is wrong with them.
private struct FieldsReader {
    private let root: JSON
    private var faults: [ObservationFieldsError.Fault] = []

    init(_ root: JSON) {
        self.root = root
        if root.kind != .object {
            faults.append(.init(pointer: "", detail: "expected an object, found \(root.kindName)"))
        }
        for member in root.members where Observation.fieldNames.contains(member.key) == false {
            let near = NearestWord.of(member.key, among: Observation.fieldNames).map { "; did you mean \"\($0)\"?" }
            faults.append(
                .init(
                    pointer: "/\(EscapedText.visible(member.key, limit: 64))",
                    detail:
                        "there is no such field\(near ?? "; there are \(Observation.fieldNames.joined(separator: ", "))")"
                )
            )
        }
    }

    mutating func text(_ name: String) -> String? {
        guard let value = root[name] else { return nil }
        if value.string == nil { refuse(name, "expected a string, found \(value.kindName)") }
        return value.string
    }

    mutating func word(_ name: String, of words: [String]) -> String? {
        guard let text = text(name) else { return nil }
        let word = text.uppercased()
        if words.contains(word) { return word }
        refuse(name, "expected one of \(words.joined(separator: ", ")), found \(EscapedText.quoted(text, limit: 64))")
        return nil
    }

    /// One text or a list of them.
    mutating func texts(_ name: String) -> [String] {
        guard let value = root[name] else { return [] }
        if let text = value.string { return [text] }
        let texts = value.elements.compactMap(\.string)
        if value.kind != .array || texts.count != value.elements.count {
            refuse(name, "expected a string or a list of strings")
        }
        return texts
    }

    mutating func object(_ name: String) -> JSON? {
        guard let value = root[name] else { return nil }
        if value.kind != .object { refuse(name, "expected an object, found \(value.kindName)") }
        return value
    }

    private mutating func refuse(_ name: String, _ detail: String) {
        faults.append(.init(pointer: "/\(name)", detail: detail))
    }

    func finish() throws(ObservationFieldsError) {
        guard faults.isEmpty else { throw ObservationFieldsError(faults: faults) }
    }
}
