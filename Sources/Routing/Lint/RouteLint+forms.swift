import Findings

/// Words whose form shows that they were meant otherwise than they are compared.
extension RouteLint {
    /// Ids of controls have a family and a number; names of Config rules and checks are an open list.
    mutating func checkControl(_ text: String, _ word: JSON, _ pointer: String) {
        let families = KnownControls.families
        guard let meant = ControlForm(text, families: families) else { return }
        guard meant.text.lowercased() != text.lowercased() else { return }
        add(
            .word("unknown-control"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is not a known control",
            suggestion: meant.isCertain ? meant.text : nil
        )
    }

    /// Tags are written `key=value`, without spaces around the sign; a key alone means that the tag is there.
    mutating func checkTag(_ word: JSON, _ pointer: String) {
        guard let written = word.string else { return }
        let text = written.hasPrefix("!") ? String(written.dropFirst()) : written
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        var suggestion: String?
        if parts.count == 2 {
            let trimmed = parts.map { $0.trimmed }
            guard trimmed[0] != parts[0] || trimmed[1] != parts[1] else { return }
            suggestion = trimmed.joined(separator: "=")
        } else {
            // Keys of AWS's own tags hold colons.
            let pair = text.split(separator: ":", omittingEmptySubsequences: false)
            guard pair.count == 2, text.hasPrefix("aws:") == false, pair.allSatisfy({ $0.isEmpty == false }) else {
                return
            }
            suggestion = pair.map { $0.trimmed }.joined(separator: "=")
        }
        add(
            .word("tag-form"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is compared letter by letter with a tag written key=value, or with its key alone",
            suggestion: suggestion
        )
    }

    /// An address, a block of addresses, or a name of AWS; what is made of figures and is neither matches nothing.
    mutating func checkAddress(_ word: JSON, _ pointer: String) {
        guard let written = word.string else { return }
        let text = written.hasPrefix("!") ? String(written.dropFirst()) : written
        guard text.contains("*") == false, CIDRBlock(text) == nil,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || ".:/abcdefABCDEF".utf8.contains($0) }),
            text.contains(".") || text.contains(":") || text.contains("/")
        else { return }
        let isBeginning = text.contains("/") == false && text.contains(":") == false
        add(
            .word("address"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is neither an address nor a block of addresses (203.0.113.9, 203.0.113.0/24, 2001:db8::/32)",
            suggestion: isBeginning && CIDRBlock("\(text).0") != nil ? "\(text).*" : nil
        )
    }

    /// What stands at the top of every event; another field may be of a custom event, unless it nearly is one of these.
    mutating func checkTop(_ key: String, at value: JSON, _ pointer: String) {
        let known = [
            "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail", "replay-name",
        ]
        guard known.contains(key) == false, let nearest = NearestWord.ofName(key, among: known) else { return }
        add(
            .word("unknown-field"),
            .warning,
            at: value,
            pointer,
            "\(EscapedText.quoted(key)) is not a field of an event, so that the pattern matches none",
            suggestion: nearest
        )
    }

    /// Labels of severities in ASFF are in capitals (Security Hub API reference, `Severity`), and a pattern compares letter
    /// by letter.
    mutating func checkLabel(_ word: JSON, _ pointer: String) {
        let labels = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
        guard let text = word.string, labels.contains(text) == false else { return }
        add(
            .word("unknown-severity"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is not the label of a severity, and a pattern compares letter by letter",
            suggestion: labels.first { $0 == text.uppercased() } ?? NearestWord.ofName(text, among: labels)
        )
    }

    /// A word that is only the beginning, the end or a part of finding types, which are compared whole.
    mutating func checkPartOfType(_ text: String, _ word: JSON, _ pointer: String) {
        guard text.contains("*") == false, text.contains(":") == false, text.contains("/") == false else { return }
        func isSame(_ name: String) -> Bool { name.lowercased() == text.lowercased() }
        let suggestion: String
        if let purpose = KnownTypes.purposes.first(where: isSame) {
            suggestion = "\(purpose):*"
        } else if let namespace = KnownTypes.namespaces.first(where: isSame) {
            suggestion = "\(namespace)/*"
        } else if let type = KnownTypes.guardDuty.first(where: { isSame(KnownTypes.name($0)) }) {
            suggestion = "*/\(KnownTypes.name(type))*"
        } else {
            return
        }
        add(
            .word("part-of-type"),
            .warning,
            at: word,
            pointer,
            "\(EscapedText.quoted(text)) is a part of finding types, and a word without * is compared with the whole of them",
            suggestion: suggestion
        )
    }
}

/// The control that a text was probably meant to be.
private struct ControlForm {
    let text: String
    /// Whether that is a control; otherwise only that this is none.
    let isCertain: Bool

    init?(_ written: String, families: [String]) {
        var rest = written[...]
        for (open, close) in [("[", "]"), ("(", ")")] {
            if rest.hasPrefix(open) { rest = rest.dropFirst() }
            if rest.hasSuffix(close) { rest = rest.dropLast() }
        }
        // "security-control/S3.8" and "SecurityHub.S3.8" say before it what it is.
        if rest.contains("/v/") == false { rest = rest.split(separator: "/").last ?? rest }
        if rest.lowercased().hasPrefix("securityhub.") { rest = rest.dropFirst("securityhub.".count) }
        let head = rest.prefix { $0.isLetter || $0.isNumber }
        let family = families.first { $0.lowercased() == head.lowercased() }
        let tail = rest.dropFirst(head.count)
        if let family, tail.isEmpty {
            (text, isCertain) = ("\(family).*", true)
            return
        }
        if let family, let mark = tail.first, ".,:;".contains(mark) {
            let number = String(tail.dropFirst().map { "Oo".contains($0) ? "0" : "lI".contains($0) ? "1" : $0 })
            guard number.isEmpty == false, number.allSatisfy({ $0.isNumber || $0 == "*" || $0 == "." }) else {
                // A word where the number should be: the name of something else, or a mistake.
                guard mark == ".", number.allSatisfy({ $0.isLetter }) else { return nil }
                (text, isCertain) = ("", false)
                return
            }
            // No family has a thousand controls.
            guard number.split(separator: ".").allSatisfy({ $0.count <= 3 || $0.contains("*") }) else {
                (text, isCertain) = ("", false)
                return
            }
            let trimmed = number.drop { $0 == "0" }
            let isPadded = number.allSatisfy(\.isNumber) && number.hasPrefix("0") && trimmed.isEmpty == false
            (text, isCertain) = ("\(family).\(isPadded ? String(trimmed) : number)", true)
            return
        }
        if tail.hasPrefix("."), tail.dropFirst().allSatisfy({ $0.isNumber || $0 == "*" || $0 == "." }) {
            guard head.isEmpty == false else { return nil }
            let nearest = NearestWord.ofName(String(head), among: families)
            (text, isCertain) = (nearest.map { $0 + tail } ?? "", nearest != nil)
            return
        }
        // "S3-8", "S3 8" and "S38" are all S3.8 without its dot.
        let plain = rest.filter { $0 != "-" && $0 != " " && $0 != "_" }
        let matches = families.filter { family in
            let number = plain.dropFirst(family.count)
            return plain.lowercased().hasPrefix(family.lowercased()) && number.isEmpty == false
                && number.count <= 3 && number.allSatisfy(\.isNumber)
        }
        guard let family = matches.max(by: { $0.count < $1.count }) else { return nil }
        (text, isCertain) = ("\(family).\(plain.dropFirst(family.count))", true)
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
