package import FoundationEssentials
package import Routing

/// What requests to AWS are signed with; prints nothing of itself.
package struct AWSCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package var accessKeyID: String
    package var secretKey: Secret
    package var sessionToken: Secret?
    /// `nil` for those that do not say when they end.
    package var expiresAt: Date?

    package init(accessKeyID: String, secretKey: Secret, sessionToken: Secret? = nil, expiresAt: Date? = nil) {
        self.accessKeyID = accessKeyID
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
    }

    package var description: String { "<credentials>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why there are no credentials; holds none of them.
package struct CredentialError: Error, Hashable, CustomStringConvertible {
    /// Where they were to come from.
    package var origin: String
    /// What was wrong and what to do, without a full stop.
    package var reason: String

    package init(_ origin: String, _ reason: String) {
        self.origin = origin
        self.reason = reason
    }

    package var description: String { "\(origin): \(reason)" }
}
