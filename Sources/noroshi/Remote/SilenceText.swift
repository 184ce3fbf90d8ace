import Findings
import Operations
import Routing

/// Silences as people read them.
enum SilenceText {
    static func table(_ items: [JSON]) -> Table {
        Table(
            columns: [
                .init(title: "ID", isWhole: true), .init(title: "STATE"),
                .init(title: "STARTS", isWhole: true, rank: 2),
                .init(title: "ENDS", isWhole: true), .init(title: "OWNER", rank: 1), .init(title: "REASON"),
                .init(title: "WHEN", gives: true),
            ],
            rows: items.map { item in
                [
                    "\(item.shown("id"))", .init(item.shown("state"), colour(item.shown("state"))),
                    "\(item.moment("startsAt"))", "\(item.moment("endsAt"))", "\(item.shown("owner"))",
                    "\(item.shown("reason"))", "\(item["when"]?.plainText ?? "")",
                ]
            }
        )
    }

    static func page(_ item: JSON, _ colours: Colours) -> String {
        func visible(_ key: String) -> String { EscapedText.visible(item.shown(key), limit: 500) }
        func moment(_ key: String) -> String { EscapedText.visible(item.moment(key)) }
        let state = item.shown("state")
        let destinations = item["destinations"]?.elements.compactMap(\.string).map { EscapedText.visible($0) } ?? []
        var lines = [
            "silence   \(visible("id"))  \(colours.paint(state, colour(state)))",
            "when      \(EscapedText.visible(item["when"]?.plainText ?? "", limit: 4_000))",
            "at        \(destinations.isEmpty ? "every destination" : destinations.joined(separator: ", "))",
            "from      \(moment("startsAt"))",
            "until     \(moment("endsAt"))",
            "owner     \(visible("owner"))",
            "reason    \(visible("reason"))",
            item["breaksOnRaise"]?.bool == true
                ? "          a rise in severity is announced all the same"
                : "          a rise in severity is hidden too",
            "created   \(moment("createdAt")), by \(visible("createdBy"))",
        ]
        let missing = item["missingGroups"]?.elements.compactMap(\.string).map { "@\(EscapedText.visible($0))" } ?? []
        if missing.isEmpty == false {
            lines.append(
                colours.paint(
                    "          hides nothing: the rules in force have no account group \(missing.joined(separator: ", "))",
                    .red
                )
            )
        }
        return lines.joined(separator: "\n")
    }

    /// What a silence would have hidden, for somebody who is to decide on it.
    static func preview(_ answer: JSON, _ colours: Colours) -> String {
        guard let preview = answer["preview"] else { return "" }
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        let observations = preview["observations"]?.integer ?? 0
        let findings = preview["findings"]?.integer ?? 0
        let since =
            preview["complete"]?.bool == true
            ? "In the last \(SilencePreview.days) days" : "Since \(preview.moment("since"))"
        let warnings = (answer["warnings"]?.elements ?? []).compactMap(\.string).map { "warning: \($0)" }
        guard observations > 0 else {
            return (warnings + ["\(since) it would have hidden nothing.\(cut(preview))"]).joined(separator: "\n")
        }
        var lines =
            warnings + [
                "\(since) it would have hidden \(count(findings, "finding")), observed "
                    + "\(observations == 1 ? "once" : "\(observations) times").\(cut(preview))"
            ]
        for row in preview["severities"]?.elements ?? [] {
            let severity = row.shown("severity")
            let name = severity + String(repeating: " ", count: max(0, 14 - severity.count))
            lines.append(
                "  \(colours.paint(name, DeliveryText.colour(ofSeverity: severity)))"
                    + count(row["findings"]?.integer ?? 0, "finding") + ", "
                    + count(row["observations"]?.integer ?? 0, "observation")
            )
        }
        let examples = preview["examples"]?.elements ?? []
        lines += ["", Self.examples(examples).text(width: Terminal.width, colours: colours)]
        if findings > examples.count { lines.append("and \(findings - examples.count) more") }
        return lines.joined(separator: "\n")
    }

    /// What a silence hid, and what it hides now: nothing when the server does not say.
    static func effect(_ silence: JSON, _ colours: Colours) -> [String] {
        guard let effect = silence["effect"], let hid = effect["hid"], let hides = effect["hides"] else { return [] }
        if silence.shown("state") == "pending" { return ["It has not begun, and hides nothing yet."] }
        func counted(_ part: JSON) -> String {
            let findings = part["findings"]?.integer ?? 0
            let severities = (part["severities"]?.elements ?? []).map { row in
                "\(row["findings"]?.integer ?? 0) \(row.shown("severity"))"
            }
            return "\(findings) finding\(findings == 1 ? "" : "s") (\(severities.joined(separator: ", ")))"
        }
        func listed(_ part: JSON) -> [String] {
            let items = part["examples"]?.elements ?? []
            let more = (part["findings"]?.integer ?? 0) - items.count
            return [examples(items).text(width: Terminal.width, colours: colours)]
                + (more > 0 ? ["and \(more) more"] : [])
        }
        let hidCount = hid["findings"]?.integer ?? 0
        let observations = hid["observations"]?.integer ?? 0
        let since = hid["complete"]?.bool == true ? "" : " Only what came since \(hid.moment("since")) was looked at."
        var sections: [String] = []
        if hidCount == 0 {
            sections.append("It has hidden nothing.\(since)")
        } else {
            let times = observations == 1 ? "once" : "\(observations) times"
            let text = "It hid \(counted(hid)), which would have been told \(times).\(since)"
            sections.append(([text] + listed(hid)).joined(separator: "\n"))
        }
        if (hides["findings"]?.integer ?? 0) == 0 {
            sections.append("It hides nothing now.")
        } else {
            let end = silence.shown("state") == "active" ? ", and tells them when it ends if they are still open" : ""
            sections.append((["It hides \(counted(hides)) now\(end):"] + listed(hides)).joined(separator: "\n"))
        }
        return sections
    }

    private static func cut(_ preview: JSON) -> String {
        preview["complete"]?.bool == true
            ? "" : " There is more than could be looked at, so this is not all of \(SilencePreview.days) days."
    }

    private static func examples(_ items: [JSON]) -> Table {
        Table(
            columns: [
                .init(title: "LAST SEEN", isWhole: true), .init(title: "SEVERITY", isWhole: true),
                .init(title: "ACCOUNT", rank: 1), .init(title: "REGION", rank: 2), .init(title: "TITLE", gives: true),
            ],
            rows: items.map { item in
                let severity = item.shown("severity")
                return [
                    "\(item.moment("lastSeenAt"))", .init(severity, DeliveryText.colour(ofSeverity: severity)),
                    "\(NamedAccount.text(item["account"]?.string, name: item["accountName"]?.string) ?? item.shown("account"))",
                    "\(item.shown("region"))", "\(item.shown("title"))",
                ]
            }
        )
    }

    private static func colour(_ state: String) -> Colours.Colour? {
        switch state {
        case "active": .yellow
        case "expired": .faint
        default: nil
        }
    }
}
