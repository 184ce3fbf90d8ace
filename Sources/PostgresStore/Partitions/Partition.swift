import FoundationEssentials

/// A table that is divided into partitions, so that what is older than the retention goes with its partition.
enum PartitionedTable: String, Sendable, CaseIterable {
    /// By the day, counted from 1970 in UTC, on which a batch was formed.
    case journal
    /// By the number of the observation.
    case observations

    /// The column that decides.
    var key: String {
        switch self {
        case .journal: "day"
        case .observations: "number"
        }
    }
}

/// The rows of a table whose key lies in a range.
struct Partition: Sendable, Hashable {
    let table: PartitionedTable
    /// The name of its own table.
    let name: String
    let range: Range<Int64>
    /// What it takes on disk, without its indexes.
    var bytes: Int64 = 0

    init(of table: PartitionedTable, _ range: Range<Int64>) {
        self.table = table
        self.range = range
        name =
            switch table {
            case .journal: Partition.name(ofDay: range.lowerBound)
            case .observations: "observations_\(range.lowerBound)"
            }
    }

    init(of table: PartitionedTable, named name: String, _ range: Range<Int64>, bytes: Int64) {
        self.table = table
        self.name = name
        self.range = range
        self.bytes = bytes
    }

    private static let remainder = "_rest"

    /// Holds what is still referred to of a partition that has gone.
    var isRemainder: Bool { name.hasSuffix(Partition.remainder) }

    var remainderName: String { name + Partition.remainder }

    /// E.g. `journal_20261129`; the day is counted from 1970, see `Date.utcDay`.
    static func name(ofDay day: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(day) * 86_400)
        return "journal_" + date.formatted(.iso8601.year().month().day().dateSeparator(.omitted))
    }
}
