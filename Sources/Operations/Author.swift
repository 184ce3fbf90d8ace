package import Logging

/// Who asked for an action, and where that is logged.
package struct Author: Sendable {
    /// The words under which the action is recorded: `api:token.siem`.
    package var name: String
    /// Of the request, so that its lines carry what tells it from others.
    private let logger: Logger

    /// - Parameters:
    ///   - name: The face and the credential, in words.
    ///   - logger: Of the request.
    package init(_ name: String, logger: Logger) {
        self.name = name
        self.logger = logger
    }

    /// Logs what was done, with the author's name.
    func log(_ message: Logger.Message, _ metadata: Logger.Metadata) {
        var metadata = metadata
        metadata["author"] = .string(name)
        logger.notice(message, metadata: metadata)
    }
}
