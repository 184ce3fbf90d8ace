import Findings

/// Reading of strings that have a form of their own.
extension RouteReader {
    /// Reads a duration: a whole number and one of the units `ms`, `s`, `m`, `h`, `d`.
    ///
    /// - Parameters:
    ///   - node: The value, `nil` when the key is not there.
    ///   - what: The subject of the complaint.
    ///   - range: The durations that make sense here.
    /// - Returns: The duration, or `nil` when there is none or it cannot be used.
    mutating func duration(_ node: Node?, _ what: String, in range: ClosedRange<Duration>) -> Duration? {
        let expected = "a duration such as \"30s\", \"5m\" or \"24h\""
        guard let node, let text = string(node, what, expected: expected) else { return nil }
        guard let value = DurationText.parse(text) else {
            error(
                node,
                "\(what) must be \(expected) (a whole number and ms, s, m, h or d), found \(RouteReader.quoted(text))"
            )
            return nil
        }
        guard range.contains(value) else {
            let least = DurationText.text(range.lowerBound)
            error(node, "\(what) must be from \(least) to \(DurationText.text(range.upperBound)), found \(text)")
            return nil
        }
        return value
    }

    /// Reads a rate: a whole number of messages per `s`, `m` or `h`.
    mutating func rate(_ node: Node?, _ what: String) -> Rate? {
        let expected = "a rate such as \"1/s\", \"30/m\" or \"100/h\""
        guard let node, let text = string(node, what, expected: expected) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let intervals: [Substring: Duration] = ["s": .seconds(1), "m": .seconds(60), "h": .seconds(3600)]
        guard parts.count == 2, let count = DurationText.wholeNumber(parts[0]), (1...100_000).contains(count),
            let interval = intervals[parts[1]]
        else {
            error(
                node,
                "\(what) must be \(expected) (1 to 100000 messages per s, m or h), found \(RouteReader.quoted(text))"
            )
            return nil
        }
        return Rate(count: count, per: interval)
    }

    /// Reads one mail address without a display name.
    mutating func mailAddress(_ node: Node?, _ what: String) -> String? {
        guard let node, let text = string(node, what, expected: "a mail address") else { return nil }
        do {
            _ = try MailAddress(text)
        } catch let fault {
            error(node, "\(what) must be a mail address such as soc@example.com, \(RouteReader.quoted(text)) \(fault)")
            return nil
        }
        return text
    }

    /// Reads a list of mail addresses.
    mutating func mailAddresses(_ node: Node?, _ what: String) -> [String]? {
        list(node, what, of: "mail addresses").map { elements in
            elements.compactMap { mailAddress($0, "each of \(what)") }
        }
    }

    /// Reads text that is sent as it is and so must not contain line breaks or other control characters.
    mutating func plainText(_ node: Node?, _ what: String) -> String? {
        guard let node, let text = string(node, what) else { return nil }
        guard RouteReader.hasControlCharacter(text) == false else {
            error(node, "\(what) must not contain line breaks or other control characters")
            return nil
        }
        return text
    }

    /// Whether the text can be the name of a rule, destination or account group.
    mutating func isName(_ text: String, at node: Node, offset: Int? = nil, _ what: String) -> Bool {
        let scalars = text.unicodeScalars
        let isGood =
            (1...100).contains(scalars.count) && RouteReader.hasControlCharacter(text) == false
            && scalars.first?.properties.isWhitespace == false && scalars.last?.properties.isWhitespace == false
        if isGood == false {
            note(
                .error,
                at: offset ?? node.json.offset,
                node.pointer,
                "\(what) must be 1 to 100 characters without line breaks or spaces around them"
            )
        }
        return isGood
    }
}

/// Durations as they are written in routes.json.
package enum DurationText {
    /// Longest unit first, so that a duration is shown in the longest one that fits.
    private static let units: [(name: String, milliseconds: Int)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// The duration, or `nil` when the text is not a whole number of at most nine digits and a unit.
    static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = wholeNumber(digits),
            let unit = units.first(where: { $0.name == text[digits.endIndex...] })
        else { return nil }
        return .milliseconds(count * unit.milliseconds)
    }

    /// The number, or `nil` for anything but one to nine ASCII digits without a leading zero.
    static func wholeNumber(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text == "0" || text.first != "0"
        else { return nil }
        return Int(text)
    }

    /// The duration in the longest unit that has no remainder.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        guard milliseconds > 0, let unit = units.first(where: { milliseconds.isMultiple(of: $0.milliseconds) }) else {
            return "\(milliseconds)ms"
        }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
