package import Findings

extension RoutingTable {
    /// The fields that conditions of the rules ask for, in the order in which `Observation(fields:)` names them; `severity`
    /// when they ask for nothing.
    package var askedFields: [String] {
        var asked: Set<String> = []
        for rule in document.rules { rule.when.addAskedFields(to: &asked) }
        if asked.contains("status") { asked.insert("statusText") }
        let fields = Observation.fieldNames.filter(asked.contains)
        return fields.isEmpty ? ["severity"] : fields
    }
}

extension Condition {
    fileprivate func addAskedFields(to asked: inout Set<String>) {
        for test in tests {
            switch test {
            case .severity: asked.insert("severity")
            case .field(let field, _): asked.insert(field.rawValue)
            case .pattern: break
            case .not(let condition): condition.addAskedFields(to: &asked)
            case .any(let conditions): for condition in conditions { condition.addAskedFields(to: &asked) }
            }
        }
    }
}

extension Finding {
    /// How many values of one field are written.
    private static let mostValues = 100

    /// Some fields as `Observation(fields:)` takes them; what the finding does not have is left out.
    ///
    /// - Parameter names: Which.
    /// - Returns: An object.
    package func fields(_ names: [String]) -> JSONValue {
        .object(names.compactMap { name in value(of: name).map { JSONValue.Member(name, $0) } })
    }

    private func value(of name: String) -> JSONValue? {
        func list(_ texts: [String]) -> JSONValue? {
            texts.isEmpty ? nil : .array(texts.prefix(Finding.mostValues).map { .string($0) })
        }
        switch name {
        case "severity": return .string(severity.label)
        case "status": return .string(status.rawValue)
        case "statusText": return statusText.map { .string($0) }
        case "account": return account.map { .string($0) }
        case "region": return region.map { .string($0) }
        case "product": return .string(product)
        case "title": return .string(title)
        case "source": return .string(source)
        case "actor": return actor.map { .string($0) }
        case "sourceAddress": return sourceAddress.map { .string($0) }
        case "type": return list(types)
        case "control": return list(controls)
        case "standard": return list(standards)
        case "resourceType": return list(resources.map { $0.type ?? "" })
        case "resource": return list(resources.map(\.id))
        case "tag": return list(tags.map { "\($0.key)=\($0.value)" })
        default: return nil
        }
    }
}
