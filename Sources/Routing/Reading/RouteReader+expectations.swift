import Findings

/// What is expected of the rules.
extension RouteReader {
    private static let subjectKeys = ["finding", "event", "example"]
    private static let holdingKeys = ["to", "notTo", "suppressed", "unrouted", "rule"]
    private static let expectationKeys = ["name", "description"] + subjectKeys + holdingKeys

    /// Reads the expectations.
    ///
    /// - Parameters:
    ///   - node: The value, `nil` when the key is not there.
    ///   - names: What the document defines.
    ///   - rules: The document's rules.
    ///   - fallback: The document's fallback.
    /// - Returns: As many as there are elements, unless an error was noted.
    mutating func expectations(_ node: Node?, _ names: Names, rules: [Node], fallback: Node?) -> [Expectation] {
        guard let node else { return [] }
        guard node.json.kind == .array else {
            error(node, "\"expectations\" must be a list of expectations, found \(RouteReader.found(node.json))")
            return []
        }
        let elements = node.elements
        guard elements.count <= Expectation.most else {
            error(node, "\"expectations\" must be at most \(Expectation.most), found \(elements.count)")
            return []
        }
        var takers = rules.compactMap { $0.json["name"]?.string }
        if fallback != nil { takers.append(RouteDocument.Fallback.name) }
        let context = ExpectationContext(names: names, takers: takers, takerSet: Set(takers))
        var firstLines: [String: Int] = [:]
        return elements.compactMap { expectation($0, context, &firstLines) }
    }

    /// What an expectation may name.
    private struct ExpectationContext {
        var names: Names
        var takers: [String]
        var takerSet: Set<String>
    }

    private mutating func expectation(
        _ node: Node,
        _ context: ExpectationContext,
        _ firstLines: inout [String: Int]
    ) -> Expectation? {
        guard
            let fields = fields(
                of: node,
                "an expectation",
                keys: RouteReader.expectationKeys,
                required: ["name"]
            )
        else { return nil }
        let name = expectationName(fields["name"], &firstLines)
        _ = string(fields["description"], "\"description\"")
        let subject = subject(fields)
        let expectation = Expectation(
            name: name ?? "",
            subject: subject ?? .example(""),
            to: fields["to"].map { destinationList($0, "to", context.names) } ?? [],
            notTo: fields["notTo"].map { destinationList($0, "notTo", context.names) } ?? [],
            suppressed: bool(fields["suppressed"], "\"suppressed\""),
            unrouted: bool(fields["unrouted"], "\"unrouted\""),
            rule: taker(fields["rule"], context)
        )
        // A key that is not known is told by itself, and may be the one that was meant.
        let isKnown = node.json.members.allSatisfy { RouteReader.expectationKeys.contains($0.key) }
        if isKnown, RouteReader.holdingKeys.allSatisfy({ node.json[$0] == nil }) {
            error(
                node,
                "an expectation needs what must hold: at least one of \(RouteReader.oneOf(RouteReader.holdingKeys))"
            )
        }
        contradictions(expectation, fields)
        return name == nil || subject == nil ? nil : expectation
    }

    private mutating func expectationName(_ node: Node?, _ firstLines: inout [String: Int]) -> String? {
        guard let node, let name = string(node, "\"name\""), isName(name, at: node, "the name of an expectation") else {
            return nil
        }
        if let offset = firstLines[name] {
            let line = position(of: offset).line
            error(node, "another expectation has the name \(RouteReader.quoted(name)), in line \(line)")
            return name
        }
        firstLines[name] = node.json.offset
        return name
    }

    private mutating func taker(_ node: Node?, _ context: ExpectationContext) -> String? {
        guard let node, let name = string(node, "\"rule\"", expected: "the name of a rule") else { return nil }
        guard context.takerSet.contains(name) == false else { return name }
        guard name != RouteDocument.Fallback.name else {
            error(node, "\"rule\" names the fallback, and the document has none")
            return nil
        }
        let suggestion = nearest(name, among: context.takers)
        let known =
            suggestion == nil && context.takers.isEmpty == false
            ? "; there are \(RouteReader.some(context.takers))" : ""
        error(node, "there is no rule \(RouteReader.quoted(name))\(known)", suggestion: suggestion)
        return nil
    }

    // MARK: The finding

    private mutating func subject(_ fields: Fields) -> Expectation.Subject? {
        let given = RouteReader.subjectKeys.compactMap { key in fields[key].map { (key: key, node: $0) } }
        guard let first = given.first else {
            error(
                fields.node,
                "an expectation needs a finding: its fields in \"finding\", a whole \"event\", or an \"example\""
            )
            return nil
        }
        for other in given.dropFirst() {
            error(other.node, "an expectation has \"\(first.key)\" or \"\(other.key)\", not both")
        }
        if first.key == "example" {
            guard let name = string(first.node, "\"example\"", expected: "the name of a JSON file") else { return nil }
            guard Expectation.isExampleName(name) else {
                error(
                    first.node,
                    "\"example\" must be the name of a JSON file in the directory of routes.json or below it, such as "
                        + "examples/guardduty.json, found \(RouteReader.quoted(name))"
                )
                return nil
            }
            return .example(name)
        }
        guard first.node.json.kind == .object else {
            error(first.node, "\"\(first.key)\" must be an object, found \(RouteReader.found(first.node.json))")
            return nil
        }
        let bytes = Array(first.node.json.bytes)
        guard bytes.count <= Expectation.largestSubject else {
            let most = Expectation.largestSubject >> 10
            error(first.node, "\"\(first.key)\" must be at most \(most) KiB, found \(bytes.count >> 10) KiB")
            return nil
        }
        guard first.key == "finding" else { return .event(bytes) }
        return isFinding(first.node) ? .fields(bytes) : nil
    }

    private mutating func isFinding(_ node: Node) -> Bool {
        do throws(ObservationFieldsError) {
            _ = try Observation(fields: node.json)
            return true
        } catch {
            for fault in error.faults {
                let key = JSONPointer(fault.pointer)?.tokens.last
                let place = node.json.members.first { $0.key == key }
                note(
                    .error,
                    at: place?.keyOffset ?? node.json.offset,
                    place.map { node.child($0.key, $0.value).pointer } ?? node.pointer,
                    "\"finding\"\(key.map { ", \(RouteReader.quoted($0))" } ?? ""): \(fault.detail)"
                )
            }
            return false
        }
    }

    // MARK: What must hold

    private mutating func contradictions(_ expectation: Expectation, _ fields: Fields) {
        for name in expectation.notTo where expectation.to.contains(name) {
            guard let node = fields["notTo"] else { continue }
            error(node, "\(RouteReader.quoted(name)) cannot be told and not told: it is in \"to\" and in \"notTo\"")
        }
        guard let unrouted = fields["unrouted"], expectation.unrouted == true else {
            guard let suppressed = fields["suppressed"], expectation.suppressed == true else { return }
            if expectation.to.isEmpty == false {
                error(suppressed, "what is suppressed tells nobody: \"suppressed\" does not go with \"to\"")
            }
            if expectation.rule == RouteDocument.Fallback.name {
                error(suppressed, "the fallback suppresses nothing: \"suppressed\" does not go with it")
            }
            return
        }
        if expectation.to.isEmpty == false {
            error(unrouted, "what is unrouted tells nobody: \"unrouted\" does not go with \"to\"")
        }
        if expectation.suppressed == true {
            error(unrouted, "what is suppressed is not unrouted: \"unrouted\" does not go with \"suppressed\"")
        }
        if expectation.rule != nil {
            error(unrouted, "what is unrouted no rule takes: \"unrouted\" does not go with \"rule\"")
        }
    }
}
