import FoundationEssentials
import Ingest
import Logging
import ServiceLifecycle
import Store

/// Looks at what was accepted last before the start, so that whoever sends the same event again is told so.
struct Recollection: Service {
    let history: any History
    let seen: SeenEvents
    let logger: Logger
    /// How much is looked at, in bytes of bodies: some thousand events, a moment's work.
    var byteLimit = 2 << 20

    func run() async throws {
        do {
            seen.remember(try await history.journal(before: nil, since: .distantPast, byteLimit: byteLimit))
        } catch {
            logger.warning("what was accepted last could not be read", metadata: ["problem": "\(error)"])
        }
        // A service that ends would end the others.
        try await gracefulShutdown()
    }
}
