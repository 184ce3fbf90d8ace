import Findings
import Routing

/// Findings as people read them.
enum FindingText {
    static func table(_ items: [JSON]) -> Table {
        Table(
            columns: [
                .init(title: "ID", isWhole: true), .init(title: "LAST SEEN", isWhole: true),
                .init(title: "SEVERITY", isWhole: true), .init(title: "STATUS", rank: 2),
                .init(title: "RULES", rank: 3), .init(title: "ACCOUNT", rank: 1),
                .init(title: "REGION", rank: 4), .init(title: "SEEN", isNumber: true, rank: 5),
                .init(title: "TITLE", gives: true),
            ],
            rows: items.map { item in
                let severity = item.shown("finding", "severity")
                return [
                    "\(item.shown("id"))", "\(item.moment("lastSeenAt"))",
                    .init(severity, DeliveryText.colour(ofSeverity: severity)),
                    "\(item.shown("finding", "status"))",
                    .init(item.shown("disposition"), item.shown("disposition") == "unrouted" ? .yellow : nil),
                    "\(account(of: item))", "\(item.shown("finding", "region"))",
                    "\(item.shown("observationCount"))", "\(item.shown("finding", "title"))",
                ]
            }
        )
    }

    /// The finding, every observation with what became of it, and every delivery.
    static func story(_ item: JSON, _ colours: Colours) -> String {
        func visible(_ key: String) -> String { EscapedText.visible(item.shown("finding", key), limit: 500) }
        let severity = item.shown("finding", "severity")
        var lines = [
            "finding   \(item.shown("id"))",
            "          \(colours.paint(severity, DeliveryText.colour(ofSeverity: severity)))  "
                + colours.paint(visible("title"), .bold),
            "          \(visible("status")), account \(account(of: item)), Region \(visible("region")), \(visible("product"))",
            "key       \(visible("key"))",
        ]
        if item["finding"]?["url"]?.string != nil { lines.append("console   \(visible("url"))") }
        for resource in item["finding"]?["resources"]?.elements.prefix(10) ?? [] {
            lines.append("resource  \(EscapedText.visible(resource.shown("id"), limit: 500))")
        }
        lines.append("")
        for observation in item["observations"]?.elements ?? [] { lines += self.lines(of: observation, colours) }
        let deliveries = item["deliveries"]?.elements ?? []
        if deliveries.isEmpty == false {
            lines += ["", DeliveryText.table(deliveries).text(width: Terminal.width, colours: colours)]
        }
        return lines.joined(separator: "\n")
    }

    /// The account of the item's finding, the id whole and first, its name behind it where one is known.
    static func account(of item: JSON) -> String {
        func visible(_ key: String) -> String? {
            item["finding"]?[key]?.string.map { EscapedText.visible($0, limit: 500) }
        }
        return NamedAccount.text(visible("account"), name: visible("accountName")) ?? item.shown("finding", "account")
    }

    private static func held(_ outcome: JSON) -> String? {
        guard let reason = outcome["held"]?.string else { return nil }
        let by = outcome["heldBy"]?.string
        return switch reason {
        case "silenced": "no message: silenced by \(by ?? "a silence")"
        case "muted": "no message: muted, \(by ?? "by a window")"
        case "inhibited": "no message: held back while \(by ?? "a more severe alert") is active"
        default: "no message: \(reason)"
        }
    }

    /// What became of news that was to be told with others.
    private static func waited(_ outcome: JSON) -> String? {
        guard let group = outcome["group"], group.kind == .object else { return nil }
        let kind = ["held": "mute window", "silence": "silence's digest"][group.shown("kind")] ?? group.shown("kind")
        return switch group.shown("state") {
        case "told": "told in delivery \(group.shown("delivery")) of its \(kind)"
        case "withdrawn": "superseded by a later observation before its \(kind) was told"
        default: "waits in its \(kind)" + (group["until"]?.string == nil ? "" : " until \(group.moment("until"))")
        }
    }

    private static func delivered(_ outcome: JSON) -> String {
        "delivery \(outcome["deliveries"]?.elements.compactMap(\.string).joined(separator: ", ") ?? "")"
    }

    private static func lines(of observation: JSON, _ colours: Colours) -> [String] {
        let rules = observation["matched"]?.elements.compactMap(\.string).map { EscapedText.visible($0) } ?? []
        let matched = rules.isEmpty ? "no rule matched" : "matched \(rules.joined(separator: ", "))"
        let reason = observation["reason"]?.string.map { ": \(EscapedText.visible($0, limit: 500))" } ?? ""
        var lines = [
            "\(observation.shown("receivedAt"))  \(observation.shown("severity")) \(observation.shown("status")), "
                + "\(observation.shown("disposition"))\(reason)"
        ]
        lines.append("    " + colours.paint("\(matched) (rules version \(observation.shown("rulesVersion")))", .faint))
        for outcome in observation["outcomes"]?.elements ?? [] {
            let result = held(outcome) ?? waited(outcome) ?? delivered(outcome)
            lines.append(
                "    → \(EscapedText.visible(outcome.shown("destination"))): \(outcome.shown("transition")), "
                    + EscapedText.visible(result, limit: 500)
            )
        }
        return lines
    }
}
