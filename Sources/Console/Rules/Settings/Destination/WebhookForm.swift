import Findings
import Routing

/// What is a webhook's own.
struct WebhookForm: Sendable, Hashable {
    var url = SecretNameForm()
    var secret = SecretNameForm()
    var headers: [Header] = []

    /// A header that is sent with every message.
    struct Header: Sendable, Hashable {
        var name = ""
        /// Where its value is read from; `nil` for one that stands in the file.
        var source: SecretNameForm.Source?
        /// The value, or the name of what holds it.
        var text = ""

        init() {}

        fileprivate init?(_ member: JSON.Member) {
            name = member.key
            if let secret = SecretNameForm(member.value) {
                source = secret.source
                text = secret.name
            } else {
                guard let literal = member.value.string, SecretForm.of(literal) == nil else { return nil }
                text = literal
            }
        }

        fileprivate var isEmpty: Bool { name.isEmpty && text.isEmpty }

        /// Whether what was typed is a secret, which no page shows.
        var isSecret: Bool { source == nil ? SecretForm.of(text) != nil : SecretNameForm.isSecret(text) }

        fileprivate var json: JSONValue {
            source.map { .object([JSONValue.Member($0.rawValue, .string(text))]) } ?? .string(text)
        }
    }

    mutating func perform(_ act: FormAct) {
        if act == FormAct(.addPart, "headers") { headers.append(Header()) }
        for place in headers.indices.reversed() where act == FormAct(.remove, "headers.\(place)") {
            headers.remove(at: place)
        }
    }

    mutating func take(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "url": return SecretNameForm.take(value, &url)
        case "secret": return SecretNameForm.take(value, &secret)
        case "headers":
            guard value.kind == .object else { return false }
            headers = value.members.compactMap { Header($0) }
            return headers.isEmpty == false && headers.count == value.members.count
        default: return false
        }
    }

    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        let written = headers.filter { $0.isEmpty == false }
        for header in written where header.isSecret {
            mistakes.append(FormMistake(field: "headers", text: SecretNameForm.advice(header.name)))
        }
        let members = written.map { JSONValue.Member($0.name, $0.json) }
        return [
            ("url", url.json("url", &mistakes)), ("secret", secret.json("secret", &mistakes)),
            ("headers", members.isEmpty ? nil : .object(members)),
        ]
    }

    init() {}

    init(_ fields: FormFields) {
        url = SecretNameForm(fields, "url")
        secret = SecretNameForm(fields, "secret")
        while let name = fields["headers.\(headers.count).name"] {
            let prefix = "headers.\(headers.count)"
            var header = Header()
            header.name = name
            header.source = fields["\(prefix).from"].flatMap(SecretNameForm.Source.init)
            header.text = fields["\(prefix).text"] ?? ""
            headers.append(header)
        }
    }

    func write(to fields: inout FormFields) {
        url.write("url", to: &fields)
        secret.write("secret", to: &fields)
        for (place, header) in headers.enumerated() {
            fields.append("headers.\(place).name", header.name)
            fields.append("headers.\(place).from", header.source?.rawValue ?? "")
            fields.append("headers.\(place).text", header.text)
        }
    }
}
