extension DestinationForm {
    init(_ fields: FormFields) {
        func line(_ name: String) -> String { fields[name] ?? "" }
        type = line("type")
        description = FormText.lines(line("description"))
        slack = SlackForm(fields)
        webhook = WebhookForm(fields)
        email = EmailForm(fields)
        to = FormText.lines(line("to"))
        cc = FormText.lines(line("cc"))
        fallback = line("fallback")
        rate = line("rate")
        concurrency = line("concurrency")
        timeout = line("timeout")
        retryFor = line("retryFor")
        privateAccess = fields["allowPrivate"].flatMap(PrivateAccessForm.init) ?? .unsaid
        privateHosts = line("allowPrivate.hosts")
        terms = TermsForm(fields)
    }

    var fields: FormFields {
        var fields = FormFields()
        fields.append("type", type)
        fields.append("description", description)
        switch type {
        case "slack": slack.write(to: &fields)
        case "webhook": webhook.write(to: &fields)
        case "email":
            fields.append("to", to)
            fields.append("cc", cc)
            email.write(to: &fields)
        default: break
        }
        fields.append("fallback", fallback)
        fields.append("rate", rate)
        fields.append("concurrency", concurrency)
        fields.append("timeout", timeout)
        fields.append("retryFor", retryFor)
        fields.append("allowPrivate", privateAccess.rawValue)
        fields.append("allowPrivate.hosts", privateHosts)
        terms.write(to: &fields)
        return fields
    }
}
