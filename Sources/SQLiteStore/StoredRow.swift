import Findings
import FoundationEssentials
import GRDB

/// A row whose cells are read with an error where they cannot be: GRDB's own subscripts end the process over a value of
/// another kind, which a damaged database, or a person with a tool, may have put there.
struct StoredRow {
    private let row: Row

    init(_ row: Row) { self.row = row }

    subscript<Value: DatabaseValueConvertible>(_ column: String) -> Value {
        get throws {
            do {
                return try row.decode(Value.self, forColumn: column)
            } catch {
                throw StoredFormError("the column \(column) holds what does not belong there")
            }
        }
    }

    /// The same for the column at a place: quicker, since GRDB looks a name up in every row anew.
    subscript<Value: DatabaseValueConvertible>(_ place: Int) -> Value {
        get throws {
            do {
                return try row.decode(Value.self, atIndex: place)
            } catch {
                let name = Array(row.columnNames)[place]
                throw StoredFormError("the column \(name) holds what does not belong there")
            }
        }
    }

    /// Every cell as it rests, whatever is in it.
    var cells: [DatabaseValue] { Array(row.databaseValues) }

    /// The date of a column; `nil` when it is NULL.
    func date(_ column: String) throws -> Date? { try (self[column] as Double?).map { try Date(stored: $0) } }

    /// The date of a column that is never NULL.
    func moment(_ column: String) throws -> Date { try Date(stored: self[column]) }

    /// The same, for the column at a place.
    func moment(_ place: Int) throws -> Date { try Date(stored: self[place]) }

    func bytes(_ column: String) throws -> [UInt8] { (try self[column] as Data?).map { Array($0) } ?? [] }
}

/// Rows one by one.
struct StoredRows {
    private let cursor: RowCursor

    init(_ cursor: RowCursor) { self.cursor = cursor }

    /// - Returns: `nil` when there are no more; valid until the next one is asked for.
    func next() throws -> StoredRow? { try cursor.next().map(StoredRow.init) }
}
