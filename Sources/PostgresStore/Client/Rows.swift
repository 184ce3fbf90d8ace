import CPostgres
import Findings
import FoundationEssentials

/// What a statement answered.
final class Rows {
    private let result: OpaquePointer

    /// - Parameter result: Is freed with this value.
    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var count: Int { Int(PQntuples(result)) }

    /// How many rows an INSERT, UPDATE or DELETE touched, or a SELECT found.
    var affected: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    subscript(index: Int) -> Columns { Columns(rows: self, result: result, row: Int32(index)) }

    func map<Value>(_ read: (Columns) throws -> Value) rethrows -> [Value] {
        try (0..<count).map { try read(self[$0]) }
    }

    var first: Columns? { count > 0 ? self[0] : nil }
}

/// The columns of one row by their places, in PostgreSQL's binary form.
///
/// A value of another kind than is asked for is an error, never a guess.
struct Columns {
    /// Keeps the result alive.
    fileprivate let rows: Rows
    fileprivate let result: OpaquePointer
    fileprivate let row: Int32

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, row, Int32(column)) == 1 }

    /// The number, 0 when the column is NULL.
    func integer(_ column: Int) throws -> Int64 {
        guard isNull(column) == false else { return 0 }
        let bytes = raw(column)
        func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
            Number(bigEndian: bytes.loadUnaligned(as: type))
        }
        switch (PQftype(result, Int32(column)), bytes.count) {
        case (20, 8): return number(Int64.self)
        case (23, 4): return Int64(number(Int32.self))
        case (21, 2): return Int64(number(Int16.self))
        case (16, 1): return bytes[0] == 0 ? 0 : 1
        default: throw misplaced(column)
        }
    }

    func count(_ column: Int) throws -> Int { Int(try integer(column)) }

    func flag(_ column: Int) throws -> Bool { try integer(column) != 0 }

    func optionalInteger(_ column: Int) throws -> Int64? { isNull(column) ? nil : try integer(column) }

    func real(_ column: Int) throws -> Double {
        let bytes = raw(column)
        guard isNull(column) == false, PQftype(result, Int32(column)) == 701, bytes.count == 8 else {
            throw misplaced(column)
        }
        return Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
    }

    func moment(_ column: Int) throws -> Date { try Date(stored: real(column)) }

    /// The date of a column, `nil` when it is NULL.
    func date(_ column: Int) throws -> Date? { isNull(column) ? nil : try moment(column) }

    /// The text, empty when the column is NULL.
    func text(_ column: Int) throws -> String {
        guard isNull(column) == false else { return "" }
        // text, varchar, name and unknown literals
        guard [25, 1043, 19, 705].contains(PQftype(result, Int32(column))) else { throw misplaced(column) }
        return StoredText.decode(raw(column))
    }

    func optionalText(_ column: Int) throws -> String? { isNull(column) ? nil : try text(column) }

    /// The bytes of a text or of bytes, `nil` when the column is NULL.
    func bytes(_ column: Int) throws -> [UInt8]? {
        guard isNull(column) == false else { return nil }
        switch PQftype(result, Int32(column)) {
        case 17: return Array(raw(column))
        case 25, 1043: return Array(StoredText.decode(raw(column)).utf8)
        default: throw misplaced(column)
        }
    }

    /// The elements of an array of texts without NULLs.
    func texts(_ column: Int) throws -> [String] {
        guard isNull(column) == false else { return [] }
        var rest = raw(column)
        guard PQftype(result, Int32(column)) == 1009, rest.count >= 12 else { throw misplaced(column) }
        func take() throws -> Int {
            guard rest.count >= 4 else { throw misplaced(column) }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest[4...]) }
            return Int(Int32(bigEndian: rest.loadUnaligned(as: Int32.self)))
        }
        let dimensions = try take()
        guard dimensions > 0 else { return [] }
        // Whether there are NULLs, and the type of the elements.
        _ = (try take(), try take())
        let count = try take()
        guard dimensions == 1, try take() == 1 else { throw misplaced(column) }
        return try (0..<count).map { _ in
            let length = try take()
            guard length >= 0, rest.count >= length else { throw misplaced(column) }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest[length...]) }
            return StoredText.decode(UnsafeRawBufferPointer(rebasing: rest[..<length]))
        }
    }

    private func raw(_ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, Int32(column)),
            count: Int(PQgetlength(result, row, Int32(column)))
        )
    }

    private func misplaced(_ column: Int) -> StoredFormError {
        let name = PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
        return StoredFormError("the column \(name) holds what does not belong there")
    }
}
