import Findings
import Routing

/// Deliveries as people read them.
enum DeliveryText {
    static func table(_ items: [JSON]) -> Table {
        Table(
            columns: [
                .init(title: "ID", isWhole: true), .init(title: "CREATED", isWhole: true, rank: 1),
                .init(title: "STATE", isWhole: true), .init(title: "TRIES", isNumber: true, rank: 2),
                .init(title: "DESTINATION"), .init(title: "SEVERITY", isWhole: true),
                .init(title: "FINDING", gives: true),
            ],
            rows: items.map { item in
                let recipient = item["recipient"]?.string.map { " \($0)" } ?? ""
                return [
                    "\(shortID(item.shown("id")))", "\(item.moment("createdAt"))",
                    .init(item.shown("state"), colour(ofState: item.shown("state"))),
                    "\(item.shown("attemptCount"))", "\(item.shown("destination"))\(recipient)",
                    .init(item.shown("finding", "severity"), colour(ofSeverity: item.shown("finding", "severity"))),
                    "\(summary(item))",
                ]
            }
        )
    }

    /// The end of an id that tells it from every other of its store: the row's number and eight digits of chance. Every
    /// command takes it for the whole.
    static func shortID(_ id: String) -> String {
        guard id.count == 32 else { return id }
        let number = id.dropFirst(12).prefix(12).drop { $0 == "0" }
        return number.isEmpty ? id : String(number + id.suffix(8))
    }

    /// The finding's title, or what a message about several alerts is about.
    private static func summary(_ item: JSON) -> String {
        let title = item.shown("finding", "title")
        guard let bundle = item["bundle"], let total = bundle["total"]?.integer, total > 1 else { return title }
        return "\(bundle.shown("occasion").replacing("_", with: " ")) of \(total): \(title), …"
    }

    /// What it is about, and then everything that happened to it in the order of time.
    static func story(_ item: JSON, _ colours: Colours) -> String {
        let state = item.shown("state")
        let severity = item.shown("finding", "severity")
        var lines = [
            "delivery     \(item.shown("id"))  \(colours.paint(state, colour(ofState: state)))",
            "finding      \(colours.paint(severity, colour(ofSeverity: severity)))  \(visible(item, "finding", "title"))",
            "             account \(FindingText.account(of: item)), Region \(visible(item, "finding", "region"))",
            "             \(visible(item, "finding", "key"))",
            "destination  \(visible(item, "destination"))\(item["recipient"]?.string.map { ", \(EscapedText.visible($0))" } ?? "")",
            "rule         \(visible(item, "rule")) (rules version \(item.shown("rulesVersion"))), finding \(item.shown("transition"))",
        ]
        if let bundle = item["bundle"], bundle.isNull == false { lines += self.lines(ofBundle: bundle, colours) }
        if let other = item["fallbackFor"]?.string {
            lines.append("stands in for delivery \(EscapedText.visible(other))")
        }
        lines.append("")
        lines.append("\(item.shown("receivedAt"))  received")
        lines.append("\(item.shown("createdAt"))  queued")
        for attempt in item["attempts"]?.elements ?? [] { lines += self.lines(of: attempt, colours) }
        lines += ending(item, colours)
        return lines.joined(separator: "\n")
    }

    /// How many alerts the message is about, what they are, and those that it lists.
    private static func lines(ofBundle bundle: JSON, _ colours: Colours) -> [String] {
        func tallies(_ name: String) -> String {
            let tallies = bundle["counts"]?[name]?.elements ?? []
            return tallies.map { "\($0.shown("count")) \(visible($0, "name"))" }.joined(separator: ", ")
        }
        let occasion = visible(bundle, "occasion").replacing("_", with: " ")
        let total = bundle["total"]?.integer ?? 0
        let group = (bundle["group"]?.elements ?? []).map { ", \(visible($0, "name")) \(visible($0, "value"))" }
            .joined()
        var lines = ["alerts       \(total) (\(occasion)\(group)): \(tallies("severities")); \(tallies("transitions"))"]
        for (label, name) in [("accounts", "accounts"), ("products", "products"), ("controls", "controls")] {
            let words = tallies(name)
            if words.isEmpty == false { lines.append("             \(label) \(words)") }
        }
        if let reason = bundle["reason"]?.string {
            lines.append("             because \(EscapedText.visible(reason, limit: 500))")
        }
        let items = bundle["items"]?.elements ?? []
        lines += items.map { item in
            let severity = item.shown("severity")
            return "             \(colours.paint(severity, colour(ofSeverity: severity)))  \(visible(item, "title")) "
                + "(\(visible(item, "transition")), \(visible(item, "account")), \(visible(item, "region")), "
                + "open since \(item.shown("openedAt")))"
        }
        if total > items.count { lines.append("             … \(total - items.count) more, not listed in the message") }
        return lines
    }

    private static func lines(of attempt: JSON, _ colours: Colours) -> [String] {
        let verdict = attempt.shown("verdict")
        var facts = [colours.paint(verdict, verdict == "delivered" ? .green : verdict == "uncertain" ? .yellow : .red)]
        if let status = attempt["status"]?.integer { facts.append("status \(status)") }
        if let errorClass = attempt["errorClass"]?.string { facts.append(EscapedText.visible(errorClass)) }
        if let peer = attempt["peerAddress"]?.string { facts.append("from \(EscapedText.visible(peer))") }
        var lines = [
            "\(attempt.shown("startedAt"))  attempt \(attempt.shown("number")): \(facts.joined(separator: ", "))"
        ]
        let indent = "    "
        if let timings = attempt["timings"], timings.isNull == false {
            let steps = [
                ("name", "nameLookup"), ("connected", "connect"), ("TLS", "tls"), ("first byte", "firstByte"),
                ("total", "total"),
            ]
            let shown = steps.compactMap { word, key in
                timings[key]?.double.flatMap { $0 > 0 ? "\(word) \(milliseconds($0))" : nil }
            }
            if shown.isEmpty == false { lines.append(indent + colours.paint(shown.joined(separator: ", "), .faint)) }
        }
        if let detail = attempt["detail"]?.string { lines.append(indent + EscapedText.visible(detail, limit: 500)) }
        if let reply = attempt["reply"]?.string, reply.isEmpty == false {
            lines.append("\(indent)reply: \(EscapedText.visible(reply, limit: 1_024))")
        }
        return lines
    }

    private static func ending(_ item: JSON, _ colours: Colours) -> [String] {
        let last = item["attempts"]?.elements.last?.shown("finishedAt") ?? item.shown("createdAt")
        switch item.shown("state") {
        case "delivered": return ["\(last)  \(colours.paint("delivered", .green))"]
        case "dead":
            return [
                "\(last)  \(colours.paint("dead", .red)): \(visible(item, "deadReason"))",
                "",
                "'noroshi deliveries retry \(item.shown("id"))' sends it again.",
            ]
        case "diverted": return ["\(last)  diverted: a fallback destination owes the message now"]
        case "folded": return ["\(last)  folded: told as part of the summary of a storm"]
        case "sending": return ["\(item.shown("dueAt"))  an attempt is under way"]
        default: return ["\(item.shown("dueAt"))  next attempt"]
        }
    }

    /// The value as text that is safe on a terminal, all of it.
    private static func visible(_ item: JSON, _ key: String) -> String {
        EscapedText.visible(item.shown(key), limit: 500)
    }

    private static func visible(_ item: JSON, _ first: String, _ second: String) -> String {
        EscapedText.visible(item.shown(first, second), limit: 500)
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10_000).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }

    static func colour(ofState state: String) -> Colours.Colour? {
        switch state {
        case "delivered", "open": .green
        case "dead", "broken", "paused": .red
        case "sending", "waiting": .yellow
        default: nil
        }
    }

    static func colour(ofSeverity severity: String) -> Colours.Colour? {
        switch severity {
        case "CRITICAL": .alarm
        case "HIGH": .red
        case "MEDIUM": .yellow
        default: nil
        }
    }
}
