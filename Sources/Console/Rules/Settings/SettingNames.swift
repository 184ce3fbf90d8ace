import Findings
import Routing

/// Another name for a destination, a window or an account group, with everything in routes.json that names it.
enum SettingNames {
    /// Where the names of a part stand: below which parts, and under which keys.
    private static func places(of part: String) -> [(part: String, keys: Set<String>)] {
        switch part {
        case "destinations":
            [
                ("rules", ["send"]), ("fallback", ["send"]), ("destinations", ["fallback"]),
                ("expectations", ["to", "notTo"]),
            ]
        case "windows": ["rules", "fallback", "destinations"].map { ($0, ["during", "outside"]) }
        case "accounts": [("rules", ["account"])]
        default: []
        }
    }

    /// Members in which keys are other people's.
    private static let foreign: Set<String> = ["pattern", "finding", "event", "headers", "mentions"]

    /// What gives the part the new name, and then itself.
    static func renaming(_ subject: SettingSubject, to new: String, in root: JSON) -> [RouteEdit] {
        guard let name = subject.name, name != new else { return [] }
        let words = subject.part == "accounts" ? ["@\(name)": "@\(new)", "!@\(name)": "!@\(new)"] : [name: new]
        let named = places(of: subject.part).flatMap { place in
            root[place.part].map { edits(in: $0, JSONPointer([place.part]), place.keys, words) } ?? []
        }
        return named + [.rename(subject.place.pointer.text, to: new)]
    }

    private static func edits(
        in json: JSON,
        _ pointer: JSONPointer,
        _ keys: Set<String>,
        _ words: [String: String]
    ) -> [RouteEdit] {
        switch json.kind {
        case .object:
            return json.members.filter { foreign.contains($0.key) == false }.flatMap { member in
                let inside = pointer.appending(member.key)
                return keys.contains(member.key)
                    ? replacements(in: member.value, inside, words) : edits(in: member.value, inside, keys, words)
            }
        case .array:
            return json.elements.enumerated().flatMap { edits(in: $1, pointer.appending("\($0)"), keys, words) }
        default: return []
        }
    }

    /// A name alone, or a list of names.
    private static func replacements(in json: JSON, _ pointer: JSONPointer, _ words: [String: String]) -> [RouteEdit] {
        if let new = json.string.flatMap({ words[$0] }) { return [.set(pointer.text, .string(new))] }
        return json.elements.enumerated().flatMap { replacements(in: $1, pointer.appending("\($0)"), words) }
    }
}
