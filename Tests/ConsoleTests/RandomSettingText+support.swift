import NoroshiTestSupport

/// Settings that say everything that they can say, in all the ways in which it may be written.
struct RandomSettingText {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func isOne(in count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }

    private mutating func list(_ values: [String], most: Int = 3) -> String {
        let some = values.shuffled(using: &generator).prefix(Int.random(in: 1...most, using: &generator))
        return "[\(some.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }

    /// Some of the members, in any order.
    private mutating func object(_ members: [String], always: [String] = []) -> String {
        let some = members.filter { _ in isOne(in: 2) }
        return "{\((always + some).shuffled(using: &generator).joined(separator: ", "))}"
    }

    private mutating func secret() -> String {
        pick([
            #"{"env": "NOROSHI_URL"}"#, #"{ "file": "/etc/noroshi/url, \"of\" <slack>" }"#, #"{"credential": "url"}"#,
        ])
    }

    private mutating func mutes() -> String {
        let some = (0..<pick([1, 2])).map { _ in
            let during = "\"\(pick(["during", "outside"]))\": \(list(["nights", "a, b", "weekends"]))"
            return object(
                [#""severity": ["<=high"]"#, #""then": "drop""#, #""reason": "asleep, mostly""#],
                always: [during]
            )
        }
        return "\"mute\": [\(some.joined(separator: ", "))]"
    }

    private mutating func digest() -> String {
        let more = [
            #""weekdays": ["monday-friday", "sunday"]"#, #""daysOfMonth": ["1", "-3..-1"]"#, #""timeZone": "UTC""#,
        ]
        return "\"digest\": \(object(more, always: [#""at": ["09:00", "17:30"]"#]))"
    }

    private mutating func server() -> [String] {
        [
            #""host": "smtp.example.com""#, "\"port\": \(pick([25, 587, 65_535]))", #""from": "a@example.com""#,
            "\"tls\": \"\(pick(["starttls", "implicit", "none"]))\"", "\"username\": \(secret())",
            "\"password\": \(secret())",
        ]
    }

    private mutating func type() -> (always: [String], members: [String]) {
        switch pick(["slack", "webhook", "email"]) {
        case "slack":
            let mentions = [#""CRITICAL": "<!here> \"now\"""#, #""high": "<@U1>""#, #""Low": "ü""#]
            let all = object(mentions, always: [#""Medium": " spaced ""#])
            let dialect = "\"dialect\": \"\(pick(["slack", "mattermost", "plain"]))\""
            let webhook = ["\"url\": \(secret())"]
            let bot = ["\"token\": \(secret())", #""channel": "C0123ABCD""#]
            let isBot = isOne(in: 2)
            return (
                [#""type": "slack""#] + (isBot ? bot : webhook),
                ["\"mentions\": \(all)", isBot ? #""api": "https://slack.example.com/api""# : dialect]
            )
        case "webhook":
            let headers = object(
                ["\"Authorization\": \(secret())", "\"x-api-key\": \(secret())", #""X-Empty": """#],
                always: [#""X-Team": "a, \"b\" <c> ""#]
            )
            return (
                [#""type": "webhook""#, "\"url\": \(secret())"], ["\"secret\": \(secret())", "\"headers\": \(headers)"]
            )
        default:
            let addresses = ["a@example.com", "o'b+c@example.com", "x{y}|z@example.com", "soc@example.com"]
            let to = "\"to\": \(list(addresses, most: 4))"
            return ([#""type": "email""#, to], ["\"cc\": \(list(addresses))"] + server())
        }
    }

    mutating func destination() -> String {
        let (always, own) = type()
        let common = [
            #""description": "\n two lines,\n and <b>\"quotes\"</b> ""#, #""fallback": "mail, \"too\"""#,
            #""rate": "30/m""#, "\"concurrency\": \(pick([1, 64]))", #""timeout": "15s""#, #""retryFor": "2d""#,
            "\"allowPrivate\": \(pick(["true", "false", #"["10.0.0.0/8", "::1", "db.internal"]"#]))", mutes(),
            digest(),
        ]
        return object(own + common, always: always)
    }

    mutating func window() -> String {
        object(
            [
                #""timeZone": "Europe/Berlin""#, "\"weekdays\": \(list(["monday-friday", "sunday", "saturday"]))",
                "\"dates\": \(list(["2026-12-24", "2026-12-24..2026-12-26", "2027-01-01"]))",
                "\"daysOfMonth\": \(list(["1", "-1", "15..20"]))",
                "\"months\": \(list(["december", "november-february"]))",
            ],
            always: ["\"times\": \(list(["20:00-07:00", "00:00-24:00"]))"]
        )
    }

    mutating func group() -> String { list(["111122223333", "4444*", "*", "team-a.b:c/d", "000000000000"], most: 5) }

    mutating func email() -> String {
        let server = server()
        return object(Array(server.dropFirst()), always: Array(server.prefix(1)))
    }

    mutating func fallback() -> String {
        let group = object(
            [#""wait": "0s""#, #""interval": "5m""#, #""repeat": "24h""#],
            always: ["\"by\": \(pick([#""all""#, "[]", #"["account", "severity"]"#]))"]
        )
        return object(
            [
                #""description": "for what\nnobody takes""#, "\"group\": \(group)", mutes(), digest(),
                "\"notify\": \(list(["opened", "raised", "updated"]))",
            ],
            always: ["\"send\": \(list(["secops", "mail, too", "hook"]))"]
        )
    }

    /// A part of routes.json, with a value for it.
    mutating func setting() -> (part: String, named: Bool, text: String) {
        switch pick(["destinations", "destinations", "windows", "accounts", "email", "fallback"]) {
        case "destinations": ("destinations", true, destination())
        case "windows": ("windows", true, window())
        case "accounts": ("accounts", true, group())
        case "email": ("email", false, email())
        default: ("fallback", false, fallback())
        }
    }
}
