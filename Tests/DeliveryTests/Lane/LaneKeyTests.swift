import Delivery
import Routing
import Testing

@Suite("The names of lanes")
struct LaneKeyTests {
    private func key(_ url: String, name: String = "a") -> String {
        let destination = Destination(name: name, transport: .slack(SlackSettings(url: .environment("URL"))))
        return LaneKey.of(destination, secrets: SecretSource(variables: ["URL": url]))
    }

    @Test("one resource is one lane, whatever its query, its case or the rule's name for it")
    func same() {
        let first = key("https://hooks.slack.com/services/T0/B0/canary")
        #expect(first == key("HTTPS://HOOKS.slack.com:443/services/T0/B0/canary?topic=x", name: "b"))
        #expect(first != key("https://hooks.slack.com/services/T0/B0/other"))
        #expect(first.utf8.count == 64 && first.contains("canary") == false)
    }

    @Test("a URL that cannot be read gives each destination a lane of its own")
    func unreadable() {
        #expect(key("not a url", name: "a") != key("not a url", name: "b"))
        #expect(key("", name: "a") == key("not a url", name: "a"))
    }

    @Test("bots share a lane by channel and Web API, whatever their token")
    func bots() {
        func key(_ channel: String, token: String = "A", api: String = SlackBot.slack) -> String {
            let bot = SlackBot(token: .environment(token), channel: channel, api: api)
            let destination = Destination(name: token, transport: .slack(SlackSettings(bot: bot)))
            return LaneKey.of(destination, secrets: SecretSource(variables: [:]))
        }
        #expect(key("C0123ABCD") == key("C0123ABCD", token: "B"))
        #expect(key("C0123ABCD") != key("C0123ABCE"))
        #expect(key("C0123ABCD") != key("C0123ABCD", api: "https://proxy.example.com/api"))
    }

    @Test("mail destinations of one relay share a lane")
    func relay() {
        func key(_ host: String, _ to: String) -> String {
            let email = EmailSettings(host: host, port: 587, tls: .starttls, from: "n@example.com", to: [to])
            return LaneKey.of(Destination(name: to, transport: .email(email)), secrets: SecretSource(variables: [:]))
        }
        #expect(key("smtp.example.com", "a@example.com") == key("SMTP.example.com", "b@example.com"))
        #expect(key("smtp.example.com", "a@example.com") != key("smtp2.example.com", "a@example.com"))
    }
}
