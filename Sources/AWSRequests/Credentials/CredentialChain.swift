import Routing

/// Decides which of the places is configured that the SDKs of AWS look at, in their order: environment, shared files, web
/// identity, container, instance metadata (AWS SDKs and tools reference guide, "Standardized credential providers").
///
/// A place that is configured and wrong is an error and never passed over: whoever falls through to the next takes on the
/// identity of the machine in the place of the one that was meant.
package struct CredentialChain: Sendable {
    package var variables: [String: String]
    /// The text of the file at a path; `nil` when there is none, an error when it is there and cannot be read.
    package var read: @Sendable (String) throws(CredentialError) -> String?
    /// What roles are called that name no session of their own.
    package var sessionName: String

    package init(
        variables: [String: String],
        sessionName: String,
        read: @escaping @Sendable (String) throws(CredentialError) -> String? = CredentialChain.contents
    ) {
        self.variables = variables
        self.sessionName = sessionName
        self.read = read
    }

    /// - Returns: The first place that is configured.
    /// - Throws: What is wrong with it.
    package func source() throws(CredentialError) -> CredentialSource {
        if let keys = try environmentKeys() { return keys }
        if let profile = try profile() { return profile }
        if let identity = try webIdentity() { return .webIdentity(identity) }
        if let container = try container() { return .container(container) }
        if value("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
            throw CredentialError(
                "credentials",
                "none are configured: neither AWS_ACCESS_KEY_ID nor a profile, a web identity or a container's, and "
                    + "AWS_EC2_METADATA_DISABLED forbids to ask the instance"
            )
        }
        return .instanceMetadata(endpoint: metadataEndpoint)
    }

    func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    private func environmentKeys() throws(CredentialError) -> CredentialSource? {
        let origin = "the environment's keys"
        let (id, secret) = (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"))
        guard id != nil || secret != nil else { return nil }
        guard let id, let secret else {
            let missing = id == nil ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"
            throw CredentialError(origin, "\(missing) is missing beside the other one")
        }
        let token = value("AWS_SESSION_TOKEN") ?? value("AWS_SECURITY_TOKEN")
        return .keys(
            AWSCredentials(accessKeyID: id, secretKey: Secret(secret), sessionToken: token.map { Secret($0) }),
            origin
        )
    }

    private func webIdentity() throws(CredentialError) -> WebIdentity? {
        guard let file = value("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
        guard let role = value("AWS_ROLE_ARN") else {
            throw CredentialError("the web identity in \(file)", "AWS_ROLE_ARN does not say which role to take on")
        }
        return WebIdentity(
            role: role,
            tokenFile: file,
            sessionName: value("AWS_ROLE_SESSION_NAME") ?? sessionName
        )
    }

    /// `nil` when the environment names no endpoint.
    func container() throws(CredentialError) -> ContainerCredentials? {
        let authorization =
            value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map { ContainerCredentials.Authorization.file($0) }
            ?? value("AWS_CONTAINER_AUTHORIZATION_TOKEN").map { .variable($0) }
        if let path = value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard path.hasPrefix("/") else {
                throw CredentialError(
                    "the container's credentials",
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with /"
                )
            }
            return ContainerCredentials(url: "http://169.254.170.2\(path)", authorization: authorization)
        }
        guard let url = value("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
        return ContainerCredentials(url: url, authorization: authorization)
    }

    var metadataEndpoint: String {
        if let given = value("AWS_EC2_METADATA_SERVICE_ENDPOINT") {
            return given.hasSuffix("/") ? String(given.dropLast()) : given
        }
        let isIPv6 = value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
        return isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    }
}
