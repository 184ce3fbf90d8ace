package import Findings

/// The text of a routes.json, changed member by member: what a change does not name stays byte for byte, so that the file
/// reads in git as people laid it out.
package struct RouteText: Sendable {
    package private(set) var bytes: [UInt8]
    package private(set) var root: JSON

    /// - Throws: When the bytes are not JSON.
    package init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
        self.bytes = bytes
        root = try JSONDocument.parse(bytes)
    }

    /// Makes the changes, one after another; after an error none of them is made.
    package mutating func apply(_ edits: [RouteEdit]) throws(RouteEditError) {
        var text = self
        for edit in edits { try text.apply(edit) }
        self = text
    }

    /// Makes one change.
    package mutating func apply(_ edit: RouteEdit) throws(RouteEditError) {
        switch edit {
        case .set(let pointer, let value): try set(pointer, value)
        case .remove(let pointer):
            let (container, place) = try self.place(pointer)
            try replace(removal(of: place, in: container), with: [])
        case .insert(let pointer, let value, let before):
            let (array, _) = try container(pointer)
            guard array.kind == .array else { throw .notThere(pointer: pointer, reason: "this is not an array") }
            try insert(.value(value), into: array, before: try self.index(before, in: array, pointer))
        case .move(let pointer, let before): try move(pointer, before: before)
        case .rename(let pointer, let name):
            let (container, place) = try self.place(pointer)
            guard container.json.kind == .object else {
                throw .notThere(pointer: pointer, reason: "only members of an object have names")
            }
            guard container.json[name] == nil else {
                throw .notThere(pointer: pointer, reason: "there is a member \(EscapedText.quoted(name)) already")
            }
            let item = container.items[place]
            let keyEnd = item.start + keyLength(item)
            try replace(item.start..<keyEnd, with: JSONValue.string(name).bytes)
        }
    }

    // MARK: Places

    /// A member with its key, or an element.
    private struct Item {
        var start: Int
        var end: Int
        var value: JSON
        var key: String?
    }

    private struct Container {
        var json: JSON
        var items: [Item]

        init(_ json: JSON) {
            self.json = json
            items =
                json.kind == .object
                ? json.members.map {
                    Item(start: $0.keyOffset, end: $0.value.bytes.endIndex, value: $0.value, key: $0.key)
                }
                : json.elements.map { Item(start: $0.offset, end: $0.bytes.endIndex, value: $0, key: nil) }
        }
    }

    private func container(_ text: String) throws(RouteEditError) -> (json: JSON, pointer: JSONPointer) {
        guard let pointer = JSONPointer(text) else {
            throw .notThere(pointer: text, reason: "a pointer begins with “/”, as in /rules/0/when")
        }
        guard let json = pointer.value(in: root) else {
            throw .notThere(pointer: text, reason: "nothing is there")
        }
        return (json, pointer)
    }

    /// The member or element that the pointer leads to.
    private func place(_ text: String) throws(RouteEditError) -> (container: Container, place: Int) {
        guard let pointer = JSONPointer(text), let last = pointer.tokens.last,
            let parent = pointer.parent.value(in: root)
        else { throw .notThere(pointer: text, reason: "nothing is there") }
        let container = Container(parent)
        let place =
            parent.kind == .object
            ? container.items.firstIndex { $0.key == last } : JSONPointer.index(last)
        guard let place, container.items.indices.contains(place) else {
            throw .notThere(pointer: text, reason: "nothing is there")
        }
        return (container, place)
    }

    private func index(_ before: Int?, in array: JSON, _ pointer: String) throws(RouteEditError) -> Int {
        let count = array.elements.count
        guard let before else { return count }
        guard (0...count).contains(before) else {
            throw .notThere(pointer: pointer, reason: "there are \(count) elements, and none at \(before)")
        }
        return before
    }

    private func keyLength(_ item: Item) -> Int {
        // A key ends at the first quotation mark that no backslash escapes.
        var at = item.start + 1
        while at < item.end, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return at + 1 - item.start
    }

    // MARK: Changes

    private mutating func set(_ text: String, _ value: JSONValue) throws(RouteEditError) {
        guard let pointer = JSONPointer(text) else {
            throw .notThere(pointer: text, reason: "a pointer begins with “/”, as in /rules/0/when")
        }
        if let present = pointer.value(in: root) {
            let written = layout.text(value, indent: indent(at: present.offset))
            return try replace(present.bytes.startIndex..<present.bytes.endIndex, with: Array(written.utf8))
        }
        guard let last = pointer.tokens.last, let parent = pointer.parent.value(in: root) else {
            throw .notThere(pointer: text, reason: "nothing is there to set it in")
        }
        switch parent.kind {
        case .object: try insert(.member(last, value), into: parent, before: Container(parent).items.count)
        case .array where last == "-" || JSONPointer.index(last) == parent.elements.count:
            try insert(.value(value), into: parent, before: parent.elements.count)
        default: throw .notThere(pointer: text, reason: "nothing is there to set it in")
        }
    }

    private mutating func move(_ pointer: String, before: Int?) throws(RouteEditError) {
        let (container, from) = try place(pointer)
        guard container.json.kind == .array else {
            throw .notThere(pointer: pointer, reason: "only elements of an array are moved")
        }
        let target = try index(before, in: container.json, pointer)
        guard target != from, target != from + 1 else { return }
        let item = container.items[from]
        let moved = Array(bytes[item.start..<item.end])
        let parent = JSONPointer(pointer)?.parent
        try replace(removal(of: from, in: container), with: [])
        guard let array = parent?.value(in: root) else { throw .notThere(pointer: pointer, reason: "nothing is there") }
        try insert(.bytes(moved), into: array, before: target > from ? target - 1 : target)
    }

    /// The bytes to take away so that the item is gone with one comma and its white space.
    private func removal(of place: Int, in container: Container) -> Range<Int> {
        let items = container.items
        if place + 1 < items.count { return items[place].start..<items[place + 1].start }
        if place > 0 { return items[place - 1].end..<items[place].end }
        let outer = container.json.bytes
        return outer.startIndex + 1..<outer.endIndex - 1
    }

    /// What is put in.
    private enum New {
        case value(JSONValue)
        case member(String, JSONValue)
        /// As it stood elsewhere.
        case bytes([UInt8])
    }

    private mutating func insert(_ new: New, into json: JSON, before place: Int) throws(RouteEditError) {
        let items = Container(json).items
        let outer = json.bytes
        guard let first = items.first else {
            let outerIndent = indent(at: json.offset) ?? ""
            let inner = outerIndent + layout.unit
            let text =
                "\(layout.newline)\(inner)".utf8 + written(new, indent: inner)
                + "\(layout.newline)\(outerIndent)".utf8
            return try replace(outer.startIndex + 1..<outer.endIndex - 1, with: Array(text))
        }
        // As its neighbours: in a line of its own, or behind them in the same one.
        let gap = bytes[(outer.startIndex + 1)..<first.start]
        let between =
            items.count > 1
            ? spaceBetween(items[0], items[1]) : gap.contains(RouteText.newlineByte) ? Array(gap) : [0x20]
        let isOnLines = between.contains(RouteText.newlineByte)
        let text = written(new, indent: isOnLines ? indent(at: first.start) : nil)
        if place < items.count {
            try replace(items[place].start..<items[place].start, with: text + [UInt8(ascii: ",")] + between)
        } else {
            let end = items[items.count - 1].end
            try replace(end..<end, with: [UInt8(ascii: ",")] + between + text)
        }
    }

    private static let newlineByte = UInt8(ascii: "\n")

    private func spaceBetween(_ one: Item, _ next: Item) -> [UInt8] {
        let between = bytes[one.end..<next.start]
        guard let comma = between.firstIndex(of: UInt8(ascii: ",")) else { return Array(between) }
        return Array(between[(comma + 1)...])
    }

    private func written(_ new: New, indent: String?) -> [UInt8] {
        switch new {
        case .value(let value): Array(layout.text(value, indent: indent).utf8)
        case .member(let key, let value):
            Array((JSONValue.string(key).text + ": " + layout.text(value, indent: indent)).utf8)
        case .bytes(let bytes): bytes
        }
    }

    // MARK: The text around

    private var layout: JSONLayout { JSONLayout(of: bytes) }

    /// The white space at the beginning of the line; `nil` in a text of one line.
    private func indent(at offset: Int) -> String? {
        guard let lineEnd = bytes[..<offset].lastIndex(of: RouteText.newlineByte) else { return nil }
        let indent = bytes[(lineEnd + 1)...].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return String(decoding: indent, as: UTF8.self)
    }

    private mutating func replace(_ range: Range<Int>, with new: [UInt8]) throws(RouteEditError) {
        var edited = bytes
        edited.replaceSubrange(range, with: new)
        do throws(JSONSyntaxError) {
            root = try JSONDocument.parse(edited)
        } catch {
            throw .notJSON(error)
        }
        bytes = edited
    }
}
