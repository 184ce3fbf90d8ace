/// Who sent a request, as far as it was proved.
package struct Caller: Sendable, Hashable {
    /// The name of the credential or mechanism, never the secret: `token`, `token.next`, `sns`, `loopback`.
    package let name: String
    /// `nil` when it may do everything.
    package let role: Role?

    package init(name: String, role: Role? = nil) {
        self.name = name
        self.role = role
    }

    /// Whether the caller may do this.
    package func may(_ deed: Deed) -> Bool { role?.allows(deed) ?? true }

    /// Anyone on this machine: no credential is configured, so the server listens on loopback only.
    package static let loopback = Caller(name: "loopback")
}
