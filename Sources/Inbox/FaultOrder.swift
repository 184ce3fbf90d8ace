import Findings

/// What a post to `/control` asks for.
///
///     {"next": [{"status": 429, "retryAfter": 3, "times": 2}, {"reset": true}, {"delay": "20s", "path": "/slack"}],
///      "smtp": [{"at": "rcpt", "code": 451, "to": "a@example.com", "times": "forever"}, {"at": "message", "lost": true}],
///      "clear": true}
///
/// `clear` forgets what was waiting before the new failures are added. Each element of the lists may also be a string
/// in the notation of ``FaultNotation``.
struct FaultOrder: Sendable, Hashable {
    var clear = false
    var http: [HTTPFault] = []
    var smtp: [SMTPFault] = []

    /// Reads the body of a post to `/control`.
    init(_ body: [UInt8]) throws(FaultNotationError) {
        let json: JSON
        do {
            json = try JSONDocument.parse(body)
        } catch {
            throw FaultNotationError("\(error)")
        }
        guard json.kind == .object else { throw FaultNotationError("expected an object, found \(json.kindName)") }
        for member in json.members {
            switch member.key {
            case "clear":
                guard let value = member.value.bool else { throw FaultNotationError("/clear: expected true or false") }
                clear = value
            case "next":
                for (index, element) in try Self.elements(member.value, "/next").enumerated() {
                    http.append(try Self.http(element, "/next/\(index)"))
                }
            case "smtp":
                for (index, element) in try Self.elements(member.value, "/smtp").enumerated() {
                    smtp.append(try Self.smtp(element, "/smtp/\(index)"))
                }
            default: throw FaultNotationError("/\(member.key): unknown; expected next, smtp or clear")
            }
        }
    }

    /// Reads the form of the page: `http` and `smtp` hold failures in the short notation, apart from one another by
    /// spaces or commas; `clear` may be there.
    init(form: [UInt8]) throws(FaultNotationError) {
        for pair in form.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = sides.count > 1 ? sides[1].percentDecoded(plusIsSpace: true) : []
            let value = String(decoding: decoded, as: UTF8.self)
            let words = value.split { $0 == "," || $0.isWhitespace }.map(String.init)
            switch String(decoding: sides[0], as: UTF8.self) {
            case "clear": clear = true
            case "http": for word in words { http.append(try FaultNotation.http(word)) }
            case "smtp": for word in words { smtp.append(try FaultNotation.smtp(word)) }
            default: continue
            }
        }
    }

    private static func elements(_ json: JSON, _ pointer: String) throws(FaultNotationError) -> [JSON] {
        guard json.kind == .array else { throw FaultNotationError("\(pointer): expected an array") }
        return json.elements
    }

    private static func http(_ json: JSON, _ pointer: String) throws(FaultNotationError) -> HTTPFault {
        if let text = json.string { return try FaultNotation.http(text) }
        var fault = HTTPFault(.none)
        var retryAfter: Int?
        for member in try members(json, pointer) {
            let here = "\(pointer)/\(member.key)"
            switch member.key {
            case "status":
                guard let status = member.value.integer, (400...599).contains(status) else {
                    throw FaultNotationError("\(here): expected a status from 400 to 599")
                }
                fault.effect = .status(status, retryAfter: nil)
            case "retryAfter":
                guard let seconds = member.value.integer, HTTPFault.retryAfterSeconds.contains(seconds) else {
                    throw FaultNotationError("\(here): expected seconds, 0 to 86400")
                }
                retryAfter = seconds
            case "reset": if try flag(member.value, here) { fault.effect = .reset }
            case "lost": if try flag(member.value, here) { fault.effect = .replyLost }
            case "delay": fault.delay = try delay(member.value, here)
            case "times": fault.times = try times(member.value, here)
            case "path":
                guard let path = member.value.string, path.hasPrefix("/") else {
                    throw FaultNotationError("\(here): expected a path that begins with /")
                }
                fault.path = path
            default:
                throw FaultNotationError(
                    "\(here): unknown; expected status, retryAfter, reset, lost, delay, times or path"
                )
            }
        }
        if case .status(let status, _) = fault.effect { fault.effect = .status(status, retryAfter: retryAfter) }
        guard fault.effect != .none || fault.delay != nil else {
            throw FaultNotationError("\(pointer): says no failure; expected status, reset, lost or delay")
        }
        return fault
    }

    private static func smtp(_ json: JSON, _ pointer: String) throws(FaultNotationError) -> SMTPFault {
        if let text = json.string { return try FaultNotation.smtp(text) }
        guard let word = json["at"]?.string, let stage = SMTPStage(rawValue: word) else {
            let stages = SMTPStage.allCases.map(\.rawValue).joined(separator: ", ")
            throw FaultNotationError("\(pointer)/at: expected one of \(stages)")
        }
        var fault = SMTPFault(at: stage, .none)
        var text: String?
        for member in try members(json, pointer) {
            let here = "\(pointer)/\(member.key)"
            switch member.key {
            case "at": continue
            case "code":
                guard let code = member.value.integer, (400...599).contains(code) else {
                    throw FaultNotationError("\(here): expected a code from 400 to 599")
                }
                fault.effect = .reply(code, SMTPFault.words(for: code))
            case "text":
                guard let line = member.value.string, line.utf8.count <= 400,
                    line.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) })
                else { throw FaultNotationError("\(here): expected one line of ASCII, 400 characters at most") }
                text = line
            case "reset": if try flag(member.value, here) { fault.effect = .reset }
            case "lost":
                guard stage == .message else { throw FaultNotationError("\(here): only a message can be lost") }
                if try flag(member.value, here) { fault.effect = .replyLost }
            case "delay": fault.delay = try delay(member.value, here)
            case "times": fault.times = try times(member.value, here)
            case "to":
                guard stage == .rcpt, let address = member.value.string else {
                    throw FaultNotationError("\(here): expected an address, at rcpt")
                }
                fault.recipient = address
            default:
                throw FaultNotationError("\(here): unknown; expected at, code, text, reset, lost, delay, times or to")
            }
        }
        if let text, case .reply(let code, _) = fault.effect { fault.effect = .reply(code, text) }
        guard fault.effect != .none || fault.delay != nil else {
            throw FaultNotationError("\(pointer): says no failure; expected code, reset, lost or delay")
        }
        return fault
    }

    private static func members(_ json: JSON, _ pointer: String) throws(FaultNotationError) -> [JSON.Member] {
        guard json.kind == .object else {
            throw FaultNotationError("\(pointer): expected an object or a string, found \(json.kindName)")
        }
        return json.members
    }

    private static func flag(_ json: JSON, _ pointer: String) throws(FaultNotationError) -> Bool {
        guard let value = json.bool else { throw FaultNotationError("\(pointer): expected true or false") }
        return value
    }

    private static func delay(_ json: JSON, _ pointer: String) throws(FaultNotationError) -> Duration {
        guard let text = json.string else { throw FaultNotationError("\(pointer): expected a time such as \"20s\"") }
        return try FaultNotation.delay(text)
    }

    private static func times(_ json: JSON, _ pointer: String) throws(FaultNotationError) -> Times {
        if json.string == "forever" { return .forever }
        guard let count = json.integer, (1...1_000_000).contains(count) else {
            throw FaultNotationError("\(pointer): expected a number from 1 on, or \"forever\"")
        }
        return .count(count)
    }
}
