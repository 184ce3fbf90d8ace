import Findings
import HTTPSurface

/// The accounts of a group, one a line.
struct AccountGroupForm: SettingForm {
    var accounts = ""

    private static let key = "accounts"
    static let areas: Set<String> = [key]

    /// A group is the list of its accounts, without members.
    static func entries(of json: JSON) -> [(key: String, value: JSON)]? {
        json.kind == .array ? [(key, json)] : nil
    }

    static func value(of members: [JSONValue.Member]) -> JSONValue { members.first?.value ?? .array([]) }

    mutating func take(_ key: String, _ value: JSON) -> Bool { LineList.take(value, &accounts) }

    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        [(AccountGroupForm.key, LineList.json(accounts))]
    }

    init() {}

    init(_ fields: FormFields) { accounts = FormText.lines(fields[AccountGroupForm.key] ?? "") }

    var fields: FormFields {
        var fields = FormFields()
        fields.append(AccountGroupForm.key, accounts)
        return fields
    }

    func html(_ rows: SettingRows) -> HTML {
        let box = HTML.area(
            AccountGroupForm.key,
            label: "Accounts",
            accounts,
            rows: max(8, ConditionFormView.rows(accounts))
        )
        let hint: HTML =
            "One id of 12 digits a line; * stands for anything, as in 4444*. Rules name the group as @\(rows.name ?? "")."
        return SettingRows.part("Who belongs to it", "", rows.row(AccountGroupForm.key, "Accounts", box, hint: hint))
    }
}
