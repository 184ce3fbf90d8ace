/// Where and how mail is handed over, and to whom: the destination's own words over the document's `email`.
package struct EmailSettings: Sendable, Hashable {
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

    /// `starttls` is required, never opportunistic; `none` is plain text, for a relay on the same machine.
    package enum TLS: String, Sendable, Hashable, CaseIterable {
        case starttls, implicit, none
    }
}
