import Logging
import ServiceLifecycle
import Store

/// Says when items that could not be read were dropped from the quarantine for want of room.
struct QuarantineWatch: Service {
    let archive: any QuarantineArchive
    let records: any Records
    let logger: Logger
    /// How long one line stands for what follows it: a sender may send what nobody can read for hours.
    var pause: Duration = .seconds(60)

    func run() async throws {
        var known: Int?
        do {
            for await _ in archive.quarantineDrops.cancelOnGracefulShutdown() {
                let dropped = try await records.totals().quarantine.dropped
                if let known, dropped > known {
                    logger.warning(
                        """
                        the quarantine is full: its oldest items were dropped. 'noroshi quarantine list' shows what comes in \
                        that cannot be read
                        """,
                        metadata: [
                            "dropped": .stringConvertible(dropped - known),
                            "limit_bytes": .stringConvertible(archive.quarantineLimit),
                        ]
                    )
                    try await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
                }
                known = dropped
            }
        } catch is CancellationError {
            // The pause was cut short by the shutdown.
        } catch {
            logger.error("the quarantine is no longer watched", metadata: ["problem": "\(error)"])
            try await gracefulShutdown()
        }
    }
}
