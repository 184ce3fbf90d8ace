import Findings
import HTTPSurface

/// One window as the fields of a form; each but the zone as ``ListText`` writes it.
struct WindowForm: SettingForm {
    var timeZone = ""
    var times = ""
    var weekdays = ""
    var dates = ""
    var daysOfMonth = ""
    var months = ""

    mutating func take(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "timeZone": Read.text(value, &timeZone)
        case "times": Read.list(value, &times)
        case "weekdays": Read.list(value, &weekdays)
        case "dates": Read.list(value, &dates)
        case "daysOfMonth": Read.list(value, &daysOfMonth)
        case "months": Read.list(value, &months)
        default: false
        }
    }

    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        [
            ("timeZone", Written.text(timeZone)), ("times", Written.list(times)), ("weekdays", Written.list(weekdays)),
            ("dates", Written.list(dates)), ("daysOfMonth", Written.list(daysOfMonth)),
            ("months", Written.list(months)),
        ]
    }

    init() {}

    init(_ fields: FormFields) {
        timeZone = fields["timeZone"] ?? ""
        times = fields["times"] ?? ""
        weekdays = fields["weekdays"] ?? ""
        dates = fields["dates"] ?? ""
        daysOfMonth = fields["daysOfMonth"] ?? ""
        months = fields["months"] ?? ""
    }

    var fields: FormFields {
        var fields = FormFields()
        fields.append("timeZone", timeZone)
        fields.append("times", times)
        fields.append("weekdays", weekdays)
        fields.append("dates", dates)
        fields.append("daysOfMonth", daysOfMonth)
        fields.append("months", months)
        return fields
    }

    func html(_ rows: SettingRows) -> HTML {
        let lead: HTML = "any of the times, on days that fit every field which is filled in; several apart by commas"
        return SettingRows.part(
            "When it is",
            lead,
            """
            \(rows.line("times", "Times", times, "the whole day", size: "full", about: "As 09:00-17:00; 22:00-06:00 ends on the next day."))\
            \(rows.line("weekdays", "Weekdays", weekdays, "every weekday", size: "full", about: "As monday-friday, sunday."))\
            \(rows.line("dates", "Dates", dates, "every date", size: "full", about: "As 2026-12-24 or 2026-12-24..2026-12-26."))\
            \(rows.line("daysOfMonth", "Days of the month", daysOfMonth, "every day", size: "full", about: "As 1, 15..20 or -1 for the last."))\
            \(rows.line("months", "Months", months, "every month", size: "full", about: "As december or november-february."))\
            \(rows.line("timeZone", "Time zone", timeZone, "UTC", size: "full", about: "As Europe/Berlin; by its clock, summer and winter."))
            """
        )
    }
}
