import FoundationEssentials

/// A value of a statement's parameter, in PostgreSQL's binary form (PostgreSQL 15, 55.2.3 "Extended Query"; numbers are big
/// endian).
protocol StatementValue {
    /// The type's number in the catalogue (`pg_type.dat`).
    static var type: UInt32 { get }
    /// The type of an array of such values.
    static var arrayType: UInt32 { get }
    /// The value's bytes; `nil` for NULL.
    var encoded: [UInt8]? { get }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension Int64: StatementValue {
    static var type: UInt32 { 20 }
    static var arrayType: UInt32 { 1016 }
    var encoded: [UInt8]? { bigEndianBytes }
}

extension Int: StatementValue {
    static var type: UInt32 { Int64.type }
    static var arrayType: UInt32 { Int64.arrayType }
    var encoded: [UInt8]? { Int64(self).bigEndianBytes }
}

extension Double: StatementValue {
    static var type: UInt32 { 701 }
    static var arrayType: UInt32 { 1022 }
    var encoded: [UInt8]? { bitPattern.bigEndianBytes }
}

extension Bool: StatementValue {
    static var type: UInt32 { 16 }
    static var arrayType: UInt32 { 1000 }
    var encoded: [UInt8]? { [self ? 1 : 0] }
}

extension String: StatementValue {
    static var type: UInt32 { 25 }
    static var arrayType: UInt32 { 1009 }
    var encoded: [UInt8]? { StoredText.encode(self) }
}

/// Bytes as they are.
struct Blob: StatementValue {
    static var type: UInt32 { 17 }
    static var arrayType: UInt32 { 1001 }
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var encoded: [UInt8]? { bytes }
}

extension Optional: StatementValue where Wrapped: StatementValue {
    static var type: UInt32 { Wrapped.type }
    static var arrayType: UInt32 { Wrapped.arrayType }
    var encoded: [UInt8]? { flatMap(\.encoded) }
}

/// One dimension, counted from 1 (`array_recv` in the server).
extension Array: StatementValue where Element: StatementValue {
    static var type: UInt32 { Element.arrayType }
    /// Arrays of arrays are not sent.
    static var arrayType: UInt32 { 0 }

    var encoded: [UInt8]? {
        let values = map(\.encoded)
        let hasNull = values.contains { $0 == nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + values.reduce(0) { $0 + 4 + ($1?.count ?? 0) })
        let head: [Int32] = values.isEmpty ? [0, 0] : [1, hasNull ? 1 : 0]
        for number in head { bytes += number.bigEndianBytes }
        bytes += Element.type.bigEndianBytes
        guard values.isEmpty == false else { return bytes }
        bytes += Int32(values.count).bigEndianBytes
        bytes += Int32(1).bigEndianBytes
        for value in values {
            guard let value else {
                bytes += Int32(-1).bigEndianBytes
                continue
            }
            bytes += Int32(value.count).bigEndianBytes
            bytes += value
        }
        return bytes
    }
}

extension Date {
    /// The date as it is stored in a column: seconds since 2001, so that it comes back unchanged.
    var stored: Double { timeIntervalSinceReferenceDate }
}

/// Text as PostgreSQL takes it: its `text` holds every character but NUL (PostgreSQL 15, 8.3).
///
/// A NUL, and the sign that stands for one, are written as that sign and one more; nearly no text has either.
enum StoredText {
    /// U+F0000, of the private use area of plane 15.
    private static let mark: [UInt8] = [0xF3, 0xB0, 0x80, 0x80]

    static func encode(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 == 0 || $0 == mark[0] }) else { return bytes }
        var encoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0 {
                encoded += mark + [UInt8(ascii: "0")]
                index += 1
            } else if bytes[index...].starts(with: mark) {
                encoded += mark + [UInt8(ascii: "1")]
                index += mark.count
            } else {
                encoded.append(bytes[index])
                index += 1
            }
        }
        return encoded
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> String {
        guard bytes.contains(mark[0]) else { return String(decoding: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let next = index + mark.count
            if next < bytes.count, bytes[index..<next].elementsEqual(mark) {
                decoded += bytes[next] == UInt8(ascii: "0") ? [0] : mark
                index = next + 1
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
