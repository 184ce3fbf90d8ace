import Findings

extension Explanation {
    /// The explanation for people, without colour.
    package var text: String { lines.map(\.text).joined(separator: "\n") + "\n" }

    /// One line of the text, and what it says in a colour's stead.
    package struct Line: Sendable, Hashable {
        package var text: String
        package var tone: Tone

        package enum Tone: Sendable, Hashable {
            case plain, heading, good, bad, faint
        }

        init(_ text: String, _ tone: Tone = .plain) {
            self.text = text
            self.tone = tone
        }
    }

    /// The text line by line, for those who colour it.
    package var lines: [Line] { heading + rules.flatMap(lines) + conclusion }

    private var heading: [Line] {
        let facts = [
            finding.source, finding.account.map { "account \($0)" } ?? "no account", finding.region ?? "no Region",
            finding.product, finding.status.rawValue,
        ]
        return [
            Line("[\(finding.severity.label)] \(EscapedText.visible(finding.title))", .heading),
            Line("  \(facts.map { EscapedText.visible($0) }.joined(separator: " · "))", .faint),
            Line("  \(EscapedText.visible(finding.key.rawValue, limit: 300))", .faint),
        ]
    }

    private func lines(_ reading: Reading) -> [Line] {
        let name = EscapedText.quoted(reading.rule.name, limit: 100)
        switch reading.outcome {
        case .matched:
            let end = reading.rule.suppress == nil && reading.rule.stop ? ", and ends the reading" : ""
            let effect =
                reading.rule.suppress.map { "suppresses: \(EscapedText.visible($0))" }
                ?? "sends to \(EscapedText.list(reading.rule.send))\(end)"
            return [Line("✓ rule \(name) matches, \(effect)", .good)] + reading.conditions.flatMap { lines($0, 1) }
        case .notMatched:
            let reason = reading.reason.map { ": \(EscapedText.visible($0, limit: 600))" } ?? ""
            return [Line("✗ rule \(name) does not match\(reason)", .bad)] + reading.conditions.flatMap { lines($0, 1) }
        case .off:
            let cut = reading.wouldMatch ? "; it would match" : ""
            return [Line("- rule \(name) is off\(cut)", .faint)]
        case .notReached(let ender):
            let cut = reading.wouldMatch ? "; it would have matched" : ""
            return [
                Line(
                    "- rule \(name) is not reached: \(EscapedText.quoted(ender, limit: 100)) ended the reading\(cut)",
                    .faint
                )
            ]
        }
    }

    private func lines(_ comparison: Comparison, _ depth: Int) -> [Line] {
        let indent = String(repeating: "    ", count: depth)
        let mark = comparison.holds ? "✓" : "✗"
        let own = Line(
            "\(indent)\(mark) \(comparison.name): wants \(comparison.expected), has \(comparison.actual)",
            comparison.holds ? .faint : .bad
        )
        return [own] + comparison.parts.flatMap { lines($0, depth + 1) }
    }

    private var conclusion: [Line] {
        let version = decision.version > 0 ? [Line("  by version \(decision.version) of the rules", .faint)] : []
        return verdict + version
    }

    private var verdict: [Line] {
        switch decision.verdict {
        case .routed(let routed):
            var lines = routed.enumerated().flatMap { index, one in
                let notify = one.terms.announced(of: finding.kind).map(\.rawValue)
                let recipients = one.recipients.compactMap { $0 }
                let to = recipients.isEmpty ? "" : " (\(EscapedText.list(recipients)))"
                let terms =
                    one.rule == RouteDocument.Fallback.name
                    ? "by the fallback, as no rule matches"
                    : "on the terms of rule \(EscapedText.quoted(one.rule, limit: 100))"
                let line = Line(
                    "→ \(EscapedText.visible(one.destination))\(to) \(terms): \(notify.joined(separator: ", "))",
                    .good
                )
                guard let tellings = timing?.tellings, tellings.indices.contains(index) else { return [line] }
                let telling = tellings[index]
                return [line, Line("  \(EscapedText.visible(telling.text, limit: 400))")]
                    + telling.conditions.map { Line("    \(EscapedText.visible($0, limit: 400))", .faint) }
            }
            if timing?.knowsSilences == false {
                lines.append(Line("  silences are a running server's and are not known here", .faint))
            }
            if let ender = rules.last(where: { $0.outcome == .matched })?.rule, let reason = ender.suppress {
                lines.append(
                    Line(
                        "  rule \(EscapedText.quoted(ender.name, limit: 100)) would suppress (\(EscapedText.visible(reason))), "
                            + "and what earlier rules named stands",
                        .faint
                    )
                )
            }
            return lines
        case .suppressed(let rule, let reason):
            return [
                Line(
                    "→ suppressed by rule \(EscapedText.quoted(rule, limit: 100)): \(EscapedText.visible(reason))",
                    .bad
                )
            ]
        case .unrouted:
            return [Line("→ unrouted: no rule matches and there is no fallback; kept, counted, sent to nobody", .bad)]
        }
    }
}

extension Rule.Terms {
    /// What is announced of a kind of finding, in the order of a life; reminders only where `repeat` makes some.
    func announced(of kind: FindingKind) -> [Transition] {
        Transition.allCases.filter {
            notify.contains($0) && ($0 != .reminder || group?.repeat != nil)
                && ($0 != .updated || tellsUpdates(of: kind))
        }
    }
}
