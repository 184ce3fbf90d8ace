/// Which private, loopback, link-local and metadata addresses a destination may reach.
package enum PrivateAccess: Sendable, Hashable {
    case none
    case all
    /// Host names as written in the URL, addresses, and CIDR blocks.
    case only([String])
}
