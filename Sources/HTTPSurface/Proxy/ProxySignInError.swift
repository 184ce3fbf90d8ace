/// Why people cannot be signed in by a proxy; names the place, never a secret.
package struct ProxySignInError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
