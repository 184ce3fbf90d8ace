import Findings
import HTTPSurface
import Routing

/// Where a secret is read from: the name of what holds it, never the secret itself.
struct SecretNameForm: Sendable, Hashable {
    var source = Source.env
    var name = ""

    enum Source: String, Sendable, Hashable, CaseIterable {
        case env, file, credential

        var words: String {
            switch self {
            case .env: "environment variable"
            case .file: "file"
            case .credential: "systemd credential"
            }
        }
    }

    init() {}

    /// `nil` for anything but one of the three.
    init?(_ json: JSON) {
        guard json.kind == .object, json.members.count == 1, let member = json.members.first,
            let source = Source(rawValue: member.key), let name = member.value.string, name.isEmpty == false
        else { return nil }
        self.source = source
        self.name = name
    }

    init(_ fields: FormFields, _ key: String) {
        source = fields["\(key).from"].flatMap(Source.init) ?? .env
        name = fields["\(key).name"] ?? ""
    }

    /// Reads a member of routes.json.
    static func take(_ json: JSON, _ secret: inout SecretNameForm) -> Bool {
        guard let some = SecretNameForm(json) else { return false }
        secret = some
        return true
    }

    func write(_ key: String, to fields: inout FormFields) {
        fields.append("\(key).from", source.rawValue)
        fields.append("\(key).name", name)
    }

    /// Nothing while it has no name.
    func json(_ key: String, _ mistakes: inout [FormMistake]) -> JSONValue? {
        guard name.isEmpty == false else { return nil }
        guard SecretNameForm.isSecret(name) == false else {
            mistakes.append(FormMistake(field: key, text: SecretNameForm.advice(key)))
            return nil
        }
        return .object([JSONValue.Member(source.rawValue, .string(name))])
    }

    /// Whether it is probably no name but what the name was asked for; an address may hold a secret anywhere.
    static func isSecret(_ text: String) -> Bool { SecretForm.of(text) != nil || text.contains("://") }

    static func advice(_ key: String) -> String {
        """
        What was typed for “\(key)” looks like the secret itself, and is not shown again. Put it where the service reads it, \
        and write here what holds it.
        """
    }

    func html(_ key: String, _ label: String) -> HTML {
        let sources = Source.allCases.map { ($0.rawValue, $0.words) }
        return """
            <div class="inl">\(.select("\(key).from", label: "\(label): what holds it", sources, source.rawValue))\
            \(.box("\(key).name", label: "\(label): its name", SecretNameForm.isSecret(name) ? "" : name, hint: "name or path", size: "grow"))\
            </div>
            """
    }
}
