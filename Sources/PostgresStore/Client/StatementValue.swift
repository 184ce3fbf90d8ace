import FoundationEssentials

/// A value of a statement's parameter, in PostgreSQL's binary form (PostgreSQL 15, 55.2.3 "Extended Query"; numbers are big
/// endian).
protocol StatementValue {
    /// The type's number in the catalogue (`pg_type.dat`).
    static var type: UInt32 { get }
    /// The type of an array of such values.
    static var arrayType: UInt32 { get }
    /// Appends the value's bytes.
    ///
    /// - Returns: Whether there are any: false for NULL.
    func write(to bytes: inout [UInt8]) -> Bool
}

extension StatementValue {
    /// The value's bytes; `nil` for NULL.
    var encoded: [UInt8]? {
        var bytes: [UInt8] = []
        return write(to: &bytes) ? bytes : nil
    }
}

extension [UInt8] {
    fileprivate mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}

extension Int64: StatementValue {
    static var type: UInt32 { 20 }
    static var arrayType: UInt32 { 1016 }

    func write(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(self)
        return true
    }
}

extension Int: StatementValue {
    static var type: UInt32 { Int64.type }
    static var arrayType: UInt32 { Int64.arrayType }
    func write(to bytes: inout [UInt8]) -> Bool { Int64(self).write(to: &bytes) }
}

extension Double: StatementValue {
    static var type: UInt32 { 701 }
    static var arrayType: UInt32 { 1022 }

    func write(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(bitPattern)
        return true
    }
}

extension Bool: StatementValue {
    static var type: UInt32 { 16 }
    static var arrayType: UInt32 { 1000 }

    func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(self ? 1 : 0)
        return true
    }
}

extension String: StatementValue {
    static var type: UInt32 { 25 }
    static var arrayType: UInt32 { 1009 }

    func write(to bytes: inout [UInt8]) -> Bool {
        StoredText.write(self, to: &bytes)
        return true
    }
}

/// Bytes as they are.
struct Blob: StatementValue {
    static var type: UInt32 { 17 }
    static var arrayType: UInt32 { 1001 }
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func write(to other: inout [UInt8]) -> Bool {
        other.append(contentsOf: bytes)
        return true
    }
}

extension Optional: StatementValue where Wrapped: StatementValue {
    static var type: UInt32 { Wrapped.type }
    static var arrayType: UInt32 { Wrapped.arrayType }

    func write(to bytes: inout [UInt8]) -> Bool {
        switch self {
        case .some(let value): value.write(to: &bytes)
        case nil: false
        }
    }
}

/// One dimension, counted from 1 (`array_recv` in the server).
extension Array: StatementValue where Element: StatementValue {
    static var type: UInt32 { Element.arrayType }
    /// Arrays of arrays are not sent.
    static var arrayType: UInt32 { 0 }

    func write(to bytes: inout [UInt8]) -> Bool {
        bytes.appendBigEndian(Int32(isEmpty ? 0 : 1))
        let flag = bytes.count
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Element.type)
        guard isEmpty == false else { return true }
        bytes.appendBigEndian(Int32(count))
        bytes.appendBigEndian(Int32(1))
        for value in self {
            let place = bytes.count
            bytes.appendBigEndian(Int32(-1))
            // The last byte of the flag that says whether there are NULLs.
            guard value.write(to: &bytes) else {
                bytes[flag + 3] = 1
                continue
            }
            let length = UInt32(bytes.count - place - 4)
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index)) }
        }
        return true
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

    static func write(_ text: String, to encoded: inout [UInt8]) {
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            let isPlain = utf8.contains(0) == false && utf8.contains(mark[0]) == false
            if isPlain { encoded.append(contentsOf: utf8) }
            return isPlain
        }
        if isPlain { return }
        let bytes = Array(text.utf8)
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
