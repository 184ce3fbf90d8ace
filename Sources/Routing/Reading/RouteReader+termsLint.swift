import Findings

/// Terms that are allowed and probably not meant.
extension RouteReader {
    mutating func lintWindows(_ document: RouteDocument, _ windows: [NamedWindow]) {
        let mutes =
            document.rules.flatMap(\.terms.mutes) + document.destinations.flatMap(\.mutes)
            + (document.fallback?.terms.mutes ?? [])
        let used = Set(mutes.flatMap(\.windows).map(\.name))
        for window in windows where used.contains(window.name) == false {
            note(
                .warning,
                at: window.keyOffset,
                window.node.pointer,
                "the window \(RouteReader.quoted(window.name)) is not used: no \"mute\" names it"
            )
        }
    }

    /// - Parameters:
    ///   - node: The rule, or the fallback.
    ///   - send: Where it sends.
    ///   - digested: The destinations that have a digest.
    mutating func lintTerms(_ node: Node, _ send: [String], _ digested: Set<String>) {
        let isDigested = node.json["digest"] != nil || (send.isEmpty == false && digested.isSuperset(of: send))
        for key in ["group", "unless"] where isDigested {
            guard let value = node.json[key] else { continue }
            warning(node.child(key, value), "\"\(key)\" means nothing here: everything goes into the digest")
        }
        let notify = node.json["notify"]
        let isReminded = notify?.elements.contains { $0.string == Transition.reminder.rawValue }
        let group = node.json["group"].map { node.child("group", $0) }
        let interval = group.flatMap { group in group.json["repeat"].map { group.child("repeat", $0) } }
        if let interval, isReminded == false {
            warning(interval, "\"repeat\" means nothing here: \"notify\" leaves out \"reminder\"")
        }
        if let notify, isReminded == true, interval == nil {
            warning(node.child("notify", notify), "no reminder is ever due: \"group\" has no \"repeat\"")
        }
    }
}
