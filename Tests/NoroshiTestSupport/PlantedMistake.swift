package import Findings

/// A rule got wrong, and who is not told any more for it: one of twenty teams, in one of five ways.
package struct PlantedMistake: Sendable, Hashable, CustomStringConvertible {
    package let number: Int

    package static let all = (0..<20).map(PlantedMistake.init)

    /// The rules as they were meant.
    package static let rules = text { $1 }

    /// Five findings of each team.
    package static let findings = (0..<20).flatMap { index in
        (0..<5).map { number in
            Finding.example(
                key: "\(index)/\(number)",
                severity: [.medium, .high, .critical, .medium, .critical][number],
                account: "1111222233\(index + 10)"
            )
        }
    }

    package var description: String { "\(number)" }

    package var rule: String { "team\(number)" }

    private var account: String { "1111222233\(number + 10)" }

    /// The rules with the mistake in them.
    package var rules: String { PlantedMistake.text { $0 == number ? mistaken($1) : $1 } }

    /// Those that nobody gets; the first way spares what is high.
    package var lost: [Finding] {
        PlantedMistake.findings.filter { $0.account == account && (number % 5 != 0 || $0.severity == .medium) }
    }

    private func mistaken(_ when: String) -> String {
        switch number % 5 {
        case 0: when.replacing(">=medium", with: ">=high")
        case 1: when.replacing("1111", with: "1112")
        case 2: when + #","region":"eu-*""#
        case 3: #""not":{\#(when)},"account":"\#(account)""#
        default: when + #","title":"*bukket*""#
        }
    }

    private static func text(_ change: (Int, String) -> String) -> String {
        let rules = (0..<20).map { index in
            let when = #""account":"1111222233\#(index + 10)","severity":">=medium""#
            return #"{"name":"team\#(index)","when":{\#(change(index, when))},"send":["alpha"]}"#
        }
        return """
            {"version":1,"destinations":{"alpha":{"type":"webhook","url":{"env":"HOOK"}}},
            "rules":[\(rules.joined(separator: ","))]}
            """
    }
}
