/// Who sent a request, as far as it was proved.
package struct Caller: Sendable, Hashable {
    /// The name of the credential or mechanism, never the secret: `token`, `token.next`, `sns`, `loopback`.
    package let name: String

    package init(name: String) { self.name = name }

    /// Anyone on this machine: no credential is configured, so the server listens on loopback only.
    package static let loopback = Caller(name: "loopback")
}
