import CCurl

/// A connection to a relay that mails share one after another, on one thread.
///
/// libcurl's easy interface: its multi interface stops for every transfer while a relay thinks about a message
/// (curl docs/TODO 2.1), and a shared connection cache is not safe across threads (docs/KNOWN_BUGS 11.11).
struct SMTPConnection: ~Copyable {
    private let handle: EasyHandle
    private let caFile: String?
    private let idleTime: Duration

    /// - Parameters:
    ///   - caFile: PEM file of the certificate authorities to trust in place of the system's.
    ///   - idleTime: For how long it may be used again when nothing used it.
    /// - Throws: ``CurlError`` when libcurl cannot start or has no memory.
    init(caFile: String?, idleTime: Duration) throws(CurlError) {
        handle = try EasyHandle()
        self.caFile = caFile
        self.idleTime = idleTime
    }

    /// Hands the mail over; blocks until the relay has answered or the time is up.
    ///
    /// A relay hangs up on connections that are idle, and says 421 when it does. When that happened before any of the
    /// message was sent, the mail goes over a new connection: nobody can have taken it.
    func submit(_ submission: SMTPSubmission) -> SMTPExchange {
        let exchange = converse(submission, isFresh: false)
        guard let failure = exchange.failure, exchange.isReused, exchange.stage.isBeforeMessage else { return exchange }
        let hasDied = exchange.status == 421 || (failure.kind == .network && (exchange.status ?? 0) < 400)
        return hasDied ? converse(submission, isFresh: true) : exchange
    }

    private func converse(_ submission: SMTPSubmission, isFresh: Bool) -> SMTPExchange {
        let conversation = SMTPConversation(
            message: submission.message,
            hasCredentials: submission.credentials != nil
        )
        let host = submission.relay.host
        let guardian = AddressGuard(policy: submission.addresses, host: host)
        // Whatever way this ends, the handle keeps no pointer to either of them and no secret.
        defer { handle.reset() }
        do {
            handle.reset()
            try guardian.install(on: handle)
            var recipients = StringList()
            try recipients.append("<\(submission.recipient)>")
            try prepare(submission, isFresh: isFresh)
            try handle.set(CURLOPT_MAIL_RCPT, recipients)
            try install(conversation)
            return withExtendedLifetime((conversation, guardian)) {
                let code = curl_easy_perform(handle.raw)
                return exchange(code, conversation, guardian)
            }
        } catch {
            return SMTPExchange(failure: error)
        }
    }

    private func prepare(_ submission: SMTPSubmission, isFresh: Bool) throws(CurlError) {
        for address in [submission.sender, submission.recipient] where SMTPConnection.isUnsafe(address) {
            // This libcurl writes a line break in an address as it is, which would be a command of its own.
            throw CurlError(kind: .configuration, code: 0, detail: "a mail address holds a character it must not hold")
        }
        try handle.set(CURLOPT_URL, SMTPConnection.url(submission))
        try handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_NOSIGNAL, true)
        let usesTLS = submission.relay.security != .plain
        try handle.set(CURLOPT_USE_SSL, Int((usesTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE).rawValue))
        try handle.set(CURLOPT_SSL_VERIFYPEER, true)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile { try handle.set(CURLOPT_CAINFO, caFile) }
        if let credentials = submission.credentials {
            try handle.set(CURLOPT_USERNAME, credentials.username)
            try handle.set(CURLOPT_PASSWORD, credentials.password)
        }
        try handle.set(CURLOPT_MAIL_FROM, "<\(submission.sender)>")
        try handle.set(CURLOPT_UPLOAD, true)
        try handle.setOffset(CURLOPT_INFILESIZE_LARGE, submission.message.count)
        try handle.set(CURLOPT_TIMEOUT_MS, submission.timeout.milliseconds)
        // Up to the end of the login, so that an address that does not answer is known before the whole time is up.
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, min(submission.timeout, .seconds(120)).milliseconds)
        try handle.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, submission.replyTimeout.wholeSeconds)
        try handle.set(CURLOPT_MAXAGE_CONN, idleTime.wholeSeconds)
        try handle.set(CURLOPT_MAXCONNECTS, 2)
        try handle.set(CURLOPT_FRESH_CONNECT, isFresh)
    }

    private func install(_ conversation: SMTPConversation) throws(CurlError) {
        let context = Unmanaged.passUnretained(conversation).toOpaque()
        try handle.onRead(CURLOPT_READFUNCTION) { buffer, size, count, context in
            guard let context, let buffer else { return Int(CURL_READFUNC_ABORT) }
            let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
            return Unmanaged<SMTPConversation>.fromOpaque(context).takeUnretainedValue().read(into: room)
        }
        try handle.setPointer(CURLOPT_READDATA, context)
        try handle.onWrite(CURLOPT_HEADERFUNCTION) { buffer, size, count, context in
            guard let context, let buffer else { return 0 }
            let line = UnsafeRawBufferPointer(start: buffer, count: size * count)
            Unmanaged<SMTPConversation>.fromOpaque(context).takeUnretainedValue().hears(line)
            return line.count
        }
        try handle.setPointer(CURLOPT_HEADERDATA, context)
        try handle.onWrite(CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        // libcurl tells the commands it sends to its debug callback alone.
        let code = noroshi_setopt_debug(handle.raw, CURLOPT_DEBUGFUNCTION) { handle, kind, data, size, context in
            guard let context, let data, kind == CURLINFO_HEADER_OUT else { return 0 }
            let conversation = Unmanaged<SMTPConversation>.fromOpaque(context).takeUnretainedValue()
            conversation.says(UnsafeRawBufferPointer(start: data, count: size))
            // libcurl waits for the answer to QUIT beyond the transfer's own time limit.
            if conversation.isOver { _ = noroshi_setopt_long(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1) }
            return 0
        }
        guard code == CURLE_OK else {
            throw CurlError(kind: .configuration, code: code, detail: "libcurl takes no debug callback")
        }
        try handle.setPointer(CURLOPT_DEBUGDATA, context)
        try handle.set(CURLOPT_VERBOSE, true)
    }

    private func exchange(
        _ code: CURLcode,
        _ conversation: SMTPConversation,
        _ guardian: AddressGuard
    ) -> SMTPExchange {
        SMTPExchange(
            failure: failure(code, conversation, guardian),
            stage: conversation.stage,
            status: conversation.status,
            reply: String(decoding: conversation.reply, as: UTF8.self),
            hidesStartTLS: conversation.hidesStartTLS,
            skippedLogin: conversation.skippedLogin,
            timings: TransferTimings(handle),
            peerAddress: handle.string(CURLINFO_PRIMARY_IP),
            isReused: handle.integer(CURLINFO_NUM_CONNECTS) == 0 && conversation.stage != .connect
        )
    }

    private func failure(_ code: CURLcode, _ conversation: SMTPConversation, _ guardian: AddressGuard) -> CurlError? {
        guard code != CURLE_OK else { return nil }
        if guardian.hasRefused {
            return CurlError(kind: .addressRefused, code: Int(code.rawValue), detail: guardian.refusal)
        }
        let kind = CurlError.kind(of: code, isSent: conversation.isUnanswered)
        return CurlError(kind: kind, code: code, detail: CurlError.detail(code, kind, handle.errorText))
    }

    private static func isUnsafe(_ address: String) -> Bool {
        address.isEmpty
            || address.utf8.contains { byte in
                byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            }
    }

    /// libcurl takes the name for EHLO from the path of the URL.
    private static func url(_ submission: SMTPSubmission) throws(CurlError) -> String {
        let relay = submission.relay
        var host = relay.host
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let isAddress = host.contains(":")
        let names = [isAddress ? "" : host, submission.clientName]
        guard isAddress ? IPAddress(host) != nil : host.isEmpty == false, names.allSatisfy(isHostText),
            (1...65_535).contains(relay.port)
        else {
            throw CurlError(kind: .configuration, code: 0, detail: "the mail server's host name or port is not usable")
        }
        let scheme = relay.security == .implicit ? "smtps" : "smtp"
        return "\(scheme)://\(isAddress ? "[\(host)]" : host):\(relay.port)/\(submission.clientName)"
    }

    private static func isHostText(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

extension SMTPStage {
    /// Whether the relay cannot have taken the message.
    fileprivate var isBeforeMessage: Bool { self != .message }
}
