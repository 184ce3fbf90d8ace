import Findings
import Routing

/// What a replay came to, in a form for people or programs.
struct BacktestReport {
    /// As the server says it.
    let replay: JSON
    /// By class, the most severe first.
    let samples: [String: [JSON]]

    private static let words = [
        "nobody": "reach nobody now", "suppressed": "are newly suppressed", "fewer": "are told at fewer places",
        "elsewhere": "are told at more or other places", "terms": "are told on other terms",
        "told": "reached nobody before and are told now", "unchanged": "are as before",
    ]

    /// How many findings are in these classes.
    func findings(in names: [String]) -> Int {
        let classes = replay["result"]?["classes"]?.elements ?? []
        return classes.filter { names.contains($0["class"]?.string ?? "") }
            .reduce(0) { $0 + ($1["findings"]?.integer ?? 0) }
    }

    func written(as output: BacktestOutput) -> String {
        switch output {
        case .json: replay.compactText
        case .markdown: markdown.joined(separator: "\n")
        case .text: text.joined(separator: "\n")
        }
    }

    private var result: JSON? { replay["result"] }
    private var cuts: [String] { result?["cuts"]?.elements.compactMap(\.string) ?? [] }
    private var against: String { replay["against"]?.integer.map { "version \($0)" } ?? "other rules" }

    private var headline: String {
        let looked = result.map { "\($0.shown("findings")) findings in \($0.shown("observations")) observations" } ?? ""
        return "\(looked), \(result?.moment("since") ?? "") to \(result?.moment("until") ?? ""), against \(against)."
    }

    private var counts: [(name: String, findings: Int)] {
        BacktestClasses.all.map { ($0, findings(in: [$0])) }
    }

    /// Destinations where something is gained, lost or sent in another number.
    private var moved: [JSON] {
        (result?["destinations"]?.elements ?? []).filter { one in
            one["findingsGained"]?.integer != 0 || one["findingsLost"]?.integer != 0
        }
    }

    private func messages(_ destination: String) -> String? {
        let all = result?["messages"]?["destinations"]?.elements ?? []
        return all.first { $0["destination"]?.string == destination }.map { one in
            "\(one.shown("messages", "before")) → \(one.shown("messages", "after"))"
        }
    }

    // MARK: For a terminal

    private var text: [String] {
        var lines = [headline] + cuts.map { "Cut: \($0)" } + [""]
        lines += counts.map { name, count in
            let number = String(count)
            let padding = String(repeating: " ", count: max(0, 9 - number.count))
            return "\(padding)\(number)  \(BacktestReport.words[name] ?? name)"
        }
        for name in ["nobody", "suppressed"] where samples[name]?.isEmpty == false {
            lines += ["", "\(name == "nobody" ? "Reach nobody" : "Newly suppressed"):"]
            lines += (samples[name] ?? []).map { "  " + sample($0) }
        }
        if moved.isEmpty == false { lines += ["", "By destination:"] }
        for one in moved {
            let name = one.shown("destination")
            let sent = messages(name).map { ", messages \($0)" } ?? ""
            lines.append(
                "  \(EscapedText.visible(name)): +\(one.shown("findingsGained")) "
                    + "−\(one.shown("findingsLost")) findings\(sent)"
            )
        }
        return lines
    }

    private func sample(_ one: JSON) -> String {
        let place = [
            NamedAccount.text(one["account"]?.string, name: one["accountName"]?.string), one["region"]?.string,
        ].compactMap(\.self)
        return "[\(one.shown("severity"))] \(EscapedText.visible(one.shown("title"), limit: 120))"
            + " (\(EscapedText.visible(place.joined(separator: ", "), limit: 80)))"
            + ", was told at \(names(one, "before"))"
    }

    private func names(_ one: JSON, _ side: String) -> String {
        let names = one[side]?["destinations"]?.elements.compactMap(\.string) ?? []
        return names.isEmpty ? "nobody" : EscapedText.visible(names.joined(separator: ", "), limit: 200)
    }

    // MARK: For a pull request

    private var markdown: [String] {
        var lines = ["### What these rules would have changed", "", BacktestReport.plain(headline)]
        lines += cuts.flatMap { ["", "> \(BacktestReport.plain($0))"] }
        lines += ["", "| findings | |", "| ---: | --- |"]
        lines += counts.map { name, count in
            let isBad = count > 0 && (name == "nobody" || name == "suppressed")
            let words = BacktestReport.words[name] ?? name
            return "| \(count) | \(isBad ? "**\(words)**" : words) |"
        }
        if moved.isEmpty == false {
            let hasMessages = result?["messages"]?.kind == .object
            lines += ["", "| destination | gained | lost |\(hasMessages ? " messages |" : "")"]
            lines.append("| --- | ---: | ---: |\(hasMessages ? " ---: |" : "")")
            lines += moved.map { one in
                let name = one.shown("destination")
                let row =
                    "| \(BacktestReport.plain(name)) | \(one.shown("findingsGained")) |"
                    + " \(one.shown("findingsLost")) |"
                return hasMessages ? "\(row) \(messages(name) ?? "") |" : row
            }
        }
        for (name, title) in [("nobody", "Reach nobody now"), ("suppressed", "Newly suppressed")] {
            guard let items = samples[name], items.isEmpty == false else { continue }
            lines += ["", "<details><summary>\(title)</summary>", ""]
            lines += items.map { "- \(BacktestReport.plain(sample($0)))" }
            lines += ["", "</details>"]
        }
        return lines
    }

    /// The text with everything that means something in Markdown or HTML taken for itself.
    private static func plain(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            // Whoever is named in a title is not called into the pull request.
            case "@": out += "&#64;"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "!", "~": out += "\\\(character)"
            default: out.append(character)
            }
        }
    }
}
