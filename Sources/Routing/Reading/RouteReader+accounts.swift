import Findings

extension RouteReader {
    /// Reads the account groups.
    mutating func accounts(_ node: Node?) -> [String: [String]] {
        guard let node, let entries = entries(of: node, "\"accounts\"") else { return [:] }
        var groups: [String: [String]] = [:]
        for entry in entries {
            guard isGroupName(entry) else { continue }
            let elements = list(entry.node, "the account group \(RouteReader.quoted(entry.key))", of: "account ids")
            groups[entry.key] = (elements ?? []).compactMap { element in
                guard let word = accountString(element, "an account id") else { return nil }
                guard word.hasPrefix("!") == false, word.hasPrefix("@") == false else {
                    error(
                        element,
                        "an account group lists account ids, which may hold *; found \(RouteReader.quoted(word))"
                    )
                    return nil
                }
                return accountGlob(word, element) ? word : nil
            }
        }
        return groups
    }

    private mutating func isGroupName(_ entry: Entry) -> Bool {
        guard isName(entry.key, at: entry.node, offset: entry.keyOffset, "the name of an account group") else {
            return false
        }
        guard entry.key.contains(where: { "@!*".contains($0) || $0.isWhitespace }) == false else {
            note(
                .error,
                at: entry.keyOffset,
                entry.node.pointer,
                "the name of an account group must not contain @, !, * or spaces, found \(RouteReader.quoted(entry.key))"
            )
            return false
        }
        return true
    }

    /// Reads the string of an account id, with advice for those who wrote a number.
    mutating func accountString(_ node: Node, _ what: String) -> String? {
        guard node.json.kind != .number else {
            error(
                node,
                "\(what) must be a string, found the number \(node.json.text.prefix(40)): a number loses its leading "
                    + "zeros, write it in double quotes"
            )
            return nil
        }
        return string(node, what)
    }

    /// Whether an account id with `*` can be used; warns when it can match no AWS account.
    ///
    /// - Parameters:
    ///   - word: Without `!`.
    ///   - node: Where it stands.
    ///   - groups: The account groups that could have been meant.
    /// - Returns: `false` when it cannot be used; the error is noted.
    mutating func accountGlob(_ word: String, _ node: Node, groups: [String] = []) -> Bool {
        let group = word.contains(where: \.isLetter) ? NearestWord.ofName(word, among: groups).map { "@\($0)" } : nil
        let allowed = "-_.:/*".utf8
        guard word.utf8.allSatisfy({ MailAddress.isLetterOrDigit($0) || allowed.contains($0) }) else {
            error(
                node,
                "an account id is 12 digits, and may hold *; found \(RouteReader.quoted(word))",
                suggestion: group
            )
            return false
        }
        let digits = word.utf8.count { (0x30...0x39).contains($0) }
        let stars = word.utf8.count { $0 == UInt8(ascii: "*") }
        if digits + stars < word.utf8.count || (stars == 0 && digits != 12) || digits > 12 {
            warning(
                node,
                "AWS account ids are 12 digits; \(RouteReader.quoted(word)) matches none of them",
                suggestion: group
            )
        }
        return true
    }
}
