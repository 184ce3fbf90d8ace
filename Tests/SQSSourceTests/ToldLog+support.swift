import Logging
import Synchronization

/// What was logged, one line each: the message, and its metadata behind it.
final class ToldLog: Sendable {
    private let told = Mutex<[String]>([])

    var lines: [String] { told.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: ToldLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.told.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
