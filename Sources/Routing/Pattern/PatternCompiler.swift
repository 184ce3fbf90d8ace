import Findings

/// Turns the JSON of an event pattern into branches; the grammar is that of the EventBridge user guide.
struct PatternCompiler {
    /// A conjunction that is being collected: fields by path, a later one replacing an earlier one of the same object
    /// level, as duplicate keys do; fields from `$or` are added beside them.
    private typealias Conjunction = [EventPattern.Field]

    private var totalFields = 0

    mutating func compile(_ json: JSON) throws(EventPatternError) -> [EventPattern.Branch] {
        let position = Position(json: json)
        guard json.kind == .object else {
            throw position.error("an event pattern is an object, found \(json.kindName)")
        }
        return try conjunctions(json, at: position, inOr: false, depth: 1).map(EventPattern.Branch.init)
    }

    /// Where the compiler stands, for errors.
    struct Position {
        var path = ""
        var pointer = ""
        var offset: Int

        init(json: JSON) { offset = json.offset }

        func key(_ key: String, _ json: JSON) -> Position {
            var position = self
            position.path = path.isEmpty ? key : "\(path).\(key)"
            position.pointer += "/" + PatternCompiler.escape(key)
            position.offset = json.offset
            return position
        }

        /// A step that is no part of the field's path: an index, an operator, `$or`.
        func step(_ step: String, _ json: JSON) -> Position {
            var position = self
            position.pointer += "/" + PatternCompiler.escape(step)
            position.offset = json.offset
            return position
        }

        func error(_ reason: String, suggestion: String? = nil) -> EventPatternError {
            EventPatternError(path: path, pointer: pointer, offset: offset, reason: reason, suggestion: suggestion)
        }
    }

    private mutating func conjunctions(
        _ object: JSON,
        at position: Position,
        inOr: Bool,
        depth: Int
    ) throws(EventPatternError) -> [Conjunction] {
        guard depth <= EventPattern.Limit.depth else {
            throw position.error("more than \(EventPattern.Limit.depth) objects inside one another")
        }
        let members = object.members
        guard members.isEmpty == false else {
            throw position.error("an empty object matches nothing; leave the field out")
        }
        var own: Conjunction = []
        var products: [[Conjunction]] = []
        for member in members {
            if member.key == "$or" {
                products.append(try alternatives(member.value, at: position.step("$or", member.value), depth: depth))
                continue
            }
            let here = position.key(member.key, member.value)
            if inOr, PatternOperator.reserved.contains(member.key) {
                throw here.error("\"\(member.key)\" names an operator and cannot be a field inside $or")
            }
            switch member.value.kind {
            case .object:
                let nested = try conjunctions(member.value, at: here, inOr: inOr, depth: depth + 1)
                if nested.count == 1 { PatternCompiler.merge(nested[0], into: &own) } else { products.append(nested) }
            case .array:
                PatternCompiler.merge([try field(member.value, at: here)], into: &own)
            default:
                if PatternOperator.names.contains(member.key), position.path.isEmpty == false {
                    throw here.error(
                        "\"\(member.key)\" is an operator and stands in a list of alternatives: write "
                            + "[{\"\(member.key)\": \(member.value.text.prefix(60))}] as the value of the field above"
                    )
                }
                throw here.error(
                    "a field takes an array of alternatives or an object, found \(member.value.text.prefix(60)); "
                        + "write [\(member.value.text.prefix(60))]"
                )
            }
        }
        return try multiply(own, products, at: position)
    }

    private mutating func alternatives(
        _ value: JSON,
        at position: Position,
        depth: Int
    ) throws(EventPatternError) -> [Conjunction] {
        guard value.kind == .array else {
            throw position.error("$or takes an array of objects, found \(value.kindName)")
        }
        let elements = value.elements
        guard elements.count >= 2 else { throw position.error("$or takes at least 2 objects, found \(elements.count)") }
        var result: [Conjunction] = []
        for (index, element) in elements.enumerated() {
            let here = position.step(String(index), element)
            guard element.kind == .object else { throw here.error("$or takes objects, found \(element.kindName)") }
            result += try conjunctions(element, at: here, inOr: true, depth: depth + 1)
            guard result.count <= EventPattern.Limit.branches else { throw tooManyBranches(position) }
        }
        return result
    }

    private mutating func multiply(
        _ own: Conjunction,
        _ products: [[Conjunction]],
        at position: Position
    ) throws(EventPatternError) -> [Conjunction] {
        var result = [own]
        for factor in products {
            guard result.count * factor.count <= EventPattern.Limit.branches else { throw tooManyBranches(position) }
            result = result.flatMap { left in factor.map { left + $0 } }
        }
        var fields = 0
        for conjunction in result {
            fields += conjunction.count
            guard conjunction.count <= EventPattern.Limit.fields, fields <= EventPattern.Limit.totalFields else {
                throw position.error(
                    "more than \(EventPattern.Limit.fields) fields in one alternative, "
                        + "or \(EventPattern.Limit.totalFields) in all"
                )
            }
        }
        return result
    }

    private func tooManyBranches(_ position: Position) -> EventPatternError {
        position.error("the $or lists multiply out to more than \(EventPattern.Limit.branches) alternatives")
    }

    private static func merge(_ fields: Conjunction, into conjunction: inout Conjunction) {
        for field in fields {
            conjunction.removeAll { $0.path == field.path }
            conjunction.append(field)
        }
    }

    private func field(_ array: JSON, at position: Position) throws(EventPatternError) -> EventPattern.Field {
        let elements = array.elements
        guard elements.isEmpty == false else {
            throw position.error("an empty array matches nothing; give at least one alternative")
        }
        var alternatives = Alternatives()
        for (index, element) in elements.enumerated() {
            try PatternOperator.add(element, to: &alternatives, at: position.step(String(index), element))
        }
        return EventPattern.Field(
            path: position.path,
            test: ValueTest(alternatives),
            text: array.text,
            offset: array.offset
        )
    }

    /// RFC 6901 §3.
    static func escape(_ token: String) -> String {
        token.contains(where: { $0 == "~" || $0 == "/" })
            ? String(token.flatMap { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }) : token
    }
}
