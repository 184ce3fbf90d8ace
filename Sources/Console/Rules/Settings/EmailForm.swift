import Findings
import HTTPSurface

/// The mail server and the sender: the document's for all destinations, or a destination's own.
struct EmailForm: SettingForm {
    var host = ""
    var port = ""
    var tls = ""
    var from = ""
    var username = SecretNameForm()
    var password = SecretNameForm()

    mutating func take(_ key: String, _ value: JSON) -> Bool {
        switch key {
        case "host": Read.text(value, &host)
        case "port": Read.number(value, &port)
        case "tls": Read.text(value, &tls)
        case "from": Read.text(value, &from)
        case "username": SecretNameForm.take(value, &username)
        case "password": SecretNameForm.take(value, &password)
        default: false
        }
    }

    func members(_ mistakes: inout [FormMistake]) -> [(key: String, value: JSONValue?)] {
        [
            ("host", Written.text(host)), ("port", Written.number(port)), ("tls", Written.text(tls)),
            ("from", Written.text(from)), ("username", username.json("username", &mistakes)),
            ("password", password.json("password", &mistakes)),
        ]
    }

    init() {}

    init(_ fields: FormFields) {
        host = fields["host"] ?? ""
        port = fields["port"] ?? ""
        tls = fields["tls"] ?? ""
        from = fields["from"] ?? ""
        username = SecretNameForm(fields, "username")
        password = SecretNameForm(fields, "password")
    }

    var fields: FormFields {
        var fields = FormFields()
        write(to: &fields)
        return fields
    }

    func write(to fields: inout FormFields) {
        fields.append("host", host)
        fields.append("port", port)
        fields.append("tls", tls)
        fields.append("from", from)
        username.write("username", to: &fields)
        password.write("password", to: &fields)
    }

    func html(_ rows: SettingRows) -> HTML { SettingRows.part("The mail server", "", server(rows)) }

    /// The rows, with what stands in the place of what is left out.
    func server(_ rows: SettingRows, unsaid: String = "") -> HTML {
        func hint(_ example: String) -> String { unsaid.isEmpty ? example : unsaid }
        let securities = [
            ("", "as the port says"), ("starttls", "STARTTLS"), ("implicit", "TLS from the first byte"),
            ("none", "none, for a server on this machine"),
        ]
        return """
            \(rows.line("host", "Server", host, hint("smtp.example.com"), size: "full"))\
            \(rows.line("port", "Port", port, hint("587")))\
            \(rows.row("tls", "Encryption", .select("tls", label: "Encryption", securities, tls), hint: "Port 587 says STARTTLS and 465 TLS from the first byte; any other has to be told."))\
            \(rows.line("from", "Sender", from, hint("noroshi@example.com"), size: "full"))\
            \(rows.secret("username", "User", username, about: "Empty, with the password, \(unsaid.isEmpty ? "for a server that asks for none" : unsaid)."))\
            \(rows.secret("password", "Password", password))
            """
    }
}
