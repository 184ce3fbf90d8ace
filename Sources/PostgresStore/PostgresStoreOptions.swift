package import Triage

/// What can be set about a store in PostgreSQL.
package struct PostgresStoreOptions: Sendable, Hashable {
    /// The schema that holds the tables; it is made when it is missing.
    package var schema: String
    /// What the node is called, for people.
    package var nodeName: String
    /// The version of the program, for people and for programs beside it.
    package var program: String
    /// How long a node may be unheard before the others take it for gone, in seconds; all nodes must be given the same.
    package var burial: Double
    /// How many requests may wait for their commit, 1 or more.
    package var intakeQueueLimit: Int
    /// How many bytes those requests may have together.
    package var intakeQueueBytes: Int
    /// How long a request waits to be written before its sender is told that it was not; EventBridge gives up after 5 s.
    package var intakePatience: Duration
    /// The most a question about findings and deliveries may take.
    package var readTimeout: Duration
    /// How many bytes of what could not be read are kept, reasons included; beyond it the oldest items are dropped.
    package var quarantineBytes: Int
    /// How much goes in a partition, and which ones go as a whole.
    var partitions = PartitionSizes()
    /// What the program knows of the tables.
    var migrations = Schema.migrations
    /// How much triage asks for before it needs it; changes no answer.
    package var preloading: TriageTransaction.Preloading

    package init(
        schema: String = "noroshi",
        nodeName: String = "noroshi",
        program: String = "",
        burial: Double = 12,
        intakeQueueLimit: Int = 4096,
        intakeQueueBytes: Int = 64 << 20,
        intakePatience: Duration = .seconds(4),
        readTimeout: Duration = .seconds(5),
        quarantineBytes: Int = 64 << 20,
        preloading: TriageTransaction.Preloading = .everything
    ) {
        self.schema = schema
        self.nodeName = nodeName
        self.program = program
        self.burial = burial
        self.intakeQueueLimit = intakeQueueLimit
        self.intakeQueueBytes = intakeQueueBytes
        self.intakePatience = intakePatience
        self.readTimeout = readTimeout
        self.quarantineBytes = quarantineBytes
        self.preloading = preloading
    }
}
