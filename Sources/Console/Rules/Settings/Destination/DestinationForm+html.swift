import Findings
import HTTPSurface
import Routing

extension DestinationForm {
    func html(_ rows: SettingRows) -> HTML {
        """
        <div class="fs">\(rows.row("description", "Description", .area("description", label: "Description", description, rows: 2)))\
        \(rows.row("type", "Type", types))</div>\
        \(SettingRows.part("Where it goes", lead, own(rows)))\
        \(SettingRows.part("How it is sent", "empty fields are as usual for the type", sending(rows)))\
        \(SettingRows.part("When it is told", "beside what the rules say", rows.terms(terms, [.mutes, .digest])))
        """
    }

    private var types: HTML {
        let words = TransportType.all.map { ($0.word, $0.word) }
        return """
            <div class="inl">\(.select("type", label: "Type", words, type))\
            \(.act(FormAct(.addPart, "type"), "Show its fields", ""))</div>
            """
    }

    private var lead: HTML {
        switch type {
        case "slack": "an incoming webhook, or a bot"
        case "email": "what is left out is as in the e-mail settings"
        default: ""
        }
    }

    private func own(_ rows: SettingRows) -> HTML {
        switch type {
        case "slack": slack.html(rows)
        case "webhook": webhook.html(rows)
        case "email": addresses(rows) + email.server(rows, unsaid: "as in the e-mail settings")
        default: #"<p class="hint">There are no fields for this type; its JSON has its members.</p>"#
        }
    }

    private func addresses(_ rows: SettingRows) -> HTML {
        """
        \(rows.row("to", "To", .area("to", label: "To", to, rows: ConditionFormView.rows(to)), hint: "One address a line. Each gets a message of its own."))\
        \(rows.row("cc", "Copies", .area("cc", label: "Copies", cc, rows: 3), hint: "One address a line."))
        """
    }

    private func sending(_ rows: SettingRows) -> HTML {
        let others = [("", "none")] + rows.choices.destinations.filter { $0 != rows.name }.map { ($0, $0) }
        let usual = TransportType.all.first { $0.word == type }?.defaults
        let rate = usual?.rate.map { "\($0.count)/\(DurationText.text($0.interval).suffix(1))" } ?? "no limit"
        return """
            \(rows.row("fallback", "Fallback", .select("fallback", label: "Fallback", others, fallback), hint: "Takes over what this one cannot deliver."))\
            \(rows.line("rate", "Rate", self.rate, rate, about: "As 1/s, 30/m or 100/h."))\
            \(rows.line("concurrency", "At once", concurrency, usual.map { "\($0.concurrency)" } ?? "", about: "Messages under way, 1 to 64."))\
            \(rows.line("timeout", "Time for an attempt", timeout, usual.map { DurationText.text($0.timeout) } ?? "", about: "As 15s or 2m."))\
            \(rows.line("retryFor", "Retried for", retryFor, DurationText.text(Destination.defaultRetryFor), about: "As 24h; then a message is dead, or goes to the fallback."))\
            \(rows.row("allowPrivate", "Private addresses", access, hint: "Hosts, addresses or blocks such as 10.0.0.0/8, apart by commas."))
            """
    }

    private var access: HTML {
        let no = privateAccess == .none ? PrivateAccessForm.none : .unsaid
        let answers: [(PrivateAccessForm, String)] = [
            (no, "not allowed"), (.some, "only these"), (.all, "all allowed"),
        ]
        return """
            <div class="inl">\(.select("allowPrivate", label: "Private addresses", answers.map { ($0.rawValue, $1) }, privateAccess.rawValue))\
            \(.box("allowPrivate.hosts", label: "Private addresses that are allowed", privateHosts, hint: "10.0.0.0/8", size: "grow"))</div>
            """
    }
}

extension SlackForm {
    fileprivate func html(_ rows: SettingRows) -> HTML {
        let dialects = ["mattermost", "rocketchat", "zulip", "discord", "plain"].map { ($0, $0) }
        let usual = (dialect == "slack" ? "slack" : "", "slack")
        return """
            \(rows.secret("url", "Webhook", url, about: "What holds the URL that Slack gave."))\
            \(rows.row("dialect", "Dialect", .select("dialect", label: "Dialect", [usual] + dialects, dialect), hint: "Of a webhook: what the receiver understands."))\
            \(rows.secret("token", "Or a bot’s token", token, about: "In place of a webhook: a bot can change what it posted, and reply to it."))\
            \(rows.line("channel", "Channel", channel, "C0123ABCD", about: "Of a bot: the id, which Slack shows in the channel’s details."))\
            \(rows.line("api", "Web API", api, SlackBot.slack, size: "full", about: "Of a bot, where it is not Slack’s own."))\
            \(rows.row("mentions", "Mentions", shownMentions, hint: "Put before messages of the severity, as &lt;!here&gt;."))
            """
    }

    private var shownMentions: HTML {
        let labels = Severity.allCases.reversed().map { ($0.label, $0.label) }
        let lines: [HTML] = mentions.enumerated().map { place, mention in
            let name = "mentions.\(place)"
            return """
                <div class="inl">\(.select("\(name).severity", label: "Severity \(place + 1)", labels, mention.severity))\
                \(.box("\(name).text", label: "Mention \(place + 1)", mention.text, hint: "<!here>", size: "grow"))\
                \(.removal(of: name, "mention \(place + 1)"))</div>
                """
        }
        return "\(lines)\(HTML.act(FormAct(.addPart, "mentions"), "\(.icon(.plus))Mention", ""))"
    }
}

extension WebhookForm {
    fileprivate func html(_ rows: SettingRows) -> HTML {
        """
        \(rows.secret("url", "URL", url, about: "What holds the URL that is posted to."))\
        \(rows.secret("secret", "Signed with", secret, about: "By the Standard Webhooks scheme; empty for messages that are not signed."))\
        \(rows.row("headers", "Headers", shownHeaders))
        """
    }

    private var shownHeaders: HTML {
        let sources =
            [("", "is")] + SecretNameForm.Source.allCases.map { ($0.rawValue, "is read from the \($0.words)") }
        let lines: [HTML] = headers.enumerated().map { place, header in
            let name = "headers.\(place)"
            let text = header.isSecret ? "" : header.text
            return """
                <div class="inl">\(.box("\(name).name", label: "Name of header \(place + 1)", header.name, hint: "X-Team", size: "w-m"))\
                \(.select("\(name).from", label: "Where header \(place + 1) comes from", sources, header.source?.rawValue ?? ""))\
                \(.box("\(name).text", label: "Value of header \(place + 1), or what holds it", text, size: "grow"))\
                \(.removal(of: name, "header \(place + 1)"))</div>
                """
        }
        return "\(lines)\(HTML.act(FormAct(.addPart, "headers"), "\(.icon(.plus))Header", ""))"
    }
}
