import Logging

/// Hands on what every line carries.
struct MetadataHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug
    private let write: @Sendable (Logger.Metadata) -> Void

    init(_ write: @escaping @Sendable (Logger.Metadata) -> Void) { self.write = write }

    func log(event: LogEvent) { write(metadata.merging(event.metadata ?? [:]) { $1 }) }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
