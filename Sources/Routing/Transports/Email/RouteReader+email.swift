import Findings

private typealias Key = EmailSettings.Key

extension RouteReader {
    /// The mail settings of one place, the document's `email` or a destination; what is not given is `nil`.
    struct EmailPart {
        var host: String?
        var port: Int?
        var tls: EmailSettings.TLS?
        var from: String?
        var username: SecretReference?
        var password: SecretReference?
        /// Whether something of it was given and cannot be used.
        var isBroken = false
    }

    /// Reads the document's `email`.
    mutating func sharedEmail(_ node: Node?) -> EmailPart {
        guard let node else { return EmailPart() }
        guard let fields = fields(of: node, "\"email\"", keys: EmailSettings.sharedKeys) else {
            return EmailPart(isBroken: true)
        }
        return emailPart(fields)
    }

    private mutating func emailPart(_ fields: Fields) -> EmailPart {
        let before = notes.count
        var part = EmailPart()
        part.host = host(fields[Key.host])
        part.port = integer(fields[Key.port], "\"port\"", in: 1...65_535)
        part.tls = word(fields[Key.tls], "\"tls\"", EmailSettings.TLS.self)
        part.from = mailAddress(fields[Key.from], "\"from\"")
        part.username = secret(fields[Key.username], "\"username\"")
        part.password = secret(fields[Key.password], "\"password\"")
        part.isBroken = notes.count > before
        return part
    }

    private mutating func host(_ node: Node?) -> String? {
        guard let node, let text = string(node, "\"host\"", expected: "a host name or address") else { return nil }
        guard HostText.isHost(text) else {
            error(
                node,
                "\"host\" must be a host name or address alone, without scheme or port, found \(RouteReader.quoted(text))"
            )
            return nil
        }
        return text
    }

    /// Reads an e-mail destination: its own words over those of the document's `email`.
    mutating func emailSettings(_ fields: Fields, _ shared: EmailPart) -> EmailSettings? {
        let to = mailAddresses(fields[Key.to], "\"to\"")
        let cc = mailAddresses(fields[Key.cc], "\"cc\"")
        let own = emailPart(fields)
        guard let to, own.isBroken == false, shared.isBroken == false else { return nil }
        guard let host = own.host ?? shared.host else {
            error(fields.node, "an email destination needs \"host\": give it here or in the document's \"email\"")
            return nil
        }
        guard let from = own.from ?? shared.from else {
            error(fields.node, "an email destination needs \"from\": give it here or in the document's \"email\"")
            return nil
        }
        guard let (port, tls) = security(fields.node, own.port ?? shared.port, own.tls ?? shared.tls) else {
            return nil
        }
        let username = own.username ?? shared.username
        let password = own.password ?? shared.password
        guard (username == nil) == (password == nil) else {
            let missing = username == nil ? "username" : "password"
            error(
                fields.node,
                "mail is sent with \"username\" and \"password\" or with neither; \"\(missing)\" is missing"
            )
            return nil
        }
        guard tls != .none || username == nil || HostText.isLoopback(host) else {
            error(
                fields.node,
                "\"tls\" is none, which would send the password in clear text to \(host): use starttls or implicit"
            )
            return nil
        }
        return EmailSettings(
            host: host,
            port: port,
            tls: tls,
            from: from,
            username: username,
            password: password,
            to: to,
            cc: cc ?? []
        )
    }

    /// Port and TLS complete each other: 587 is STARTTLS (RFC 6409), 465 is implicit TLS (RFC 8314 §3.3).
    private mutating func security(
        _ node: Node,
        _ port: Int?,
        _ tls: EmailSettings.TLS?
    ) -> (port: Int, tls: EmailSettings.TLS)? {
        switch (port, tls) {
        case (let port?, let tls?): return (port, tls)
        case (nil, .starttls), (nil, nil): return (587, .starttls)
        case (nil, .implicit): return (465, .implicit)
        case (nil, .some(.none)): return (25, .none)
        case (587, nil): return (587, .starttls)
        case (465, nil): return (465, .implicit)
        case (let port?, nil):
            error(node, "port \(port) does not say how mail is encrypted: give \"tls\" as starttls, implicit or none")
            return nil
        }
    }

    /// Warns of the document's `email` when no destination shares it.
    mutating func lintSharedEmail(_ document: RouteDocument, _ node: Node?) {
        let isUsed = document.destinations.contains { destination in
            guard case .email = destination.transport else { return false }
            return true
        }
        guard let node, isUsed == false else { return }
        warning(node, "\"email\" is not used: no destination has the type email")
    }
}
