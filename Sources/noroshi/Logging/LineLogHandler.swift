import ArgumentParser
import FoundationEssentials
import Logging

/// Writes each record as one line to standard error.
struct LineLogHandler: LogHandler {
    /// How a record is written.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case json, text
    }

    let label: String
    let form: Form
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(label: String, form: Form, level: Logger.Level) {
        self.label = label
        self.form = form
        logLevel = level
    }

    func log(event: LogEvent) {
        var merged = metadata
        if let extra = event.metadata { merged.merge(extra) { _, new in new } }
        let line = LogLine(
            date: Date(),
            level: event.level,
            label: label,
            message: event.message.description,
            metadata: merged
        )
        StandardError.write(form == .json ? line.json : line.plain)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
