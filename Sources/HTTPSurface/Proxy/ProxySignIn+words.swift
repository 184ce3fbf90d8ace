extension ProxySignIn {
    /// What the command line says of the proxy; what it does not say, variables may.
    package struct Words: Sendable, Hashable {
        /// `NOROSHI_USER_HEADER`.
        package var userHeader: String?
        /// `NOROSHI_GROUPS_HEADER`.
        package var groupsHeader: String?
        /// `NOROSHI_PROXY`: addresses and blocks of them, several with commas.
        package var proxies: [String]
        /// `NOROSHI_PROXY_TOKEN_HEADER`.
        package var tokenHeader: String?
        /// `NOROSHI_PROXY_ROLES`: `user:NAME=ROLE` and `group:NAME=ROLE`, several with commas.
        package var roles: [String]

        package init(
            userHeader: String? = nil,
            groupsHeader: String? = nil,
            proxies: [String] = [],
            tokenHeader: String? = nil,
            roles: [String] = []
        ) {
            self.userHeader = userHeader
            self.groupsHeader = groupsHeader
            self.proxies = proxies
            self.tokenHeader = tokenHeader
            self.roles = roles
        }
    }
}
