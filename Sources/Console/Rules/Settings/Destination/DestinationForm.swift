import Findings

/// One destination as the fields of a form.
struct DestinationForm: SettingForm {
    var type = "slack"
    var description = ""
    var slack = SlackForm()
    var webhook = WebhookForm()
    var email = EmailForm()
    /// One address a line.
    var to = ""
    /// One address a line.
    var cc = ""
    var fallback = ""
    var rate = ""
    var concurrency = ""
    var timeout = ""
    var retryFor = ""
    var privateAccess = PrivateAccessForm.unsaid
    /// As ``ListText`` writes them.
    var privateHosts = ""
    /// The mutes and the digest.
    var terms = TermsForm()

    static let areas: Set<String> = ["description", "to", "cc"]

    /// Whether addresses of private networks are allowed.
    enum PrivateAccessForm: String, Sendable, Hashable, CaseIterable {
        case unsaid = ""
        case none, all, some
    }

    mutating func perform(_ act: FormAct) {
        slack.perform(act)
        webhook.perform(act)
        terms.perform(act)
    }

    /// The type first: it says what the others mean.
    static func entries(of json: JSON) -> [(key: String, value: JSON)]? {
        guard json.kind == .object else { return nil }
        let entries = json.members.map { (key: $0.key, value: $0.value) }
        return entries.filter { $0.key == "type" } + entries.filter { $0.key != "type" }
    }

    mutating func take(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "type": return Read.text(value, &type)
        case "description": return Read.text(value, &description)
        case "to" where type == "email": return LineList.take(value, &to)
        case "cc" where type == "email": return LineList.take(value, &cc)
        case "fallback": return Read.text(value, &fallback)
        case "rate": return Read.text(value, &rate)
        case "concurrency": return Read.number(value, &concurrency)
        case "timeout": return Read.text(value, &timeout)
        case "retryFor": return Read.text(value, &retryFor)
        case "allowPrivate":
            privateAccess = value.bool.map { $0 ? .all : .none } ?? .some
            return value.bool != nil || Read.list(value, &privateHosts)
        case "mute", "digest": return terms.take(key, value) == true
        default:
            switch type {
            case "slack": return slack.take(key, value)
            case "webhook": return webhook.take(key, value)
            case "email": return email.take(key, value)
            default: return false
            }
        }
    }

    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        if privateAccess != .some, ListText.values(privateHosts).isEmpty == false {
            let text = "Private addresses are listed, and “only these” is not chosen."
            mistakes.append(FormMistake(field: "allowPrivate", text: text))
        }
        let own: [(key: String, value: JSONValue?)] =
            switch type {
            case "slack": slack.members(&mistakes)
            case "webhook": webhook.members(&mistakes)
            case "email": [("to", LineList.json(to)), ("cc", LineList.json(cc))] + email.members(&mistakes)
            default: []
            }
        let first: [(key: String, value: JSONValue?)] = [
            ("type", .string(type)), ("description", Written.text(description)),
        ]
        let sending: [(key: String, value: JSONValue?)] = [
            ("fallback", Written.text(fallback)), ("rate", Written.text(rate)),
            ("concurrency", Written.number(concurrency)), ("timeout", Written.text(timeout)),
            ("retryFor", Written.text(retryFor)), ("allowPrivate", allowPrivate),
        ]
        let told = terms.members(&mistakes).filter { $0.key == "mute" || $0.key == "digest" }
        return first + own + sending + told
    }

    private var allowPrivate: JSONValue? {
        switch privateAccess {
        case .unsaid: nil
        case .none: false
        case .all: true
        case .some: .array(ListText.values(privateHosts).map { .string($0) })
        }
    }
}
