package import Triage

/// What can be set about the embedded store.
package struct SQLiteStoreOptions: Sendable, Hashable {
    /// Disk space kept back for the moment the disk is full, so that draining goes on; 0 keeps none.
    package var reserveBytes: Int64
    /// How soon after the disk was found full an accept tries again to win the reserve back.
    package var reserveRetry: Duration
    /// The place on the disk that the write-ahead log is given when the store is opened: what ``Checkpoints`` lets it grow
    /// to, and the commit that gets there. With 0 it takes its place as it grows.
    package var logBytes: Int64
    /// How many requests may wait for their commit, 1 or more.
    package var intakeQueueLimit: Int
    /// How many bytes those requests may have together.
    package var intakeQueueBytes: Int
    /// The most a question about findings and deliveries may take.
    package var readTimeout: Duration
    /// How many bytes of what could not be read are kept, reasons included; beyond it the oldest items are dropped.
    package var quarantineBytes: Int
    /// Page cache of the writer; each of the readers gets an eighth of it.
    package var cacheBytes: Int
    /// How much triage asks for before it needs it; changes no answer.
    package var preloading: TriageTransaction.Preloading
    /// What is counted while observations are applied.
    package var counting: TriageTransaction.Counting

    package init(
        reserveBytes: Int64 = 64 << 20,
        reserveRetry: Duration = .seconds(5),
        logBytes: Int64 = WriteAheadLogReserve.usualBytes,
        intakeQueueLimit: Int = 4096,
        intakeQueueBytes: Int = 64 << 20,
        readTimeout: Duration = .seconds(5),
        quarantineBytes: Int = 64 << 20,
        cacheBytes: Int = 32 << 20,
        preloading: TriageTransaction.Preloading = .everything,
        counting: TriageTransaction.Counting = .everything
    ) {
        self.reserveBytes = reserveBytes
        self.reserveRetry = reserveRetry
        self.logBytes = logBytes
        self.intakeQueueLimit = intakeQueueLimit
        self.intakeQueueBytes = intakeQueueBytes
        self.readTimeout = readTimeout
        self.quarantineBytes = quarantineBytes
        self.cacheBytes = cacheBytes
        self.preloading = preloading
        self.counting = counting
    }
}
