/// Where credentials come from: the first of the places that is configured.
package indirect enum CredentialSource: Sendable, Hashable {
    /// Given as they are; the second value says where.
    case keys(AWSCredentials, String)
    case webIdentity(WebIdentity)
    case container(ContainerCredentials)
    case instanceMetadata(endpoint: String)
    case role(AssumedRole, by: CredentialSource)

    /// What it is called in messages.
    package var origin: String {
        switch self {
        case .keys(_, let origin): origin
        case .webIdentity(let identity): "the web identity in \(identity.tokenFile)"
        case .container(let container): "the container's credentials at \(container.url)"
        case .instanceMetadata: "the instance metadata service"
        case .role(let role, _): "the role \(role.arn)"
        }
    }
}

/// A role that is taken on with other credentials (STS API reference, AssumeRole).
package struct AssumedRole: Sendable, Hashable {
    package var arn: String
    package var externalID: String?
    /// 2 to 64 of `[\w+=,.@-]`; shows in CloudTrail.
    package var sessionName: String
    /// Seconds, 900 to 43,200. A role that is taken on by a role lasts an hour at most.
    package var duration: Int

    package init(arn: String, externalID: String? = nil, sessionName: String, duration: Int = 3_600) {
        self.arn = arn
        self.externalID = externalID
        self.sessionName = sessionName
        self.duration = duration
    }

    /// `noroshi-HOST`, as far as its characters are allowed.
    package static func sessionName(host: String) -> String {
        let name = host.utf8.filter { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_+=,.@-".utf8.contains(byte)
            }
        }
        return String("noroshi-\(String(decoding: name, as: UTF8.self))".prefix(64))
    }
}

/// A role that is taken on with a token of another issuer (STS API reference, AssumeRoleWithWebIdentity).
package struct WebIdentity: Sendable, Hashable {
    package var role: String
    /// Read at every refresh, since it is replaced while the process runs.
    package var tokenFile: String
    package var sessionName: String
}

/// The credential endpoint of ECS or of EKS Pod Identity.
package struct ContainerCredentials: Sendable, Hashable {
    package var url: String
    package var authorization: Authorization?

    package enum Authorization: Sendable, Hashable {
        /// Read at every refresh, since it is replaced while the process runs.
        case file(String)
        case variable(String)
    }
}
