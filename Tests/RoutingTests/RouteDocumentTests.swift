import Findings
import Routing
import Testing

@Suite("Reading routes.json")
struct RouteDocumentTests {
    @Test("a document with everything in it is read as written")
    func everything() throws {
        let document = try parse(RouteDocumentTests.everything)
        #expect(document.accounts == ["production": ["111122223333", "444455556666"], "sandbox": ["9999*"]])
        #expect(document.destinations.map(\.name) == ["secops", "secops-mail", "siem"])
        #expect(
            document.destination(named: "secops")
                == Destination(
                    name: "secops",
                    description: "the channel of the people on duty",
                    transport: .slack(
                        SlackSettings(
                            url: .environment("SLACK_SECOPS_URL"),
                            dialect: .mattermost,
                            mentions: [.critical: "<!here>"]
                        )
                    ),
                    fallback: "secops-mail",
                    rate: Rate(count: 30, per: .seconds(60)),
                    concurrency: 2,
                    timeout: .milliseconds(1500),
                    retryFor: .seconds(12 * 3600),
                    allowPrivate: .only(["chat.internal", "10.0.0.0/8"])
                )
        )
        #expect(
            document.destination(named: "secops-mail")?.transport
                == .email(
                    EmailSettings(
                        host: "smtp.example.com",
                        port: 465,
                        tls: .implicit,
                        from: "noroshi@example.com",
                        username: .environment("SMTP_USER"),
                        password: .file("/run/secrets/smtp"),
                        to: ["secops@example.com"],
                        cc: ["lead@example.com"]
                    )
                )
        )
        #expect(
            document.destination(named: "siem")?.transport
                == .webhook(
                    WebhookSettings(
                        url: .credential("siem-url"),
                        secret: .environment("SIEM_SECRET"),
                        headers: [
                            .init(name: "X-Team", value: .literal("cloud")),
                            .init(name: "Authorization", value: .secret(.file("/run/secrets/siem"))),
                        ]
                    )
                )
        )
        #expect(document.rules.map(\.name) == ["sandbox noise", "critical in production"])
        #expect(document.rules.map(\.stop) == [true, false])
        #expect(document.rules.first?.suppress == "sandbox accounts are reviewed weekly")
        #expect(
            document.rules.last?.when.tests == [
                .field(.account, GlobSet(words: ["@production", "!444455556666"])),
                .severity([.high, .critical], words: [">=high"]),
                .not(Condition(tests: [.field(.tag, GlobSet(words: ["env=dev"]))])),
                .any([Condition(tests: [.field(.region, GlobSet(words: ["us-east-1"]))]), Condition(tests: [])]),
            ]
        )
        #expect(
            document.rules.last?.terms
                == Rule.Terms(
                    notify: [.opened, .reopened],
                    group: Rule.Group(
                        by: ["account", "severity"],
                        wait: .zero,
                        interval: .seconds(300),
                        repeat: .seconds(86_400)
                    )
                )
        )
        #expect(document.fallback == RouteDocument.Fallback(send: ["siem"], terms: Rule.Terms(notify: [.opened])))
        #expect(document.severities[.alarm] == .high)
        #expect(document.severities[.alarmOK] == .informational)
        #expect(document.snsTopics == ["arn:aws:sns:us-east-1:111122223333:findings"])
    }

    @Test("defaults hold where nothing is said")
    func defaults() throws {
        let document = try parse(document(rules: #"[{"name": "all", "when": {}, "send": ["mail"]}]"#))
        let mail = try #require(document.destination(named: "mail"))
        #expect(mail.rate == nil)
        #expect(mail.concurrency == nil)
        #expect(mail.timeout == nil)
        #expect(mail.retryFor == .seconds(24 * 3600))
        #expect(mail.allowPrivate == .none)
        #expect(document.rules.first?.terms == Rule.Terms(notify: Transition.announcedByDefault, group: nil))
        #expect(document.rules.first?.stop == false)
    }

    @Test(
        "port and encryption of mail complete each other",
        arguments: [
            (##""host": "h""##, 587, EmailSettings.TLS.starttls),
            (##""host": "h", "port": 587"##, 587, .starttls),
            (##""host": "h", "port": 465"##, 465, .implicit),
            (##""host": "h", "tls": "implicit""##, 465, .implicit),
            (##""host": "h", "tls": "none""##, 25, .none),
            (##""host": "h", "port": 2525, "tls": "starttls""##, 2525, .starttls),
        ]
    )
    func mailSecurity(settings: String, port: Int, tls: EmailSettings.TLS) throws {
        let document = try parse(
            """
            {"version": 1, "rules": [], "email": {"from": "a@example.com", \(settings)},
             "destinations": {"m": {"type": "email", "to": ["b@example.com"]}}}
            """
        )
        guard case .email(let email) = document.destination(named: "m")?.transport else {
            Issue.record("not an e-mail destination")
            return
        }
        #expect(email.port == port)
        #expect(email.tls == tls)
    }

    private static let everything = """
        {
          "$schema": "deploy/routes.schema.json", "version": 1, "description": "all of it",
          "accounts": {"production": ["111122223333", "444455556666"], "sandbox": ["9999*"]},
          "destinations": {
            "secops": {
              "type": "slack", "description": "the channel of the people on duty",
              "url": {"env": "SLACK_SECOPS_URL"}, "dialect": "mattermost", "mentions": {"critical": "<!here>"},
              "fallback": "secops-mail", "rate": "30/m", "concurrency": 2, "timeout": "1500ms", "retryFor": "12h",
              "allowPrivate": ["chat.internal", "10.0.0.0/8"]},
            "secops-mail": {"type": "email", "to": ["secops@example.com"], "cc": ["lead@example.com"], "port": 465,
              "tls": "implicit"},
            "siem": {"type": "webhook", "url": {"credential": "siem-url"}, "secret": {"env": "SIEM_SECRET"},
              "headers": {"X-Team": "cloud", "Authorization": {"file": "/run/secrets/siem"}}, "allowPrivate": true}
          },
          "email": {"host": "smtp.example.com", "port": 587, "tls": "starttls", "from": "noroshi@example.com",
            "username": {"env": "SMTP_USER"}, "password": {"file": "/run/secrets/smtp"}},
          "rules": [
            {"name": "sandbox noise", "when": {"account": ["@sandbox"], "severity": "<=medium"},
             "suppress": "sandbox accounts are reviewed weekly"},
            {"name": "critical in production", "description": "what wakes people",
             "when": {"account": ["@production", "!444455556666"], "severity": ">=high",
               "not": {"tag": "env=dev"}, "any": [{"region": ["us-east-1"]}, {}]},
             "send": ["secops"], "notify": ["opened", "reopened"],
             "group": {"by": ["account", "severity"], "wait": "0s", "repeat": "24h"}}
          ],
          "fallback": {"send": ["siem"], "notify": ["opened"]},
          "severities": {"cloudwatch.alarm": "HIGH"},
          "snsTopics": ["arn:aws:sns:us-east-1:111122223333:findings"]
        }
        """
}
