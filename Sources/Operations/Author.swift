package import Logging
package import Store

/// Who asked for an action, and where that is logged.
package struct Author: Sendable {
    /// Through what somebody asked.
    package enum Face: String, Sendable, Hashable {
        case api, console
    }

    package var face: Face
    /// The person, whatever the face: the name of the token, `loopback` where nobody signs in.
    package var person: String
    /// Of the request that asked; `nil` where there is none.
    package var requestID: String?
    /// Of the request, so that its lines carry what tells it from others.
    private let logger: Logger

    /// - Parameters:
    ///   - face: Through what somebody asked.
    ///   - person: The name of the credential.
    ///   - requestID: Of the request.
    ///   - logger: Of the request.
    package init(_ face: Face, _ person: String, requestID: String? = nil, logger: Logger) {
        self.face = face
        self.person = person
        self.requestID = requestID
        self.logger = logger
    }

    /// The words under which the action is recorded: `api:token.siem`.
    package var name: String { "\(face.rawValue):\(person)" }

    /// How the rules that they publish came to be in force.
    package var origin: RouteOrigin {
        switch face {
        case .api: .api
        case .console: .console
        }
    }

    /// What the audit is to say of an action of theirs.
    package func entry(
        _ action: String,
        _ subject: String,
        before: String? = nil,
        after: String? = nil,
        note: String? = nil
    ) -> AuditEntry {
        AuditEntry(
            actor: name,
            action: action,
            subject: subject,
            before: before,
            after: after,
            note: note,
            requestID: requestID
        )
    }

    /// Logs what was done, with the author's name.
    func log(_ message: Logger.Message, _ metadata: Logger.Metadata) {
        var metadata = metadata
        metadata["author"] = .string(name)
        logger.notice(message, metadata: metadata)
    }
}
