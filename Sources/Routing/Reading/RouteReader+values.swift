import Findings

/// Reading of objects and scalars, with the complaints that are the same everywhere.
extension RouteReader {
    /// The members of an object whose keys are fixed.
    struct Fields {
        let node: Node
        /// In the order written, each key once.
        let entries: [(key: String, node: Node)]

        subscript(key: String) -> Node? { entries.first { $0.key == key }?.node }
        subscript(key: some RawRepresentable<String>) -> Node? { self[key.rawValue] }
    }

    /// Reads an object with fixed keys.
    ///
    /// - Parameters:
    ///   - node: The value.
    ///   - what: What the object is, as the subject of a sentence: `a rule`.
    ///   - keys: All keys that mean something here.
    ///   - required: Those that must not be missing.
    /// - Returns: The known members, or `nil` when the value is no object.
    mutating func fields(of node: Node, _ what: String, keys: [String], required: [String] = []) -> Fields? {
        guard let entries = entries(of: node, what) else { return nil }
        var known: [(key: String, node: Node)] = []
        for entry in entries {
            guard keys.contains(entry.key) else {
                unknownKey(entry, in: what, keys: keys)
                continue
            }
            known.append((entry.key, entry.node))
        }
        for key in required where entries.contains(where: { $0.key == key }) == false {
            error(node, "\(what) needs the key \"\(key)\"")
        }
        return Fields(node: node, entries: known)
    }

    private mutating func unknownKey(_ entry: Entry, in what: String, keys: [String]) {
        let suggestion = nearest(entry.key, among: keys)
        let known = suggestion == nil ? "; its keys are \(keys.joined(separator: ", "))" : ""
        note(
            .error,
            at: entry.keyOffset,
            entry.node.pointer,
            "\(what) has no key \(RouteReader.quoted(entry.key))\(known)",
            suggestion: suggestion
        )
    }

    /// A member of an object whose keys are names.
    struct Entry {
        var key: String
        var keyOffset: Int
        var node: Node
    }

    /// Reads an object whose keys are names: its members in the order written, each key once.
    mutating func entries(of node: Node, _ what: String) -> [Entry]? {
        guard node.json.kind == .object else {
            error(node, "\(what) must be an object, found \(RouteReader.found(node.json))")
            return nil
        }
        var firstOffsets: [String: Int] = [:]
        var entries: [Entry] = []
        for member in node.json.members {
            let child = node.child(member.key, member.value)
            if let first = firstOffsets[member.key] {
                let line = position(of: first).line
                note(
                    .error,
                    at: member.keyOffset,
                    child.pointer,
                    "the key \(RouteReader.quoted(member.key)) is given twice, first in line \(line)"
                )
                continue
            }
            firstOffsets[member.key] = member.keyOffset
            entries.append(Entry(key: member.key, keyOffset: member.keyOffset, node: child))
        }
        return entries
    }

    /// Reads a string that is not empty.
    mutating func string(_ node: Node?, _ what: String, expected: String = "a string") -> String? {
        guard let node else { return nil }
        guard let text = node.json.string else {
            error(node, "\(what) must be \(expected), found \(RouteReader.found(node.json))")
            return nil
        }
        guard text.isEmpty == false else {
            error(node, "\(what) must be \(expected), found an empty string")
            return nil
        }
        return text
    }

    mutating func bool(_ node: Node?, _ what: String) -> Bool? {
        guard let node else { return nil }
        guard let value = node.json.bool else {
            error(node, "\(what) must be true or false, found \(RouteReader.found(node.json))")
            return nil
        }
        return value
    }

    mutating func integer(_ node: Node?, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        guard let value = node.json.integer, range.contains(value) else {
            error(
                node,
                "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "found \(RouteReader.found(node.json))"
            )
            return nil
        }
        return value
    }

    /// Reads one of a few words.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ node: Node?,
        _ what: String,
        _ type: Word.Type = Word.self
    ) -> Word? {
        word(node, what, among: Word.allCases.map(\.rawValue)).flatMap { Word(rawValue: $0) }
    }

    /// Reads one of a few words that are no type of their own.
    mutating func word(_ node: Node?, _ what: String, among words: [String]) -> String? {
        guard let node, let text = string(node, what, expected: RouteReader.oneOf(words)) else { return nil }
        guard words.contains(text) else {
            unknownWord(node, text, what, words)
            return nil
        }
        return text
    }

    mutating func unknownWord(_ node: Node, _ text: String, _ what: String, _ words: [String]) {
        error(
            node,
            "\(what) must be \(RouteReader.oneOf(words)), found \(RouteReader.quoted(text))",
            suggestion: nearest(text, among: words)
        )
    }

    /// Reads an array with at least one element.
    mutating func list(_ node: Node?, _ what: String, of expected: String) -> [Node]? {
        guard let node else { return nil }
        guard node.json.kind == .array else {
            error(node, "\(what) must be a list of \(expected), found \(RouteReader.found(node.json))")
            return nil
        }
        let elements = node.elements
        guard elements.isEmpty == false else {
            error(node, "\(what) must be a list of \(expected) with at least one of them, found an empty list")
            return nil
        }
        return elements
    }

    /// Reads one string or a list of strings, none of them empty.
    mutating func words(_ node: Node, _ what: String) -> [(text: String, node: Node)] {
        if node.json.kind == .array {
            let elements = list(node, what, of: "strings") ?? []
            return elements.compactMap { element in string(element, "each of \(what)").map { ($0, element) } }
        }
        return string(node, what, expected: "a string or a list of strings").map { [($0, node)] } ?? []
    }
}
