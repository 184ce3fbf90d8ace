import Findings

/// What is a Slack destination's own: an incoming webhook, or a bot.
struct SlackForm: Sendable, Hashable {
    var url = SecretNameForm()
    var dialect = ""
    var token = SecretNameForm()
    var channel = ""
    var api = ""
    var mentions: [Mention] = []

    /// What stands before messages of a severity.
    struct Mention: Sendable, Hashable {
        /// As in routes.json.
        var severity = Severity.critical.label
        var text = ""
    }

    mutating func perform(_ act: FormAct) {
        if act.deed == .addPart, act.target == "mentions" { mentions.append(Mention(severity: nextSeverity)) }
        for place in mentions.indices.reversed() where act == FormAct(.remove, "mentions.\(place)") {
            mentions.remove(at: place)
        }
    }

    /// The most severe that has none yet.
    private var nextSeverity: String {
        let taken = mentions.compactMap { Severity(label: $0.severity) }
        return (Severity.allCases.reversed().first { taken.contains($0) == false } ?? .critical).label
    }

    mutating func take(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "url": return SecretNameForm.take(value, &url)
        case "dialect": return Read.text(value, &dialect)
        case "token": return SecretNameForm.take(value, &token)
        case "channel": return Read.text(value, &channel)
        case "api": return Read.text(value, &api)
        case "mentions":
            guard value.kind == .object, value.members.isEmpty == false else { return false }
            mentions = value.members.map { Mention(severity: $0.key, text: $0.value.string ?? "") }
            return mentions.allSatisfy { $0.text.isEmpty == false }
        default: return false
        }
    }

    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        let written = mentions.filter { $0.text.isEmpty == false }
            .map { JSONValue.Member($0.severity, .string($0.text)) }
        return [
            ("url", url.json("url", &mistakes)), ("dialect", Written.text(dialect)),
            ("token", token.json("token", &mistakes)), ("channel", Written.text(channel)), ("api", Written.text(api)),
            ("mentions", written.isEmpty ? nil : .object(written)),
        ]
    }

    init() {}

    init(_ fields: FormFields) {
        url = SecretNameForm(fields, "url")
        dialect = fields["dialect"] ?? ""
        token = SecretNameForm(fields, "token")
        channel = fields["channel"] ?? ""
        api = fields["api"] ?? ""
        while let severity = fields["mentions.\(mentions.count).severity"] {
            mentions.append(Mention(severity: severity, text: fields["mentions.\(mentions.count).text"] ?? ""))
        }
    }

    func write(to fields: inout FormFields) {
        url.write("url", to: &fields)
        fields.append("dialect", dialect)
        token.write("token", to: &fields)
        fields.append("channel", channel)
        fields.append("api", api)
        for (place, mention) in mentions.enumerated() {
            fields.append("mentions.\(place).severity", mention.severity)
            fields.append("mentions.\(place).text", mention.text)
        }
    }
}
