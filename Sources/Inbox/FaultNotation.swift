/// The short way to write a failure, for command lines and forms.
///
///     429:3      HTTP: this status, here with Retry-After: 3
///     delay:20s  HTTP: the true answer after 20 seconds
///     reset      HTTP: the connection is cut, the message is not taken
///     lost       HTTP: the message is taken, and the connection is cut before the answer
///     rcpt:451   SMTP: this code at this stage; also rcpt:reset, rcpt:delay:20s, message:lost
///     500x3      three times; 500x* means until told otherwise
package enum FaultNotation {
    /// Reads one HTTP failure.
    package static func http(_ text: String) throws(FaultNotationError) -> HTTPFault {
        let (body, times) = try repetition(text)
        let parts = body.split(separator: ":", maxSplits: 1).map(String.init)
        switch parts.first {
        case "reset" where parts.count == 1: return HTTPFault(.reset, times: times)
        case "lost" where parts.count == 1: return HTTPFault(.replyLost, times: times)
        case "delay" where parts.count == 2: return HTTPFault(.none, delay: try delay(parts[1]), times: times)
        case .some(let word):
            guard let status = Int(word), (400...599).contains(status) else { break }
            guard parts.count == 2 else { return HTTPFault(.status(status, retryAfter: nil), times: times) }
            guard let seconds = Int(parts[1]), HTTPFault.retryAfterSeconds.contains(seconds) else {
                throw FaultNotationError("\"\(text)\": after the colon come the seconds of Retry-After, 0 to 86400")
            }
            return HTTPFault(.status(status, retryAfter: seconds), times: times)
        case nil: break
        }
        throw FaultNotationError(
            "\"\(text)\": expected a status from 400 to 599 such as 500 or 429:3, delay:20s, reset or lost"
        )
    }

    /// Reads one SMTP failure.
    package static func smtp(_ text: String) throws(FaultNotationError) -> SMTPFault {
        let (body, times) = try repetition(text)
        let parts = body.split(separator: ":", maxSplits: 1).map(String.init)
        let stages = SMTPStage.allCases.map(\.rawValue).joined(separator: ", ")
        guard parts.count == 2, let stage = SMTPStage(rawValue: parts[0]) else {
            throw FaultNotationError("\"\(text)\": expected STAGE:CODE such as rcpt:451; the stages are \(stages)")
        }
        switch parts[1] {
        case "reset": return SMTPFault(at: stage, .reset, times: times)
        case "lost" where stage == .message: return SMTPFault(at: stage, .replyLost, times: times)
        case let word where word.hasPrefix("delay:"):
            return SMTPFault(at: stage, .none, delay: try delay(String(word.dropFirst(6))), times: times)
        default:
            guard let code = Int(parts[1]), (400...599).contains(code) else {
                throw FaultNotationError(
                    "\"\(text)\": expected a code from 400 to 599, reset, delay:20s or, at message, lost"
                )
            }
            return SMTPFault(at: stage, .reply(code, SMTPFault.words(for: code)), times: times)
        }
    }

    /// Reads a duration such as `500ms`, `20s` or `2m`, at most ten minutes.
    package static func delay(_ text: String) throws(FaultNotationError) -> Duration {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        guard let value = Int(number), value >= 0, value <= 600_000 else { throw badDelay(text) }
        let duration: Duration
        switch text.dropFirst(number.count) {
        case "ms": duration = .milliseconds(value)
        case "s": duration = .seconds(value)
        case "m": duration = .seconds(value * 60)
        default: throw badDelay(text)
        }
        guard duration <= .seconds(600) else { throw badDelay(text) }
        return duration
    }

    private static func badDelay(_ text: String) -> FaultNotationError {
        FaultNotationError("\"\(text)\": expected a time such as 500ms, 20s or 2m, ten minutes at most")
    }

    private static func repetition(_ text: String) throws(FaultNotationError) -> (String, Times) {
        guard let cross = text.lastIndex(of: "x"), cross > text.startIndex,
            text[text.index(before: cross)] != "e"
        else { return (text, .count(1)) }
        let count = text[text.index(after: cross)...]
        if count == "*" { return (String(text[..<cross]), .forever) }
        guard let number = Int(count), (1...1_000_000).contains(number) else {
            throw FaultNotationError("\"\(text)\": after the x comes how often, a number or *")
        }
        return (String(text[..<cross]), .count(number))
    }
}

/// What is wrong with a failure as written, and what was expected.
package struct FaultNotationError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension SMTPFault {
    /// What a server says with this code, when nobody said what.
    static func words(for code: Int) -> String {
        switch code {
        case 421: "Service not available, closing"
        case 400..<500: "Try again later"
        default: "No"
        }
    }
}

extension HTTPFault {
    /// The failure in its short notation.
    package var notation: String {
        var words: [String] = []
        if let delay { words.append("delay:\(delay.formatted)") }
        switch effect {
        case .status(let status, let retryAfter): words.append(retryAfter.map { "\(status):\($0)" } ?? "\(status)")
        case .reset: words.append("reset")
        case .replyLost: words.append("lost")
        case .none: break
        }
        return words.joined(separator: " ") + times.suffix + (path.map { " at \($0)" } ?? "")
    }
}

extension SMTPFault {
    /// The failure in its short notation.
    package var notation: String {
        var words: [String] = []
        if let delay { words.append("delay:\(delay.formatted)") }
        switch effect {
        case .reply(let code, _): words.append("\(code)")
        case .reset: words.append("reset")
        case .replyLost: words.append("lost")
        case .none: break
        }
        let recipient = recipient.map { " for \($0)" } ?? ""
        return "\(stage.rawValue):" + words.joined(separator: " ") + times.suffix + recipient
    }
}

extension Times {
    fileprivate var suffix: String {
        switch self {
        case .count(1): ""
        case .count(let count): "x\(count)"
        case .forever: "x*"
        }
    }
}

extension Duration {
    fileprivate var formatted: String {
        let (seconds, attoseconds) = components
        return attoseconds == 0 ? "\(seconds)s" : "\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)ms"
    }
}
