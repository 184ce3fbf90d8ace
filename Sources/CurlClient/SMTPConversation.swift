/// What one transfer says and hears, as libcurl's callbacks report it; used on the connection's thread only.
final class SMTPConversation {
    private let message: [UInt8]
    private var sent = 0
    /// Whether QUIT was said: what the relay answers to it matters to nobody.
    private(set) var isOver = false
    private let hasCredentials: Bool
    private var saidHello = false
    private var saidLogin = false
    private(set) var stage = SMTPStage.connect
    private(set) var status: Int?
    private(set) var reply: [UInt8] = []
    private(set) var hidesStartTLS = false

    /// The most that is kept of one reply, in bytes.
    static let replyLimit = 4_096

    init(message: [UInt8], hasCredentials: Bool) {
        self.message = message
        self.hasCredentials = hasCredentials
    }

    /// Whether the relay offered no login on a connection of its own, though there was something to log in with: libcurl
    /// then goes on without.
    var skippedLogin: Bool { hasCredentials && saidHello && saidLogin == false && stage.isPastLogin }

    /// Whether the relay may have taken the message: all of it was handed over, and no reply to it came.
    var isUnanswered: Bool { stage == .message && status == 354 && sent == message.count }

    /// Hands out the next part of the message.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = message[sent...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        sent += part.count
        return part.count
    }

    /// Notes a command. Only its verb is looked at: what follows AUTH is a secret.
    func says(_ command: UnsafeRawBufferPointer) {
        let verb = String(decoding: command.prefix { $0 > 0x20 }.prefix(8), as: UTF8.self).uppercased()
        switch verb {
        case "EHLO", "HELO":
            stage = .hello
            saidHello = true
        case "STARTTLS": stage = .startTLS
        case "AUTH":
            stage = .login
            saidLogin = true
        case "MAIL": stage = .sender
        case "RCPT": stage = .recipient
        case "DATA": stage = .data
        case "QUIT": isOver = true
        default: break
        }
        if isOver == false {
            reply = []
            status = nil
        }
    }

    /// Notes a line of a reply: three digits, a space or a hyphen, text (RFC 5321 §4.2).
    func hears(_ line: UnsafeRawBufferPointer) {
        guard isOver == false else { return }
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if stage == .connect { stage = .greeting }
        // The reply to the message follows that to DATA without a command in between.
        if status == 354, code != 354 { reply = [] }
        status = code
        if stage == .data, code == 354 { stage = .message }
        if stage == .hello { noteKeyword(line.dropFirst(4)) }
        let text = line.prefix { $0 != 0x0D && $0 != 0x0A }
        reply.append(contentsOf: reply.isEmpty ? [] : [0x0A])
        reply.append(
            contentsOf: text.prefix(SMTPConversation.replyLimit - min(reply.count, SMTPConversation.replyLimit))
        )
    }

    private func noteKeyword(_ keyword: Slice<UnsafeRawBufferPointer>) {
        let word = String(decoding: keyword.prefix { $0 > 0x20 }.prefix(16), as: UTF8.self)
        if word != "STARTTLS", word.uppercased() == "STARTTLS" { hidesStartTLS = true }
    }
}

extension SMTPStage {
    fileprivate var isPastLogin: Bool { self == .sender || self == .recipient || self == .data || self == .message }
}
