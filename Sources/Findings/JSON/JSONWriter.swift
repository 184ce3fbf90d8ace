package import FoundationEssentials

/// Writes one JSON text front to back, without a tree of it: for what is written once for each message.
///
/// The text is the one that ``JSONValue`` would write of the same members. Members without a value are left out.
package struct JSONWriter {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// - Parameter capacity: What the text will commonly take, in bytes.
    package init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Writes the braces of an object, and what `members` writes between them.
    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    /// An object as a member.
    package mutating func object(_ key: StaticString, _ members: (inout JSONWriter) -> Void) {
        begin(key)
        object(members)
    }

    /// An array as a member; `write` writes one element.
    package mutating func array<Element>(
        _ key: StaticString,
        _ elements: some Sequence<Element>,
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        var needsComma = false
        for element in elements {
            if needsComma { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
            needsComma = true
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A string as an element of an array.
    package mutating func string(_ string: String) { JSONValue.write(string, to: &bytes) }

    /// A string as a member, unless there is none.
    package mutating func string(_ key: StaticString, _ string: String?) {
        guard let string else { return }
        begin(key)
        JSONValue.write(string, to: &bytes)
    }

    /// A number as a member.
    package mutating func integer(_ key: StaticString, _ integer: Int) {
        begin(key)
        JSONValue.integer(integer).write(to: &bytes)
    }

    /// A truth value as a member.
    package mutating func bool(_ key: StaticString, _ bool: Bool) {
        begin(key)
        JSONValue.bool(bool).write(to: &bytes)
    }

    /// A date as a member in ISO 8601, with milliseconds even where they are zero, unless there is none.
    package mutating func timestamp(_ key: StaticString, _ date: Date?) {
        guard let date else { return }
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        date.writeTimestamp(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A tree as a member, unless there is none.
    package mutating func value(_ key: StaticString, _ value: JSONValue?) {
        guard let value else { return }
        begin(key)
        value.write(to: &bytes)
    }

    /// Keys are our own and hold nothing to escape.
    private mutating func begin(_ key: StaticString) {
        if isFirst { isFirst = false } else { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }
}
