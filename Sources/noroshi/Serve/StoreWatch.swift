import Logging
import ServiceLifecycle
import Store

/// Looks every few seconds whether the store still takes what it is given, and says once when something begins and ends to
/// be wrong with it.
struct StoreWatch: Service {
    let store: any StoreCondition
    let logger: Logger
    var interval: Duration = .seconds(5)

    func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await look() }
            var known = StoreHealth()
            for await _ in store.healthChanges.cancelOnGracefulShutdown() {
                let health = store.health
                StoreWatch.say(health, after: known, logger)
                known = health
            }
            group.cancelAll()
        }
    }

    private func look() async {
        do {
            while Task.isShuttingDownGracefully == false {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
                await store.examine()
            }
        } catch {
            // The sleep was cut short by the shutdown: nothing to finish.
            return
        }
    }

    /// Says what is new.
    static func say(_ health: StoreHealth, after known: StoreHealth, _ logger: Logger) {
        if health.trouble?.kind != known.trouble?.kind {
            if let trouble = health.trouble {
                logger.error(
                    "requests are refused until the store can be written; what was accepted is delivered as far as it can",
                    metadata: ["kind": "\(trouble.kind.rawValue)", "problem": "\(trouble)"]
                )
            } else {
                logger.notice("the store can be written again: requests are accepted")
            }
        }
        if let damage = health.damage, known.damage == nil {
            logger.critical(
                "the database is damaged",
                metadata: ["error": "\(damage)", "advice": "\(StoreTrouble.damageAdvice)"]
            )
        }
        guard health.checkpointTrouble?.kind != known.checkpointTrouble?.kind else { return }
        if let trouble = health.checkpointTrouble {
            logger.error(
                "the log cannot be moved into the database and grows; nothing is lost",
                metadata: ["kind": "\(trouble.kind.rawValue)", "problem": "\(trouble)", "bytes": "\(health.logBytes)"]
            )
        } else {
            logger.notice(
                "the log is moved into the database again",
                metadata: ["failures": "\(health.checkpointFailures)"]
            )
        }
    }
}
