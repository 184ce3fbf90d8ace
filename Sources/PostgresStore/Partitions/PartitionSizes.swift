/// How much goes in a partition, and which ones go as a whole once all of it is older than the retention.
struct PartitionSizes: Sendable, Hashable {
    /// The observations of one, at least; it is doubled until a day's go in one, three times at
    /// most: what stays of one is copied in minutes then.
    var observations: Int64 = 1 << 22
    /// Smaller ones are tidied row by row, so that what is old goes at once, in bytes.
    var whole: Int64 = 64 << 20
    /// How often a table that others use is tried, half a second apart, before it is left for the next time.
    var tries = 20
}
