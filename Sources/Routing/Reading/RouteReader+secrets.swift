import Findings

/// Reading of references to secrets.
///
/// What stands where a secret belongs may be the secret itself, so these messages never repeat it.
extension RouteReader {
    mutating func secret(_ node: Node?, _ what: String) -> SecretReference? {
        guard let node else { return nil }
        let forms = #"{"env": "NAME"}, {"file": "/path"} or {"credential": "name"}"#
        guard node.json.kind == .object else {
            let found = node.json.kind == .string ? "the value itself" : node.json.kindName
            error(node, "\(what) is a secret and must not stand in this file: write \(forms), found \(found)")
            return nil
        }
        let keys = ["env", "file", "credential"]
        // A key of another name may be the secret, so neither a message nor a pointer holds it.
        guard node.json.members.allSatisfy({ keys.contains($0.key) }) else {
            let isTurned = node.json.members.contains { keys.contains($0.value.string ?? "") }
            let advice = isTurned ? "; env, file or credential is the key, and what it reads from the value" : ""
            error(node, "\(what) must be exactly one of \(forms)\(advice)")
            return nil
        }
        guard let fields = fields(of: node, what, keys: keys) else { return nil }
        guard fields.entries.count == 1, let entry = fields.entries.first else {
            error(node, "\(what) must be exactly one of \(forms)")
            return nil
        }
        guard let text = entry.node.json.string, text.isEmpty == false else {
            error(entry.node, "\"\(entry.key)\" must be a string that is not empty, found \(entry.node.json.kindName)")
            return nil
        }
        return reference(entry.key, text, entry.node)
    }

    private mutating func reference(_ key: String, _ text: String, _ node: Node) -> SecretReference? {
        switch key {
        case "env":
            let isName =
                text.utf8.allSatisfy { MailAddress.isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
                && text.utf8.first.map { (0x30...0x39).contains($0) } == false
            guard isName else {
                error(node, "\"env\" must be the name of an environment variable: letters, digits and _ only")
                return nil
            }
            return .environment(text)
        case "file":
            guard RouteReader.hasControlCharacter(text) == false, text.contains("://") == false else {
                error(node, "\"file\" must be the path of a file")
                return nil
            }
            return .file(text)
        default:
            guard text.contains("/") == false, text != ".", text != "..",
                RouteReader.hasControlCharacter(text) == false
            else {
                error(node, "\"credential\" must be the name of a systemd credential, without /")
                return nil
            }
            return .credential(text)
        }
    }
}
