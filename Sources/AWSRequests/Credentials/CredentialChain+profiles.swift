import Findings
import Routing

extension CredentialChain {
    /// What the shared files say; `nil` when nothing in them is meant for this process.
    func profile() throws(CredentialError) -> CredentialSource? {
        let named = value("AWS_PROFILE")
        let (configPath, config) = try sharedFile("AWS_CONFIG_FILE", "config")
        let (credentialsPath, credentials) = try sharedFile("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        let profiles = Profiles(config: config, credentials: credentials)
        let name = named ?? "default"
        guard let profile = profiles[name] else {
            guard named != nil else { return nil }
            let places = [configPath, credentialsPath].compactMap { $0 }
            throw CredentialError(
                "the profile \(name)",
                places.isEmpty
                    ? "HOME is not set: name the files with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE"
                    : "it stands neither in \(places.joined(separator: " nor in "))"
            )
        }
        // A default profile that only says which Region is meant is no source of credentials.
        if named == nil, profile.keys.allSatisfy({ Profiles.credentialKeys.contains($0) == false }) { return nil }
        return try source(of: name, in: profiles, above: [])
    }

    /// What a profile says; `above` are the profiles whose roles are taken on with this one's credentials.
    private func source(
        of name: String,
        in profiles: Profiles,
        above: [String]
    ) throws(CredentialError) -> CredentialSource {
        let origin = "the profile \(name)"
        guard let profile = profiles[name] else {
            throw CredentialError(
                origin,
                "there is none, and \(above.last.map { "the profile \($0)" } ?? "it") names it"
            )
        }
        // A profile may name itself, when it has keys of its own.
        if let role = profile["role_arn"], above.last != name {
            guard above.contains(name) == false else {
                throw CredentialError(origin, "its source_profile leads back to itself")
            }
            return try source(ofRole: role, profile, name, profiles, above)
        }
        let (id, secret) = (profile["aws_access_key_id"], profile["aws_secret_access_key"])
        if id != nil || secret != nil {
            guard let id, let secret else {
                let missing = id == nil ? "aws_access_key_id" : "aws_secret_access_key"
                throw CredentialError(origin, "\(missing) is missing beside the other one")
            }
            let credentials = AWSCredentials(
                accessKeyID: id,
                secretKey: Secret(secret),
                sessionToken: profile["aws_session_token"].map { Secret($0) }
            )
            return .keys(credentials, origin)
        }
        for (key, advice) in Profiles.unsupported where profile[key] != nil {
            throw CredentialError(origin, "it uses \(key), which is not supported: \(advice)")
        }
        throw CredentialError(origin, "it has neither keys nor a role")
    }

    private func source(
        ofRole role: String,
        _ profile: [String: String],
        _ name: String,
        _ profiles: Profiles,
        _ above: [String]
    ) throws(CredentialError) -> CredentialSource {
        let origin = "the profile \(name)"
        if profile["mfa_serial"] != nil {
            throw CredentialError(origin, "it asks for a code (mfa_serial), which a service cannot give")
        }
        let session = profile["role_session_name"] ?? sessionName
        if let file = profile["web_identity_token_file"] {
            return .webIdentity(WebIdentity(role: role, tokenFile: file, sessionName: session))
        }
        var duration = 3_600
        if let text = profile["duration_seconds"] {
            guard let seconds = Int(text), (900...43_200).contains(seconds) else {
                throw CredentialError(origin, "duration_seconds is not 900 to 43200")
            }
            duration = seconds
        }
        let base: CredentialSource
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let source?, nil): base = try self.source(of: source, in: profiles, above: above + [name])
        case (nil, let word?): base = try source(named: word, origin)
        case (.some, .some): throw CredentialError(origin, "it has both source_profile and credential_source")
        case (nil, nil): throw CredentialError(origin, "role_arn needs source_profile or credential_source beside it")
        }
        if case .role = base { duration = min(duration, 3_600) }
        return .role(
            AssumedRole(arn: role, externalID: profile["external_id"], sessionName: session, duration: duration),
            by: base
        )
    }

    private func source(named word: String, _ origin: String) throws(CredentialError) -> CredentialSource {
        switch word.lowercased() {
        case "ec2instancemetadata": return .instanceMetadata(endpoint: metadataEndpoint)
        case "ecscontainer":
            guard let container = try container() else {
                throw CredentialError(origin, "credential_source is EcsContainer, and this is not such a container")
            }
            return .container(container)
        case "environment":
            guard let id = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") else {
                throw CredentialError(origin, "credential_source is Environment, and the environment has no keys")
            }
            let token = value("AWS_SESSION_TOKEN").map { Secret($0) }
            return .keys(
                AWSCredentials(accessKeyID: id, secretKey: Secret(secret), sessionToken: token),
                "the environment's keys"
            )
        default:
            throw CredentialError(
                origin,
                "credential_source must be Environment, Ec2InstanceMetadata or EcsContainer"
            )
        }
    }
}

/// The profiles of both files: those of the credentials file win, key by key.
private struct Profiles {
    var config: SharedFile?
    var credentials: SharedFile?

    static let unsupported = [
        ("credential_process", "no program is run for credentials; write keys, a role or a web identity"),
        ("sso_session", "a service has nobody to sign in; write a role, or run it where there is one"),
        ("sso_start_url", "a service has nobody to sign in; write a role, or run it where there is one"),
        ("login_session", "a service has nobody to sign in; write a role, or run it where there is one"),
    ]

    static let credentialKeys: Set<String> = [
        "aws_access_key_id", "aws_secret_access_key", "role_arn", "source_profile", "credential_source",
        "web_identity_token_file", "credential_process", "sso_session", "sso_start_url", "login_session",
    ]

    subscript(name: String) -> [String: String]? {
        let sections = config?.sections
        let written = sections?["profile \(name)"] ?? (name == "default" ? sections?["default"] : nil)
        let secret = credentials?.sections[name]
        guard written != nil || secret != nil else { return nil }
        return (written ?? [:]).merging(secret ?? [:]) { $1 }
    }
}
