import Findings

/// Event patterns that say something else than they seem to.
extension RouteLint {
    mutating func checkPatterns() {
        for index in document.rules.indices {
            guard let when = json(ofRule: index)?["when"] else { continue }
            eachPattern(in: when, "/rules/\(index)/when") { lint, json, pointer in
                lint.checkRepeatedPaths(json, pointer)
            }
            for pattern in table.conditions[index].patterns { checkAlternatives(pattern, index, when) }
        }
    }

    /// Visits every pattern of the condition, at any depth.
    mutating func eachPattern(
        in when: JSON,
        _ pointer: String,
        _ visit: (inout RouteLint, JSON, String) -> Void
    ) {
        if let pattern = when["pattern"] { visit(&self, pattern, "\(pointer)/pattern") }
        if let inner = when["not"] { eachPattern(in: inner, "\(pointer)/not", visit) }
        for (index, inner) in (when["any"]?.elements ?? []).enumerated() {
            eachPattern(in: inner, "\(pointer)/any/\(index)", visit)
        }
    }

    /// Of two mentions of one path the last counts, as in EventBridge; hardly anybody means that.
    private mutating func checkRepeatedPaths(_ pattern: JSON, _ pointer: String) {
        var seen: Set<String> = []
        func visit(_ object: JSON, _ path: String, _ lint: inout RouteLint) {
            for member in object.members where member.key != "$or" {
                let here = path.isEmpty ? member.key : "\(path).\(member.key)"
                if member.value.kind == .object {
                    visit(member.value, here, &lint)
                } else if seen.insert(here).inserted == false {
                    lint.add(
                        .word("repeated-path"),
                        .warning,
                        at: member.value,
                        pointer,
                        "the pattern names \(EscapedText.quoted(here)) more than once, and only the last mention counts"
                    )
                }
            }
        }
        visit(pattern, "", &self)
    }

    /// `[{"anything-but": "a"}, {"anything-but": "b"}]` is an OR, and so accepts everything.
    private mutating func checkAlternatives(_ pattern: WrittenPattern, _ index: Int, _ when: JSON) {
        let rule = document.rules[index]
        var seen: Set<String> = []
        for field in pattern.compiled.branches.flatMap(\.fields) where seen.insert(field.path).inserted {
            guard let refused = ValueWitness.pointless(field.test) else { continue }
            let kind = Claim.Kind.acceptsEverything(rule: rule.name)
            let found = search(Demands(table.conditions[index]), forced: [field.path: refused])
            var proof = Claim.Proof.cannotTell
            if case .found(let observation) = found, table.decide(observation).matched.contains(rule.name) {
                proof = .witness(observation)
            }
            add(
                kind,
                .warning,
                at: when,
                "/rules/\(index)/when",
                "the alternatives of \(EscapedText.quoted(field.path)) are an OR and accept every value, also \(refused): "
                    + "put what is to be refused into one anything-but list",
                proof: proof
            )
        }
    }
}

extension ValueWitness {
    /// A value that an `anything-but` of the test refuses and the test as a whole accepts like every other value, as
    /// JSON text; `nil` when the test refuses something, or holds no `anything-but`.
    static func pointless(_ test: ValueTest) -> String? {
        let named = test.operators.flatMap { alternative -> [String] in
            switch alternative {
            case .anythingButStrings(let strings):
                strings.elements.map { JSONValue.string(String(decoding: $0, as: UTF8.self)).text }
            case .anythingButNumbers(let numbers): numbers.compactMap { $0.value.map(ValueWitness.text) }
            case .anythingBut(let refused):
                refused.flatMap(\.shapes.accepting).map { JSONValue.string($0.shortest).text }
            default: []
            }
        }
        guard let first = named.first else { return nil }
        let witness = ValueWitness(tests: [test])
        let others = ["true", "false", "null", "0", "-123456.75"]
        guard (named + others).allSatisfy(witness.isAccepted), refusedText(by: test) == .none else { return nil }
        return first
    }
}
