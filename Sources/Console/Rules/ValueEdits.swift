import Findings
import Routing

/// Changes of a value as changes of its text, down to the member and the element: what stays is not written anew.
enum ValueEdits {
    /// What makes one value the other.
    ///
    /// - Parameters:
    ///   - old: As it stands in the file.
    ///   - new: As it is to be.
    ///   - pointer: To the old one.
    ///   - kept: Members that stay as they are, whatever the new value says of them.
    /// - Returns: None when both mean the same.
    static func edits(from old: JSON, to new: JSON, at pointer: String, keeping kept: Set<String> = []) -> [RouteEdit] {
        guard old.means(new) == false else { return [] }
        switch (old.kind, new.kind) {
        // A key that stands twice is for the reader of the file to refuse.
        case (.object, .object) where Set(new.members.map(\.key)).count == new.members.count:
            return members(of: old, new, pointer, kept)
        // Into a list without elements others would go on lines of their own.
        case (.array, .array) where old.elements.isEmpty == false && new.elements.isEmpty == false:
            return elements(of: old.elements, new.elements, pointer)
        default: return [.set(pointer, new.value)]
        }
    }

    private static func members(of old: JSON, _ new: JSON, _ pointer: String, _ kept: Set<String>) -> [RouteEdit] {
        func child(_ key: String) -> String { pointer + JSONPointer([key]).text }
        let set = new.members.filter { kept.contains($0.key) == false }.flatMap { member in
            old[member.key].map { edits(from: $0, to: member.value, at: child(member.key)) }
                ?? [.set(child(member.key), member.value.value)]
        }
        let gone = old.members.filter { new[$0.key] == nil && kept.contains($0.key) == false }
        return set + gone.map { .remove(child($0.key)) }
    }

    /// What stands at both ends alike stays.
    private static func elements(of old: [JSON], _ new: [JSON], _ pointer: String) -> [RouteEdit] {
        let before = zip(old, new).prefix { $0.means($1) }.count
        let after = zip(old.dropFirst(before).reversed(), new.dropFirst(before).reversed()).prefix { $0.means($1) }
            .count
        let (oldEnd, newEnd) = (old.count - after, new.count - after)
        let end = min(oldEnd, newEnd)
        let changed = (before..<end).flatMap { edits(from: old[$0], to: new[$0], at: "\(pointer)/\($0)") }
        let gone = (end..<oldEnd).reversed().map { RouteEdit.remove("\(pointer)/\($0)") }
        let come = (end..<newEnd).map { place in
            RouteEdit.insert(pointer, new[place].value, before: after > 0 ? place : nil)
        }
        return changed + gone + come
    }
}
