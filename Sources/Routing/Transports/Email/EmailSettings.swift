/// Where and how mail is handed over, and to whom: the destination's own words over the document's `email`.
package struct EmailSettings: TransportSettings {
    /// As many at once as the SMTP client has threads for a relay; ten minutes for the reply to the end of a message
    /// (RFC 5321 §4.5.3.2.6).
    package static let transport = TransportType(
        "email",
        subject: "an email destination",
        keys: Key.self,
        required: [.to],
        defaults: .init(concurrency: 2, timeout: .seconds(600)),
        read: { reader, fields, shared in reader.emailSettings(fields, shared.email).map { .email($0) } }
    )

    enum Key: String, CaseIterable {
        case to, cc, host, port, tls, from, username, password
    }

    /// The keys of the document's `email`, which all e-mail destinations share.
    package static let sharedKeys = Key.allCases.filter { $0 != .to && $0 != .cc }.map(\.rawValue)

    package var host: String
    /// 1...65535.
    package var port: Int
    package var tls: TLS
    package var from: String
    package var username: SecretReference?
    package var password: SecretReference?
    package var to: [String]
    package var cc: [String]

    package init(
        host: String,
        port: Int,
        tls: TLS,
        from: String,
        username: SecretReference? = nil,
        password: SecretReference? = nil,
        to: [String] = [],
        cc: [String] = []
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.from = from
        self.username = username
        self.password = password
        self.to = to
        self.cc = cc
    }

    package var secrets: [SecretReference] { [username, password].compactMap { $0 } }

    package var resource: LaneResource { .named("smtp \(host.lowercased()):\(port)") }

    /// `to` before `cc`, each address once.
    package var recipients: [String?] {
        var seen: Set<String> = []
        return (to + cc).filter { seen.insert($0).inserted }
    }

    /// `starttls` is required, never opportunistic; `none` is plain text, for a relay on the same machine.
    package enum TLS: String, Sendable, Hashable, CaseIterable {
        case starttls, implicit, none
    }
}
