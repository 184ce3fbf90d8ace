import Findings
import HTTPSurface
import Routing

/// A part of routes.json beside the rules as the fields of a form.
protocol SettingForm: Sendable, Hashable {
    init()

    /// - Parameter fields: What a browser sent.
    init(_ fields: FormFields)

    /// What a browser would send of the form as it is shown.
    var fields: FormFields { get }

    /// The names of the fields that have boxes of several lines.
    static var areas: Set<String> { get }

    /// The members of a value, each of which has a field or none; `nil` when it is something else than the form is for.
    static func entries(of json: JSON) -> [(key: String, value: JSON)]?

    /// Takes in what a member says.
    ///
    /// - Returns: Whether the form has fields for it.
    mutating func take(_ key: String, _ value: JSON) -> Bool

    /// The members for routes.json; `nil` for those that are not written.
    ///
    /// - Parameter mistakes: What no member can be made of.
    /// - Returns: In the order in which new ones are written.
    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)]

    /// The value that has these members.
    static func value(of members: [JSONValue.Member]) -> JSONValue

    /// Adds or takes away what a button says.
    mutating func perform(_ act: FormAct)

    /// The fields, with what is wrong with them.
    func html(_ rows: SettingRows) -> HTML
}

extension SettingForm {
    static var areas: Set<String> { [] }

    static func entries(of json: JSON) -> [(key: String, value: JSON)]? {
        json.kind == .object ? json.members.map { ($0.key, $0.value) } : nil
    }

    static func value(of members: [JSONValue.Member]) -> JSONValue { .object(members) }

    mutating func perform(_ act: FormAct) {}

    /// The value for routes.json.
    func value(_ mistakes: inout [FormMistake]) -> JSONValue {
        Self.value(of: members(&mistakes).compactMap { key, value in value.map { JSONValue.Member(key, $0) } })
    }
}

/// What a form shows of a value that is in the file.
struct SettingReading: Sendable {
    var form: any SettingForm
    /// The members that it has no field for, and that stay as they are.
    var kept: [String] = []
}

extension SettingForm {
    /// Takes in whatever would come back as it was; `nil` when the form is for something else.
    static func reading(_ json: JSON) throws -> SettingReading? {
        guard let entries = entries(of: json) else { return nil }
        var form = Self()
        var kept: [String] = []
        for entry in entries {
            var next = form
            if next.take(entry.key, entry.value), try next.givesBack(entry.key, entry.value) {
                form = next
            } else {
                kept.append(entry.key)
            }
        }
        return SettingReading(form: form, kept: kept)
    }

    /// Whether a browser gives back a member that it is shown: boxes of one line lose line ends, and pages show no control
    /// characters.
    private func givesBack(_ key: String, _ value: JSON) throws -> Bool {
        let fields = fields
        let isShown = fields.pairs.allSatisfy { pair in
            Printable.clean(pair.value) == pair.value
                && (Self.areas.contains(pair.name) || pair.value.contains("\n") == false)
        }
        guard isShown else { return false }
        var mistakes: [FormMistake] = []
        let back = Self(fields).members(&mistakes).first { $0.key == key }?.value
        guard let back, mistakes.isEmpty else { return false }
        return try JSONDocument.parse(back.bytes).means(value)
    }
}

extension SettingsPage {
    /// The form of a part; `nil` for one that is edited as JSON.
    static func form(of part: String, named: Bool) -> (any SettingForm.Type)? {
        switch part {
        case "destinations" where named: DestinationForm.self
        case "windows" where named: WindowForm.self
        case "accounts" where named: AccountGroupForm.self
        case "email": EmailForm.self
        case "fallback": FallbackForm.self
        default: nil
        }
    }
}
