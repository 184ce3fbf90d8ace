import Logging
import Routing

extension SecretSource {
    /// Logs which destinations lack a secret: they cannot send, and their messages wait until the secret is there.
    func warnOfMissing(in document: RouteDocument, _ logger: Logger) {
        for destination in document.destinations {
            for reference in destination.secrets {
                do {
                    _ = try resolve(reference)
                } catch {
                    logger.warning(
                        "a destination lacks a secret; its messages wait",
                        metadata: ["destination": "\(destination.name)", "problem": "\(error)"]
                    )
                }
            }
        }
    }
}
