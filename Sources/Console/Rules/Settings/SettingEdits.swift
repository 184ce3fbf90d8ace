import Findings
import Operations
import Routing

/// Changes of settings as changes of the text of routes.json.
enum SettingEdits {
    /// What makes a part what a form says, be it there already or not.
    ///
    /// - Parameters:
    ///   - value: As it is to be.
    ///   - kept: Members that stay as they are.
    ///   - subject: The part.
    ///   - target: The same with the name that it is to have.
    ///   - set: The file.
    /// - Returns: None when nothing is different.
    /// - Throws: When the value is not JSON.
    static func edits(
        _ value: JSONValue,
        keeping kept: Set<String>,
        of subject: SettingSubject,
        as target: SettingSubject,
        in set: RuleSet
    ) throws -> [RouteEdit] {
        let pointer = subject.place.pointer
        if let present = pointer.value(in: set.root) {
            let new = try JSONDocument.parse(value.bytes)
            let changes = ValueEdits.edits(from: present, to: new, at: pointer.text, keeping: kept)
            return changes + SettingNames.renaming(subject, to: target.name ?? "", in: set.root)
        }
        let place = target.place.pointer
        guard place.tokens.count == 2, place.parent.value(in: set.root) == nil else { return [.set(place.text, value)] }
        return [.set(place.parent.text, .object([JSONValue.Member(place.tokens[1], value)]))]
    }
}
