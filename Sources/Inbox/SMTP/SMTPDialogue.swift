import FoundationEssentials

/// The server's side of one SMTP session (RFC 5321), as a value: bytes go in, things to do come out.
///
/// Commands may be pipelined (RFC 2920). Any user and password are believed (RFC 4954), every recipient is taken, and
/// nothing is passed on. There is no STARTTLS.
struct SMTPDialogue: Sendable {
    /// What the connection has to do next, in this order.
    enum Action: Sendable, Hashable {
        case reply(SMTPReply)
        /// Nothing for so long.
        case wait(Duration)
        /// Keep this mail; `code` is what its sender is told, `nil` when the connection is cut instead.
        case take(Envelope, [UInt8], code: Int?, reason: String?)
        /// Show that a command was refused because the inbox was told to.
        case refused(RefusedCommand, code: Int?, text: String)
        /// End the session after what was written.
        case close
        /// Cut the connection without another word.
        case reset
    }

    /// How much one session may ask for.
    struct Limits: Sendable {
        /// Of a mail, in bytes; announced with SIZE (RFC 1870).
        var message = 10 << 20
        /// Of a command line with its CRLF; RFC 4954 §4 asks for 12,288 with AUTH.
        var line = 12_288
        /// RFC 5321 §4.5.3.1.8 asks for at least 100.
        var recipients = 1_000
        /// Commands that are refused before the session is ended.
        var errors = 20
    }

    private enum Mode {
        case commands
        /// The rest of an over-long line is thrown away.
        case skippingLine
        case password(AuthExchange)
        case data
    }

    private enum AuthExchange {
        case plain, loginUser
        case loginPassword(String)
    }

    private let limits: Limits
    private let fault: @Sendable (SMTPStage, String?) -> SMTPFault?
    private var mode = Mode.commands
    private var pending: [UInt8] = []
    private var client: String?
    private var user: String?
    private var sender: String?
    private var recipients: [String] = []
    private var data = DotStuffing()
    private var errors = 0
    private var hasEnded = false
    private var actions: [Action] = []

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - limits: How much it may ask for.
    ///   - fault: The failure for a stage, and at `rcpt` for a recipient; asked once for each command.
    init(limits: Limits = Limits(), fault: @escaping @Sendable (SMTPStage, String?) -> SMTPFault? = { _, _ in nil }) {
        self.limits = limits
        self.fault = fault
    }

    /// The greeting.
    mutating func begin() -> [Action] {
        finish(.connect, "(connection)") { $0.say(220, "noroshi inbox ESMTP, keeps what it gets to itself") }
        return drain()
    }

    /// Takes what the client sent next, however it was cut.
    mutating func receive(_ bytes: some Collection<UInt8>) -> [Action] {
        for byte in bytes {
            if hasEnded { break }
            if case .data = mode {
                if data.take(byte) { endOfMail() }
                if data.content.count > limits.message { data.discard() }
                continue
            }
            if case .skippingLine = mode {
                if byte == 0x0A { mode = .commands }
                continue
            }
            if byte == 0x0A {
                if pending.last == 0x0D { pending.removeLast() }
                let line = pending
                pending = []
                self.line(line)
            } else if pending.count >= limits.line - 2 {
                pending = []
                mode = .skippingLine
                complain(500, "Line too long")
            } else {
                pending.append(byte)
            }
        }
        return drain()
    }

    private mutating func drain() -> [Action] {
        defer { actions = [] }
        return actions
    }

    // MARK: Commands

    private mutating func line(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isControl)
        else { return complain(500, "Commands are printable text") }
        if case .password(let exchange) = mode { return answerAuth(exchange, text) }
        let verb = text.prefix { $0 != " " }
        let argument = String(text.dropFirst(verb.count).drop { $0 == " " })
        switch verb.uppercased() {
        case "EHLO", "HELO": hello(verb.uppercased(), argument)
        case "MAIL": mail(text, argument)
        case "RCPT": recipient(text, argument)
        case "DATA": beginData(argument)
        case "AUTH": auth(argument)
        case "RSET":
            forget()
            say(250, "Flushed")
        case "NOOP": say(250, "OK")
        case "VRFY": say(252, "Send it and see")
        case "HELP": say(214, "EHLO HELO AUTH MAIL RCPT DATA RSET NOOP VRFY QUIT")
        case "QUIT":
            say(221, "Bye")
            end(.close)
        case "STARTTLS", "EXPN": complain(502, "Not offered here")
        default: complain(500, "Unknown command")
        }
    }

    private mutating func hello(_ verb: String, _ argument: String) {
        guard argument.isEmpty == false, !argument.contains(" ") else { return complain(501, "\(verb) needs a name") }
        finish(.helo, "\(verb) \(argument)") { session in
            session.forget()
            session.client = argument
            guard verb == "EHLO" else { return session.say(250, "noroshi inbox") }
            session.actions.append(
                .reply(
                    SMTPReply(
                        250,
                        "noroshi inbox",
                        "PIPELINING",
                        "SIZE \(session.limits.message)",
                        "8BITMIME",
                        "AUTH PLAIN LOGIN"
                    )
                )
            )
        }
    }

    private mutating func mail(_ line: String, _ argument: String) {
        guard client != nil else { return complain(503, "EHLO first") }
        guard sender == nil else { return complain(503, "MAIL was given already") }
        guard let path = SMTPPath(argument, keyword: "FROM:"), path.address.isEmpty || path.address.contains("@") else {
            return complain(501, "Expected MAIL FROM:<address>")
        }
        for parameter in path.parameters {
            let pair = parameter.split(separator: "=", maxSplits: 1).map(String.init)
            switch (pair[0].uppercased(), pair.count > 1 ? pair[1].uppercased() : nil) {
            case ("SIZE", .some(let size)):
                guard let bytes = Int(size), bytes >= 0 else { return complain(501, "SIZE is a number of bytes") }
                guard bytes <= limits.message else { return complain(552, "At most \(limits.message) bytes are taken") }
            case ("BODY", "7BIT"), ("BODY", "8BITMIME"), ("AUTH", .some): continue
            default: return complain(555, "Unknown parameter \(pair[0])")
            }
        }
        finish(.mail, line) { session in
            session.sender = path.address
            session.say(250, "OK")
        }
    }

    private mutating func recipient(_ line: String, _ argument: String) {
        guard sender != nil else { return complain(503, "MAIL first") }
        guard recipients.count < limits.recipients else { return complain(452, "Too many recipients") }
        guard let path = SMTPPath(argument, keyword: "TO:"),
            path.address.contains("@") || path.address.lowercased() == "postmaster"
        else { return complain(501, "Expected RCPT TO:<address>") }
        guard path.parameters.isEmpty else { return complain(555, "Unknown parameter \(path.parameters[0])") }
        finish(.rcpt, line, recipient: path.address) { session in
            session.recipients.append(path.address)
            session.say(250, "OK")
        }
    }

    private mutating func beginData(_ argument: String) {
        guard argument.isEmpty else { return complain(501, "DATA stands alone") }
        guard sender != nil else { return complain(503, "MAIL first") }
        guard recipients.isEmpty == false else { return complain(554, "No valid recipients") }
        finish(.data, "DATA") { session in
            session.mode = .data
            session.data = DotStuffing()
            session.say(354, "End with a line that holds a dot only")
        }
    }

    private mutating func endOfMail() {
        mode = .commands
        let envelope = Envelope(client: client ?? "", user: user, sender: sender ?? "", recipients: recipients)
        let content = data.content
        let isTooLarge = data.isDiscarded
        data = DotStuffing()
        forget()
        guard !isTooLarge else { return complain(552, "At most \(limits.message) bytes are taken") }
        let fault = fault(.message, nil)
        if let delay = fault?.delay { actions.append(.wait(delay)) }
        switch fault?.effect {
        case nil, .some(.none):
            actions.append(.take(envelope, content, code: 250, reason: nil))
            say(250, "Kept")
        case .reply(let code, let text):
            actions.append(.take(envelope, content, code: code, reason: Self.toldTo))
            say(code, text)
            if code == 421 { end(.close) }
        case .replyLost:
            actions.append(.take(envelope, content, code: nil, reason: "taken, and told to lose the reply"))
            end(.reset)
        case .reset:
            actions.append(
                .refused(RefusedCommand(stage: .message, command: "(end of data)"), code: nil, text: "connection cut")
            )
            end(.reset)
        }
    }

    // MARK: AUTH

    private mutating func auth(_ argument: String) {
        guard client != nil else { return complain(503, "EHLO first") }
        guard user == nil, sender == nil else { return complain(503, "Not now") }
        let words = argument.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first?.uppercased() {
        case "PLAIN":
            guard words.count == 2 else { return ask(.plain, "") }
            answerAuth(.plain, words[1])
        case "LOGIN":
            guard words.count == 2 else { return ask(.loginUser, "VXNlcm5hbWU6") }
            answerAuth(.loginUser, words[1])
        default: complain(504, "AUTH PLAIN or AUTH LOGIN")
        }
    }

    private mutating func ask(_ exchange: AuthExchange, _ challenge: String) {
        mode = .password(exchange)
        say(334, challenge)
    }

    private mutating func answerAuth(_ exchange: AuthExchange, _ answer: String) {
        mode = .commands
        guard answer != "*" else { return complain(501, "Cancelled") }
        // RFC 4954 §4: "=" stands for an empty initial response.
        guard let decoded = answer == "=" ? Data() : Data(base64Encoded: answer) else {
            return complain(501, "Not base64")
        }
        switch exchange {
        case .plain:
            // RFC 4616: authorisation identity, NUL, user, NUL, password.
            let fields = Array(decoded).split(separator: 0, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return complain(501, "Expected three fields") }
            accept(user: String(decoding: fields[1], as: UTF8.self))
        case .loginUser: ask(.loginPassword(String(decoding: decoded, as: UTF8.self)), "UGFzc3dvcmQ6")
        case .loginPassword(let user): accept(user: user)
        }
    }

    private mutating func accept(user: String) {
        finish(.auth, "AUTH (\(user))") { session in
            session.user = user
            session.say(235, "Any name is good here")
        }
    }

    // MARK: Answers

    private static let toldTo = "told to fail"

    /// Does what a command asked for, unless the inbox was told to fail here.
    private mutating func finish(
        _ stage: SMTPStage,
        _ command: String,
        recipient: String? = nil,
        _ work: (inout SMTPDialogue) -> Void
    ) {
        guard let fault = fault(stage, recipient) else { return work(&self) }
        if let delay = fault.delay { actions.append(.wait(delay)) }
        switch fault.effect {
        case .none: work(&self)
        case .reply(let code, let text):
            actions.append(.refused(RefusedCommand(stage: stage, command: command), code: code, text: text))
            say(code, text)
            // RFC 5321 §3.8: 421 closes; a greeting of 554 is the whole session.
            if code == 421 || stage == .connect { end(.close) }
        case .reset, .replyLost:
            actions.append(.refused(RefusedCommand(stage: stage, command: command), code: nil, text: "connection cut"))
            end(.reset)
        }
    }

    private mutating func say(_ code: Int, _ text: String) { actions.append(.reply(SMTPReply(code, text))) }

    /// Refuses a command that is wrong; too many of them end the session.
    private mutating func complain(_ code: Int, _ text: String) {
        errors += 1
        guard errors < limits.errors else {
            say(421, "Too many errors")
            return end(.close)
        }
        say(code, text)
    }

    private mutating func end(_ action: Action) {
        actions.append(action)
        hasEnded = true
    }

    private mutating func forget() {
        sender = nil
        recipients = []
    }
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7F }
