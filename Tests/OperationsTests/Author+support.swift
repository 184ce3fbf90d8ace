import Logging
import Operations
import Synchronization

/// Lines that operations logged, with their metadata.
final class LoggedLines: Sendable {
    struct Line: Sendable {
        var message: String
        var metadata: [String: String]
    }

    private let state = Mutex<[Line]>([])

    var lines: [Line] { state.withLock { $0 } }

    /// Somebody whose actions are logged here.
    var author: Author { Author(.api, "ana", logger: logger) }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    fileprivate func add(_ line: Line) { state.withLock { $0.append(line) } }
}

extension Author {
    /// Somebody whose actions are logged nowhere.
    static var anybody: Author { Author(.api, "bo", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) }
}

private struct Handler: LogHandler {
    let lines: LoggedLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
        lines.add(.init(message: event.message.description, metadata: merged.mapValues { "\($0)" }))
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
