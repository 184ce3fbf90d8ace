import Findings

/// Words that name nothing, and words that should not stand there.
extension RouteLint {
    mutating func checkWords() {
        for index in document.rules.indices {
            if let when = json(ofRule: index)?["unless"]?["when"] { checkFields(when, "/rules/\(index)/unless/when") }
            guard let when = json(ofRule: index)?["when"] else { continue }
            checkFields(when, "/rules/\(index)/when")
            eachPattern(in: when, "/rules/\(index)/when") { lint, json, pointer in
                lint.checkPatternWords(json, path: "", pointer)
            }
        }
        checkSecrets(root, "")
    }

    private mutating func checkFields(_ when: JSON, _ pointer: String) {
        for member in when.members {
            let here = "\(pointer)/\(member.key)"
            let words = member.value.kind == .string ? [member.value] : member.value.elements
            switch member.key {
            case "region": for word in words { checkRegion(word, here) }
            case "type": for word in words { checkType(word, here) }
            case "not": checkFields(member.value, here)
            case "any": for (index, inner) in words.enumerated() { checkFields(inner, "\(here)/\(index)") }
            default:
                guard let field = Condition.Field(rawValue: member.key) else { continue }
                for word in words { checkName(field, word, in: when, here) }
            }
        }
    }

    private mutating func checkPatternWords(_ object: JSON, path: String, _ pointer: String) {
        for member in object.members {
            let here = member.key == "$or" ? path : path.isEmpty ? member.key : "\(path).\(member.key)"
            let step = "\(pointer)/\(PatternCompiler.escape(member.key))"
            if path.isEmpty, member.key != "$or" { checkTop(member.key, at: member.value, step) }
            guard member.value.kind == .array else {
                checkPatternWords(member.value, path: here, step)
                continue
            }
            if PatternOperator.names.contains(member.key), path.isEmpty == false {
                add(
                    .word("operator-as-field"),
                    .warning,
                    at: member.value,
                    step,
                    "\(EscapedText.quoted(here)) is a field with the name of an operator; the operator stands in a list: "
                        + "[{\"\(member.key)\": …}]"
                )
            }
            for (index, value) in member.value.elements.enumerated() {
                let inner = "\(step)/\(index)"
                if member.key == "$or" {
                    checkPatternWords(value, path: path, inner)
                    continue
                }
                guard value.kind == .string else { continue }
                switch here {
                case "region", "detail.awsRegion", "detail.findings.Region", "detail.findings.Resources.Region":
                    checkRegion(value, inner, isGlob: false)
                case "account", "detail.findings.AwsAccountId": checkAccount(value, inner)
                case "source": checkExact(value, KnownSources.findings + KnownSources.names, "source", inner)
                case "detail-type": checkExact(value, KnownSources.kinds, "kind", inner)
                case "detail.type", "detail.findings.Types": checkType(value, inner, isGlob: false)
                case "detail.findings.Severity.Label": checkLabel(value, inner)
                default: break
                }
            }
        }
    }

    private mutating func checkRegion(_ word: JSON, _ pointer: String, isGlob: Bool = true) {
        guard let written = word.string else { return }
        let text = isGlob && written.hasPrefix("!") ? String(written.dropFirst()) : written
        // What is not in lower case has been said to match nothing already.
        guard isGlob == false || text == text.lowercased() else { return }
        let shape = TextShape(literals: isGlob ? Glob(text, foldsCase: false).literals : [Array(text.utf8)])
        guard KnownRegions.names.contains(where: shape.accepts) == false else { return }
        add(
            .word("unknown-region"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) matches no Region of AWS that is known",
            suggestion: NearestWord.of(text, among: KnownRegions.names)
        )
    }

    /// A word of a pattern, which is compared letter by letter: what is nearly a known one is probably meant to be it.
    private mutating func checkExact(_ word: JSON, _ names: [String], _ code: String, _ pointer: String) {
        guard let text = word.string, names.contains(text) == false else { return }
        let isShort = code == "source" && text.contains(".") == false
        let short = isShort ? NearestWord.ofName("aws.\(text)", among: names) : nil
        let near = short ?? NearestWord.ofName(text, among: names)
        let isCustom = near.map { SoughtName(text, .source).isClose(to: $0.lowercased()) == false } ?? true
        guard
            isShort || isCustom == false || (code == "source" && text.hasPrefix("aws.") && text.contains("/") == false)
        else { return }
        let what = code == "source" ? "event source" : "detail-type"
        add(
            .word("unknown-\(code)"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is not a known \(what), and a pattern compares letter by letter",
            suggestion: near
        )
    }

    private mutating func checkAccount(_ word: JSON, _ pointer: String) {
        guard let text = word.string, text.utf8.count != 12 || text.utf8.contains(where: { $0 < 0x30 || $0 > 0x39 })
        else { return }
        add(
            .word("account-id"),
            .warning,
            at: word,
            pointer,
            "AWS account ids are 12 digits; \(EscapedText.quoted(text)) matches none of them"
        )
    }

    /// Types are an open list, except where the word has the form that GuardDuty and Macie use, `Purpose:Resource/Name`,
    /// or nearly names a namespace of ASFF.
    private mutating func checkType(_ word: JSON, _ pointer: String, isGlob: Bool = true) {
        guard let written = word.string else { return }
        let text = isGlob && written.hasPrefix("!") ? String(written.dropFirst()) : written
        let path = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if path.count == 1, isGlob {
            checkPurpose(text, word, pointer)
            checkPartOfType(text, word, pointer)
        }
        guard let head = path.first, path.count > 1, isGlob == false || head.contains("*") == false else { return }
        func isKnown(_ word: String, _ list: [String]) -> Bool {
            list.contains { isGlob ? $0.lowercased() == word.lowercased() : $0 == word }
        }
        let parts = head.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var suggestion: String?
        if parts.count == 2 {
            if isKnown(parts[0], KnownTypes.purposes), isKnown(parts[1], KnownTypes.resources) { return }
            let purpose = isKnown(parts[0], KnownTypes.purposes) ? parts[0] : nil
            let resource = isKnown(parts[1], KnownTypes.resources) ? parts[1] : nil
            if let purpose = purpose ?? NearestWord.of(parts[0], among: KnownTypes.purposes),
                let resource = resource ?? NearestWord.of(parts[1], among: KnownTypes.resources)
            {
                suggestion = "\(purpose):\(resource)/\(path[1])"
            }
        } else {
            if parts.count == 1, let namespace = KnownTypes.categories.first(where: { isKnown(parts[0], [$0.key]) }) {
                // What comes after the category is free.
                let rest = path[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
                guard let category = rest.first.map(String.init), isKnown(category, namespace.value) == false,
                    let nearest = namespace.value.first(where: { NearestWord.isSlip(category, for: $0) })
                else { return }
                return unknownType(text, word, pointer, ([parts[0], nearest] + rest.dropFirst().map(String.init)))
            }
            guard parts.count == 1, isKnown(parts[0], KnownTypes.namespaces) == false,
                let namespace = NearestWord.of(parts[0], among: KnownTypes.namespaces)
            else { return }
            suggestion = "\(namespace)/\(path[1])"
        }
        add(
            .word("unknown-type"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is not a known finding type",
            suggestion: suggestion
        )
    }

    private mutating func unknownType(_ text: String, _ word: JSON, _ pointer: String, _ nearest: [String]) {
        add(
            .word("unknown-type"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is not a known finding type",
            suggestion: nearest.joined(separator: "/")
        )
    }

    /// `CryptoCurrency:*` and words without `:` or `/`, of which those that nearly are a known one are told.
    private mutating func checkPurpose(_ text: String, _ word: JSON, _ pointer: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = parts.count == 2 ? KnownTypes.purposes : KnownTypes.namespaces + KnownTypes.inspector
        let literal = parts.count == 2 ? parts[0] : text.filter { $0 != "*" }
        guard literal.contains("*") == false, parts.count == 2 || text.dropLast().contains("*") == false,
            names.contains(where: { SoughtName($0, .type).accepts(literal) }) == false,
            parts.count == 2 || names.contains(where: { SoughtName(text, .type).accepts($0) }) == false,
            let nearest = NearestWord.of(literal, among: names), nearest.utf8.count - literal.utf8.count <= 3
        else { return }
        let tail = parts.count == 2 ? ":\(parts[1])" : text.hasSuffix("*") ? "*" : ""
        add(
            .word("unknown-type"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is not a known finding type",
            suggestion: nearest + tail
        )
    }

    /// Texts that have the form of a secret, wherever they stand. They are never repeated.
    private mutating func checkSecrets(_ json: JSON, _ pointer: String) {
        switch json.kind {
        case .object:
            for member in json.members {
                checkSecrets(member.value, "\(pointer)/\(PatternCompiler.escape(member.key))")
            }
        case .array:
            for (index, element) in json.elements.enumerated() { checkSecrets(element, "\(pointer)/\(index)") }
        case .string:
            guard let what = SecretForm.of(json.string ?? "") else { return }
            add(
                .word("secret"),
                .warning,
                at: json,
                pointer,
                "this looks like \(what): whoever reads the file can use it, so replace it where it was issued and let "
                    + "the file name where it is read from"
            )
        default: break
        }
    }
}
